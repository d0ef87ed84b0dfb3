// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "framework/base/text.hpp"

namespace ronchi::engine {

namespace {

using config::Problems;

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Sets "stage.option" in a copy of the stage's node.
void set_option(YAML::Node node, const std::vector<std::string>& words, const YAML::Node& value) {
  for (std::size_t i = 1; i + 1 < words.size(); ++i) node.reset(node[words[i]]);
  node[words.back()] = YAML::Clone(value);
}

void expand(YAML::Node root, const YAML::Node& sweep, Problems& problems) {
  for (const auto& entry : sweep)
    if (const auto word = entry.first.Scalar(); word != "over" && word != "values" && word != "stages" && word != "set")
      problems.add(entry.first, "sweep." + word, "there is no such option; there are: over, values, stages, set");
  const auto over = sweep["over"];
  const auto words = over && over.IsScalar() ? split(over.Scalar(), '.') : std::vector<std::string>{};
  if (words.size() < 2 || !root["stages"][words[0]]) {
    problems.add(sweep, "sweep.over", "must be stage.option of a stage of this job");
    return;
  }
  if (!sweep["values"] || !sweep["values"].IsSequence() || sweep["values"].size() == 0) {
    problems.add(sweep, "sweep.values", "must be a list of values");
    return;
  }
  std::vector<std::string> stages;
  if (sweep["stages"] && sweep["stages"].IsSequence())
    for (const auto& s : sweep["stages"]) stages.push_back(s.Scalar());
  if (!contains(stages, words[0])) {
    problems.add(sweep, "sweep.stages", fmt::format("must be a list of stages with '{}' among them", words[0]));
    return;
  }
  for (const auto& s : stages)
    if (!root["stages"][s]) {
      problems.add(sweep["stages"], "sweep.stages", fmt::format("there is no stage '{}'", s));
      return;
    }

  if (sweep["set"] && !sweep["set"].IsMap()) {
    problems.add(sweep["set"], "sweep.set", "must be a map from stage.option to values");
    return;
  }
  if (sweep["set"])
    for (const auto& entry : sweep["set"])
      if (const auto w = split(entry.first.Scalar(), '.'); w.size() < 2 || !contains(stages, w[0]))
        problems.add(entry.first, "sweep.set." + entry.first.Scalar(),
                     fmt::format("must be stage.option of one of the stages of the sweep: {}", join(stages, ", ")));

  for (const auto& value : sweep["values"]) {
    if (!value.IsScalar()) {
      problems.add(value, "sweep.values", "must be single values");
      return;
    }
    if (root["stages"][words[0] + "@" + value.Scalar()]) {
      problems.add(value, "sweep.values", fmt::format("'{}' is there twice", value.Scalar()));
      return;
    }
    for (const auto& s : stages) {
      YAML::Node copy = root["stages"][s].IsMap() ? YAML::Clone(root["stages"][s]) : YAML::Node(YAML::NodeType::Map);
      if (!copy["stage"]) copy["stage"] = s;
      if (copy["after"]) {
        std::vector<std::string> after;
        if (copy["after"].IsScalar())
          after = {copy["after"].Scalar()};
        else
          for (const auto& a : copy["after"]) after.push_back(a.Scalar());
        for (auto& a : after)
          if (contains(stages, a)) a += "@" + value.Scalar();
        copy["after"] = after;
      }
      if (sweep["set"])
        for (const auto& entry : sweep["set"])
          if (const auto w = split(entry.first.Scalar(), '.'); w.size() > 1 && w[0] == s) set_option(copy, w, entry.second);
      if (s == words[0]) set_option(copy, words, value);
      root["stages"][s + "@" + value.Scalar()] = copy;
    }
  }
}

}  // namespace

void expand_sweeps(YAML::Node root, Problems& problems) {
  const YAML::Node sweep = root["sweep"];
  if (!sweep.IsDefined() || sweep.IsNull()) return;
  if (sweep.IsMap())
    expand(root, sweep, problems);
  else if (sweep.IsSequence())
    for (const auto& one : sweep) expand(root, one, problems);
  else
    problems.add(sweep, "sweep", "must be a map: {over: stage.option, values: [...], stages: [...]}");
}

}  // namespace ronchi::engine
