// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "framework/base/text.hpp"
#include "framework/base/version.hpp"
#include "stages/report/sections.hpp"

namespace ronchi::report {

namespace {

/// The first of these keys that the map has, as text; stage.yaml of older or newer versions may lack any of them.
std::string fact(const YAML::Node& facts, std::initializer_list<const char*> keys) {
  if (!facts.IsDefined() || !facts.IsMap()) return {};
  for (const char* key : keys)
    if (const YAML::Node node = facts[key]; node.IsDefined() && node.IsScalar()) return node.Scalar();
  return {};
}

std::string flow_text(const YAML::Node& node) {
  YAML::Emitter out;
  out.SetMapFormat(YAML::Flow);
  out.SetSeqFormat(YAML::Flow);
  out << node;
  return out.c_str();
}

/// Resolved options that are not at their defaults, as "name: value" lines.
std::string changed_options(const StageResult& stage, const engine::Registry* registry) {
  if (!stage.facts.IsDefined() || !stage.facts.IsMap()) return {};
  YAML::Node options;
  for (const char* key : {registry != nullptr ? "options" : "given", "options"})
    if (stage.facts[key].IsDefined() && stage.facts[key].IsMap()) {
      options = stage.facts[key];
      break;
    }
  if (!options.IsDefined() || !options.IsMap()) return {};
  const config::Table* table = nullptr;
  if (registry != nullptr)
    for (const auto& type : *registry)
      if (type.name == stage.type) table = type.table.get();
  std::string text;
  for (const auto& entry : options) {
    const std::string name = entry.first.Scalar(), value = flow_text(entry.second);
    const config::Option* option = table != nullptr ? table->find(name) : nullptr;
    if (option != nullptr && option->default_text == value) continue;
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", name, value.size() > 400 ? value.substr(0, 400) + "…" : value);
  }
  return text;
}

}  // namespace

Table timings(const Content& content) {
  Table table{"Timings",
              "Wall time of the run that finished each stage. Memory is the largest of all ranks together up to the end of the "
              "stage. These differ from run to run; results do not.",
              {"stage", "items", "time", "ranks", "threads", "memory", "host", "date"},
              {}};
  for (const auto& stage : content.stages) {
    const YAML::Node nested =
        stage.facts.IsDefined() && stage.facts.IsMap() ? stage.facts["timings"] : YAML::Node(YAML::NodeType::Undefined);
    const auto find = [&](std::initializer_list<const char*> keys) {
      const auto text = fact(stage.facts, keys);
      return text.empty() ? fact(nested, keys) : text;
    };
    std::string time = find({"seconds", "wall_seconds"});
    std::string memory = find({"peak_memory_bytes"});
    try {
      if (!time.empty()) time = human_seconds(std::stod(time));
      if (!memory.empty()) memory = human_bytes(std::stod(memory));
    } catch (const std::exception&) {  // another version's way to write it: shown as it stands
    }
    table.rows.push_back({stage.name, stage.items > 0 ? human_count(stage.items) : "", time, find({"ranks"}), find({"threads"}),
                          memory, find({"host"}), find({"finished", "date"})});
  }
  return table;
}

std::vector<Table> provenance(const Content& content) {
  Table program{"Program", "", {}, {}};
  program.rows = {
      {"Ronchi", fmt::format("{} (commit {})", version(), commit())}, {"job", content.job}, {"seed", std::to_string(content.seed)}};
  if (content.info) {
    const auto text_of = [](const MetadataValue& v) {
      const auto* s = std::get_if<std::string>(&v);
      return s != nullptr ? *s : std::string();
    };
    for (const auto& [key, label] :
         {std::pair{"General.original_filename", "original file"}, {"General.date", "recorded"}, {"General.authors", "authors"}})
      if (const auto it = content.info->metadata.find(key); it != content.info->metadata.end() && !text_of(it->second).empty())
        program.rows.push_back({label, text_of(it->second)});
    if (!content.info->format.empty()) program.rows.push_back({"format of the data", content.info->format});
  }
  Table stages{"Stages",
               "A key names a result: it changes with the stage's version, its options and the keys of its inputs. Options are "
               "those that differ from the defaults.",
               {"stage", "type", "key", "made by", "options"},
               {}};
  for (const auto& stage : content.stages) {
    const std::string made = fact(stage.facts, {"version"}), from = fact(stage.facts, {"commit"});
    stages.rows.push_back(
        {stage.name, stage.type, stage.key, made + (from.empty() ? "" : " " + from), changed_options(stage, content.registry)});
  }
  return {program, stages};
}

}  // namespace ronchi::report
