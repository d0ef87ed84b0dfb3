// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/program/retry.hpp"

#include <fmt/format.h>

#include <set>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/engine/parts.hpp"
#include "framework/engine/quarantine.hpp"
#include "framework/program/runs.hpp"

namespace ronchi {

namespace {

/// Takes away a result, or (with `items`) only the parts that hold these.
void forget(const StageEntry& e, const std::set<std::int64_t>* items) {
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

std::string retry(const std::filesystem::path& job, const std::string& stage, const std::string& reason) {
  const auto all = stage_entries(job);
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
