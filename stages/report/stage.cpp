// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/report/stage.hpp"

#include <cstdio>
#include <filesystem>
#include <list>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/formats/stage_frames.hpp"
#include "stages/registry.hpp"
#include "stages/report/content.hpp"

namespace ronchi::report {

void describe(config::Schema<ReportOptions>& s) {
  s.field("measured", &ReportOptions::measured)
      .help("Embed measured patterns on a grid of positions; without them a click shows the reconstruction alone");
  s.field("positions", &ReportOptions::positions)
      .range(1, 100000)
      .help("Measured patterns to embed, at most, but at least one of every slice (tilt, file); as many as fit most_bytes");
  s.field("most_bytes", &ReportOptions::most_bytes)
      .range(1e6, 1e9)
      .help("The page is made coarser until it is not larger than this");
}

engine::Plan ReportStage::plan(const engine::Inputs& inputs) const {
  if (inputs.all().empty()) fail(Fault::usage, "name the stages to show in its 'after:'", "the stage report comes after no stage");
  return {1, 1, engine::all_ranks, options_.most_bytes.value};
}

namespace {

YAML::Node facts_of(const engine::Input& input) {
  const auto path = input.directory / "stage.yaml";
  std::error_code ec;
  if (!std::filesystem::exists(path, ec)) return YAML::Node(YAML::NodeType::Undefined);
  try {
    return YAML::LoadFile(path.string());
  } catch (const YAML::Exception&) {
    return YAML::Node(YAML::NodeType::Undefined);  // what a report says about timings is not worth a failure
  }
}

/// The frames that were decomposed: those of an input of `decompose` that is among the report's, else of any with their shape.
std::unique_ptr<FrameSource> decomposed_frames(const engine::Inputs& inputs, const StageResult& decompose, const FrameInfo& info) {
  std::vector<const engine::Input*> candidates;
  if (decompose.facts.IsDefined() && decompose.facts.IsMap())
    for (const auto& name : decompose.facts["inputs"])
      if (const engine::Input* input = inputs.find(name.Scalar())) candidates.push_back(input);
  for (const char* type : {"ingest", "simulate_scan", "files"})
    if (const engine::Input* input = inputs.find_type(type)) candidates.push_back(input);
  for (const engine::Input* input : candidates) {
    if (!formats::provides_frames(*input)) continue;
    auto source = formats::open_frames(*input);
    if (source->info().shape() == info.shape()) return source;
  }
  return nullptr;
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "wb");
  const bool written = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  const bool closed = file != nullptr && std::fclose(file) == 0;
  if (!written || !closed)
    fail(Fault::no_space, "free some space", "{} could not be written ({})", path.string(),
         human_bytes(static_cast<double>(text.size())));
}

}  // namespace

void ReportStage::run(const engine::Task&, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) {
  if (!team.leads()) return;
  Content content;
  content.job = inputs.job_directory().filename().string();
  content.seed = inputs.seed();
  content.registry = &all_stages();
  content.most_bytes = options_.most_bytes.value;
  content.positions = options_.positions;
  std::list<h5::File> indexes;
  for (const auto& input : inputs.all()) {
    indexes.push_back(input.index());
    content.stages.push_back({input.name, input.type, input.key, input.items, &indexes.back(), facts_of(input)});
  }
  std::unique_ptr<FrameSource> frames;
  if (const StageResult* decompose = content.find("decompose"); decompose != nullptr && decompose->index->is_group("frames_info")) {
    content.info = formats::load_info(decompose->index->group("frames_info"));
    if (options_.measured) frames = decomposed_frames(inputs, *decompose, *content.info);
    content.frames = frames.get();
  }
  const std::string html = build_page(content);
  write_file(part.product("report.html"), html);
  part.h5().set_attribute("product", "report.html");
}

}  // namespace ronchi::report
