// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/files/files.hpp"

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/formats/stage_frames.hpp"
#include "framework/report/figures.hpp"
#include "stages/files/identity.hpp"

namespace ronchi::files {

void describe(config::Schema<Options>& s) {
  s.field("paths", &Options::paths).help("Files, or patterns with * ? [] in them; the job's `input:` stands for it");
  s.field("axis", &Options::axis).help("Name of the axis that several files of equal scan shape make");
  s.field("hash", &Options::hash)
      .choices({"ends", "full"})
      .help("What of every file enters the key beside name, size and modification time: its first and last MiB, or all");
  s.include(&Options::open);
}

namespace {

std::vector<std::filesystem::path> expanded(const Options& options) {
  if (options.paths.empty())
    fail(Fault::usage, "give `input:` in the job, input='scan.mib' on the command line, or files.paths", "no file was named");
  return formats::expand(options.paths);
}

}  // namespace

engine::Plan Files::plan(const engine::Inputs&) const { return {1, 1, engine::all_ranks, 0}; }

void Files::run(const engine::Task&, engine::Team& team, const engine::Inputs&, engine::Part& part) {
  if (!team.leads()) return;
  const auto paths = expanded(options_);
  const auto source =
      paths.size() == 1 ? formats::open(paths.front(), options_.open) : formats::open_all(paths, options_.open, options_.axis);
  const FrameInfo& info = source->info();
  formats::provide_files(part.h5(), info, paths, options_.open, options_.axis);
  if (!info.warnings.empty()) part.h5().set_attribute("warnings", info.warnings);

  report::Table table{"Raw data",
                      fmt::format("{}, {} in all", info.text(),
                                  human_bytes(static_cast<double>(info.frames()) * static_cast<double>(info.frame_bytes()))),
                      {"axis", "size", "scale", "offset", "units"},
                      {}};
  for (const auto* axes : {&info.navigation, &info.signal})
    for (const auto& a : *axes)
      table.rows.push_back(
          {a.name, std::to_string(a.size), fmt::format("{:.6g}", a.scale), fmt::format("{:.6g}", a.offset), a.units});
  report::add(part.h5(), table);
  report::Table files{"Files", fmt::format("read as {}", info.format), {"file", "size"}, {}};
  for (const auto& p : paths)
    files.rows.push_back({p.filename().string(), human_bytes(static_cast<double>(std::filesystem::file_size(p)))});
  report::add(part.h5(), files);
}

std::string Files::fingerprint() const {
  std::string all;
  const auto add = [&](const std::filesystem::path& p) { all += identity(p, options_.hash == Hash::full) + "\n"; };
  for (const auto& path : expanded(options_)) {
    add(path);
    for (const auto& companion : formats::companions(path, options_.open)) add(companion);
  }
  return all;
}

}  // namespace ronchi::files
