// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/formats/stage_frames.hpp"

#include <algorithm>

#include "framework/base/error.hpp"

namespace ronchi::formats {

namespace {

constexpr const char* group_name = "frame_source";  // not "frames": that is what rows are called

/// Frames that lie in the row sets of a stage's parts.
class RowFrames : public FrameSource {
 public:
  RowFrames(FrameInfo info, engine::Parts parts, std::string rows, std::int64_t items)
      : parts_(std::move(parts)), rows_(std::move(rows)) {
    info_ = std::move(info);
    per_item_ = items > 0 ? info_.frames() / items : 1;
    if (per_item_ * items != info_.frames())
      fail(Fault::corrupt, "remove the result and run the stage again", "{} frames do not divide into {} items", info_.frames(),
           items);
  }
  using FrameSource::read;
  void read(Range frames, std::span<std::byte> out) const override {
    if (frames.empty()) return;
    const Range items{frames.first / per_item_, ceil_div(frames.last, per_item_)};
    const Range framed{items.first * per_item_, items.last * per_item_};
    if (framed == frames) return parts_.read_rows(rows_, info_.type, items, out);
    // Part of a row at one end or the other.
    std::vector<std::byte> whole(static_cast<std::size_t>(framed.size() * info_.frame_bytes()));
    parts_.read_rows(rows_, info_.type, items, whole);
    std::copy_n(whole.begin() + static_cast<std::ptrdiff_t>((frames.first - framed.first) * info_.frame_bytes()), out.size(),
                out.begin());
  }
  [[nodiscard]] std::int64_t grain() const override { return per_item_; }

 private:
  engine::Parts parts_;
  std::string rows_;
  std::int64_t per_item_ = 1;
};

/// Through the options' one declaration: an option that is added later cannot be forgotten here.
void save_options(h5::Group& group, const OpenOptions& options) {
  YAML::Emitter out;
  out << config::write_table(*config::table_of<OpenOptions>(), &options);
  group.set_attribute("options", out.c_str());
}

OpenOptions load_options(const h5::Group& group) {
  OpenOptions options;
  config::Problems problems(group.path());
  config::read_table(*config::table_of<OpenOptions>(), &options, YAML::Load(group.attribute<std::string>("options")), "", problems);
  problems.raise();
  return options;
}

h5::Group described(h5::Group& index, const FrameInfo& info, const char* kind) {
  h5::Group group = index.make_group(group_name);
  save_info(index.make_group(group_name), info);
  group.set_attribute("kind", kind);
  return group;
}

}  // namespace

void provide_rows(h5::Group& index, const FrameInfo& info, const std::string& rows) {
  described(index, info, "rows").set_attribute("rows", rows);
}

void provide_files(h5::Group& index, const FrameInfo& info, const std::vector<std::filesystem::path>& paths,
                   const OpenOptions& options, const std::string& axis) {
  h5::Group group = described(index, info, "files");
  group.set_attribute("axis", axis);
  std::vector<std::string> names;
  for (const auto& p : paths) names.push_back(std::filesystem::absolute(p).lexically_normal().string());
  group.write_texts("paths", names);
  h5::Group open = group.make_group("open");
  save_options(open, options);
}

void provide_view(h5::Group& index, const FrameInfo& info, const engine::Input& source, const Transform& transform) {
  h5::Group group = described(index, info, "view");
  // The name alone: stages of a job lie side by side, and a job's directory may be moved.
  group.set_attribute("source", source.directory.filename().string());
  group.set_attribute("source_items", source.items);
  transform.save(group.make_group("transform"));
}

bool provides_frames(const engine::Input& input) {
  const h5::File index = input.index();
  return index.is_group(group_name) && index.group(group_name).has_attribute("kind");
}

std::unique_ptr<FrameSource> open_frames(const engine::Input& input) {
  const h5::File index = input.index();
  if (!index.is_group(group_name) || !index.group(group_name).has_attribute("kind"))
    fail(Fault::usage, "name a stage that provides frames under after: (files, simulate_scan, ingest)",
         "stage {} provides no frames", input.name);
  const h5::Group group = index.group(group_name);
  const auto kind = group.attribute<std::string>("kind");
  if (kind == "rows")
    return std::make_unique<RowFrames>(load_info(group), input.parts(), group.attribute<std::string>("rows"), input.items);
  if (kind == "files") {
    std::vector<std::filesystem::path> paths;
    for (const auto& p : group.read_texts("paths")) paths.emplace_back(p);
    const OpenOptions options = load_options(group.group("open"));
    return paths.size() == 1 ? open(paths.front(), options)
                             : open_all(paths, options, group.attribute_or<std::string>("axis", "file"));
  }
  if (kind == "view") {
    engine::Input source;
    source.name = source.type = group.attribute<std::string>("source");
    source.directory = input.directory.parent_path() / source.name;
    source.items = group.attribute<std::int64_t>("source_items");
    return std::make_unique<TransformedFrames>(open_frames(source), Transform::load(group.group("transform")));
  }
  fail(Fault::corrupt, "remove the result and run the stage again", "{}: frames of unknown kind '{}'", index.path(), kind);
}

const engine::Input& frames_input(const engine::Inputs& inputs) {
  for (const auto& input : inputs.all())
    if (provides_frames(input)) return input;
  fail(Fault::usage, "name a stage that provides frames under after: (files, simulate_scan, ingest)",
       "none of the stages in after: provides frames");
}

}  // namespace ronchi::formats
