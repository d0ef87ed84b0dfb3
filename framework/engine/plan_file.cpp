// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/plan_file.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "framework/base/error.hpp"
#include "framework/engine/durable.hpp"
#include "framework/engine/job.hpp"

namespace ronchi::engine {

namespace {
std::filesystem::path file_in(const std::filesystem::path& stage_directory) { return stage_directory / "plan.yaml"; }
}  // namespace

void save_plan(const std::filesystem::path& stage_directory, const Plan& plan) {
  write_text_file(file_in(stage_directory), fmt::format("items: {}\nper_task: {}\nteam: {}\n{}", plan.items, plan.per_task,
                                                        plan.team, plan.shards ? "shards: true\n" : ""));
}

std::optional<Plan> load_plan(const std::filesystem::path& stage_directory) {
  const auto file = file_in(stage_directory);
  if (!std::filesystem::exists(file)) return std::nullopt;
  try {
    const YAML::Node node = YAML::Load(read_text_file(file));
    return Plan{node["items"].as<std::int64_t>(), node["per_task"].as<std::int64_t>(), node["team"].as<int>(), 0,
                node["shards"].as<bool>(false)};
  } catch (const YAML::Exception& e) {
    fail(Fault::corrupt, "remove it and run the job again: it is written anew", "{}: {}", file.string(), e.what());
  }
}

}  // namespace ronchi::engine
