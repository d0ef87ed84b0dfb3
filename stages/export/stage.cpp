// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/export/stage.hpp"

#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/formats/stage_frames.hpp"
#include "framework/report/figures.hpp"
#include "stages/export/products.hpp"

namespace ronchi::exporting {

void describe(config::Schema<Options>& s) {
  s.field("name", &Options::name).help("Begins the names of the files; empty: the job's name");
  s.field("products", &Options::products)
      .choices({"hspy", "loadings", "factors", "emd"})
      .help("Files to write: <name>.hspy, _loadings.hspy, _factors.hspy, <name>.emd");
  s.field("data", &Options::data)
      .choices({"auto", "frames", "none"})
      .help(
          "Frames in <name>.hspy. none: their shape alone, so that HyperSpy can plot the results; auto: frames if they are not "
          "larger than `largest`");
  s.field("largest", &Options::largest)
      .at_least(0)
      .unit("byte")
      .help("With data: auto, the most that frames may take uncompressed");
  s.field("compression", &Options::compression).range(0, 9).help("gzip level of the frames; 0: none");
}

namespace {

std::string base_name(const Options& options, const engine::Inputs& inputs) {
  std::string name = options.name.empty() ? inputs.job_directory().filename().string() : options.name;
  if (name.find('/') != std::string::npos) fail(Fault::usage, "give a name without a folder", "export.name: \"{}\"", name);
  return name.empty() ? "results" : name;
}

std::int64_t bytes_of(const FrameInfo& info) { return info.frames() * info.frame_bytes(); }

bool with_frames(const Options& options, const FrameInfo& info) {
  return options.data == Data::frames || (options.data == Data::automatic && bytes_of(info) <= options.largest.value);
}

}  // namespace

engine::Plan Export::plan(const engine::Inputs& inputs) const {
  (void)base_name(options_, inputs);
  const h5::File index = inputs.of_type("decompose").index();
  const FrameInfo info = formats::load_info(index.group("frames_info"));
  const std::int64_t k = index.dataset("nmf/factors").shape().at(0), factors = k * info.pixels(), loadings = k * info.frames();
  std::int64_t bytes = 0;
  for (const auto& product : options_.products) {
    if (product == "hspy") bytes += 8 * (factors + loadings) + (with_frames(options_, info) ? bytes_of(info) : 0);
    if (product == "loadings" || product == "emd") bytes += 4 * loadings;
    if (product == "factors" || product == "emd") bytes += 4 * factors;
  }
  return {1, 1, engine::all_ranks, bytes};
}

void Export::run(const engine::Task&, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) {
  if (!team.leads()) return;
  const auto decomposition = Decomposition::load(inputs.of_type("decompose").index());
  const std::string name = base_name(options_, inputs);
  std::vector<std::string> written;
  report::Table table{"Files", "Results for other programs, beside this report", {"file", "what it is"}, {}};
  const auto wants = [&](const char* product) { return std::ranges::find(options_.products, product) != options_.products.end(); };
  const auto product = [&](const std::string& file, const std::string& what) {
    written.push_back(file);
    table.rows.push_back({file, what});
    return part.product(file);
  };
  const formats::WriteOptions compressed{.deflate = options_.compression};

  const auto factors = factor_stack(decomposition), loadings = loading_stack(decomposition);
  if (wants("loadings"))
    formats::write_hspy(product(name + "_loadings.hspy", "loading maps, " + loadings.info().text()), loadings, nullptr, compressed);
  if (wants("factors"))
    formats::write_hspy(product(name + "_factors.hspy", "component patterns, " + factors.info().text()), factors, nullptr,
                        compressed);
  if (wants("emd")) {
    const formats::EmdArray arrays[] = {{"loadings", &loadings}, {"factors", &factors}};
    formats::write_emd(product(name + ".emd", "EMD 1.0 (emdfile, py4DSTEM): loadings and factors"), arrays, options_.compression);
  }
  team.progress(0.3, "frames");
  if (wants("hspy")) {
    const bool frames = with_frames(options_, decomposition.frames);
    const std::string what = std::string("HyperSpy signal with learning_results, ") +
                             (frames ? "frames included" : "the shape of the frames without their numbers");
    const auto path = product(name + ".hspy", what);
    if (frames) {
      const auto source = formats::open_frames(inputs.of_type("ingest"));
      formats::write_hspy(path, *source, &decomposition.learning, compressed);
    } else {
      FrameInfo info = decomposition.frames;
      info.type = Scalar::u8;  // HyperSpy makes zeros of the whole shape unless it loads lazily
      info.metadata["General.notes"] = "The frames are not in this file, only their shape.";
      formats::write_hspy(path, NoFrames(std::move(info)), &decomposition.learning, {.deflate = 1, .frames = false});
    }
  }
  part.h5().write_texts("products", written);
  report::add(part.h5(), table);
}

}  // namespace ronchi::exporting
