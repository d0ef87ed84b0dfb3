// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/program/retry.hpp"

#include <fmt/format.h>

#include <algorithm>
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
  if (items == nullptr) {  // what was found out from the old input
    for (const char* name : {"parts", "checkpoints"}) std::filesystem::remove_all(e.directory / name);
    return;
  }
  const auto parts = engine::Parts::in(e.directory / "parts");
  for (const auto* files : {&parts.superseded(), &parts.files()})
    for (const auto& part : *files) {
      const auto i = items->lower_bound(part.items.first);
      if (i != items->end() && *i < part.items.last) std::filesystem::remove(part.path);
    }
}

}  // namespace

std::string retry(const std::filesystem::path& job, const std::string& stage, const std::string& reason) {
  struct Change {
    StageEntry entry;
    std::set<std::int64_t> items;
    bool by_input = false;
  };
  std::vector<Change> changes;
  std::set<std::string> changed;
  std::string text;
  bool known = stage.empty();
  for (const auto& e : stage_entries(job)) {
    known = known || e.name == stage;
    Change c{e, {}, std::any_of(e.after.begin(), e.after.end(), [&](const auto& a) { return changed.contains(a); })};
    engine::Quarantine quarantine(e.directory);
    quarantine.load();
    if (stage.empty() || e.name == stage)
      for (const auto& [item, record] : quarantine.records())
        if (record.quarantined && record.reason.find(reason) != std::string::npos) c.items.insert(item);
    if (c.items.empty() && !c.by_input) continue;
    changed.insert(e.name);
    text += c.items.empty() ? fmt::format("{}: will be made again, because its input changes\n", e.name)
                            : fmt::format("{}: {} items will be done again\n", e.name, c.items.size());
    changes.push_back(std::move(c));
  }
  if (!known) fail(Fault::usage, "`ronchi status` lists them", "there is no stage '{}' in {}", stage, job.string());
  // Whatever is interrupted here is found again: dependents go before their inputs, and the records of failed items last of all.
  for (auto c = changes.rbegin(); c != changes.rend(); ++c) forget(c->entry, c->by_input ? nullptr : &c->items);
  for (const auto& c : changes) {
    if (c.by_input) std::filesystem::remove_all(c.entry.directory / "failed");
    engine::Quarantine quarantine(c.entry.directory);
    quarantine.load();
    for (const auto item : c.items) quarantine.acquit(item);
  }
  return text.empty() ? "no failed items\n" : text + "run the job again to do them\n";
}

}  // namespace ronchi
