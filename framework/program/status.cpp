// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/program/status.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <set>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/engine/job.hpp"
#include "framework/engine/parts.hpp"
#include "framework/engine/plan_file.hpp"
#include "framework/engine/quarantine.hpp"

namespace ronchi {

namespace {

struct Entry {
  std::string name;
  std::filesystem::path directory;
  std::vector<std::string> after;
};

std::vector<Entry> entries(const std::filesystem::path& job) {
  const auto file = job / "run.yaml";
  if (!std::filesystem::exists(file))
    fail(Fault::missing, "name the folder that `ronchi run` printed, e.g. run/nanowire_phases",
         "{} is not the result folder of a job", job.string());
  std::vector<Entry> all;
  for (const auto& node : YAML::Load(engine::read_text_file(file))) {
    Entry e{node["name"].as<std::string>(), job / node["directory"].as<std::string>(), {}};
    for (const auto& a : node["after"]) e.after.push_back(a.as<std::string>());
    all.push_back(std::move(e));
  }
  return all;
}

/// Takes away a result, or (with `items`) only the parts that hold these.
void forget(const Entry& e, const std::set<std::int64_t>* items) {
  for (const char* name : {"index.h5", "stage.yaml"}) std::filesystem::remove(e.directory / name);
  if (items == nullptr)  // what was found out from the old input
    for (const char* name : {"parts", "failed", "checkpoints"}) std::filesystem::remove_all(e.directory / name);
  const auto parts = engine::Parts::in(e.directory / "parts");
  for (const auto* files : {&parts.superseded(), &parts.files()})
    for (const auto& part : *files) {
      const auto i = items->lower_bound(part.items.first);
      if (i != items->end() && *i < part.items.last) std::filesystem::remove(part.path);
    }
}

}  // namespace

std::string status_text(const std::filesystem::path& job) {
  std::string text = fmt::format("{:<16} {:<12} {:>24} {:>8}\n", "stage", "state", "items", "failed");
  for (const auto& e : entries(job)) {
    engine::Quarantine quarantine(e.directory);
    quarantine.load();
    std::size_t held = 0;
    for (const auto& [item, record] : quarantine.records()) held += record.quarantined ? 1 : 0;
    std::int64_t total = 0, done = 0, team = 1;
    if (const auto plan = engine::load_plan(e.directory)) {
      total = plan->items;
      team = plan->team;
    }
    for (const auto& part : engine::Parts::in(e.directory / "parts").files()) done += part.items.size();
    const bool complete = std::filesystem::exists(e.directory / "index.h5");
    if (complete) done = total;
    const std::string state = complete ? "done" : total == 0 ? "not begun" : done > 0 ? "unfinished" : "begun";
    const std::string items = team != 1 ? "collective" : fmt::format("{} of {}", human_count(done), human_count(total));
    text += fmt::format("{:<16} {:<12} {:>24} {:>8}\n", e.name, state, total == 0 && !complete ? "" : items, held);
  }
  return text;
}

std::string retry(const std::filesystem::path& job, const std::string& stage, const std::string& reason) {
  const auto all = entries(job);
  std::set<std::string> changed;
  std::string text;
  bool known = stage.empty();
  for (const auto& e : all) {
    known = known || e.name == stage;
    bool input_changed = false;
    for (const auto& a : e.after) input_changed = input_changed || changed.contains(a);
    std::set<std::int64_t> items;
    engine::Quarantine quarantine(e.directory);
    quarantine.load();
    if (stage.empty() || e.name == stage)
      for (const auto& [item, record] : quarantine.records())
        if (record.quarantined && record.reason.find(reason) != std::string::npos) items.insert(item);
    for (const auto item : items) quarantine.acquit(item);
    if (!items.empty() || input_changed) {
      forget(e, input_changed ? nullptr : &items);
      changed.insert(e.name);
      text += items.empty() ? fmt::format("{}: will be made again, because its input changes\n", e.name)
                            : fmt::format("{}: {} items will be done again\n", e.name, items.size());
    }
  }
  if (!known) fail(Fault::usage, "`ronchi status` lists them", "there is no stage '{}' in {}", stage, job.string());
  return text.empty() ? "no failed items\n" : text + "run the job again to do them\n";
}

}  // namespace ronchi
