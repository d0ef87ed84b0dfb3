// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/units.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/engine/durable.hpp"
#include "framework/engine/merge.hpp"
#include "framework/engine/together.hpp"

namespace ronchi::engine {

namespace {

/// The missing ranges, cut at multiples of per_task and around suspects, which come last. Ranges as flat numbers:
/// committed..., then tasks as (first, last, alone).
struct Found {
  std::vector<std::int64_t> committed, tasks;
};

Found find_work(const Context& context, Unit& unit) {
  const StageState& s = unit.last();
  const auto& o = context.options;
  Found found;
  for (const auto& d : {s.directory, s.parts_directory(), s.directory / "failed"}) sweep_temporaries(d);
  const Parts parts = Parts::in(s.parts_directory());
  for (const auto& f : parts.superseded()) std::filesystem::remove(f.path);
  for (const auto& f : parts.files()) found.committed.insert(found.committed.end(), {f.items.first, f.items.last});
  std::vector<std::int64_t> suspects;
  for (const auto& [item, record] : unit.quarantine.records())
    if (record.suspect && !record.quarantined) suspects.push_back(item);
  std::vector<Range> alone;
  for (const Range gap : parts.missing({0, s.plan.items})) {
    for (std::int64_t first = gap.first; first < gap.last;) {
      std::int64_t last = std::min(gap.last, (first / s.plan.per_task + 1) * s.plan.per_task);
      const std::int64_t index = first / s.plan.per_task;
      const auto suspect = std::lower_bound(suspects.begin(), suspects.end(), first);
      const bool is_suspect = suspect != suspects.end() && *suspect == first;
      if (is_suspect)
        last = first + 1;
      else if (suspect != suspects.end())
        last = std::min(last, *suspect);
      if (index % o.slices == o.slice) {
        if (is_suspect)
          alone.push_back({first, last});
        else
          found.tasks.insert(found.tasks.end(), {first, last, 0});
      }
      first = last;
    }
  }
  for (const auto r : alone) found.tasks.insert(found.tasks.end(), {r.first, r.last, 1});
  return found;
}

}  // namespace

std::vector<Unit> make_units(const Context& context, const std::vector<StageState*>& segment) {
  std::vector<Unit> units;
  for (auto* s : segment) {
    if (s->spec->fuse) {
      const auto host =
          std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.last().spec->name == s->spec->after[0]; });
      if (host != units.end()) {
        if (s->plan.items != host->last().plan.items)
          fail(Fault::usage, "remove `fuse:` there", "{} has {} items, {} has {}: they cannot be fused", s->spec->name,
               s->plan.items, host->last().spec->name, host->last().plan.items);
        host->chain.push_back(s);
        host->quarantine = Quarantine(s->directory, context.fence);
        continue;
      }
    }
    units.push_back({{s}, {}, Quarantine(s->directory, context.fence), 0});
  }
  return units;
}

std::string too_many_text(const Context& context) {
  return fmt::format("more than {} items failed (look into failed/, mend the cause, then `ronchi retry`; or raise max_failed)",
                     context.job.options.max_failed);
}

Work share_work(const Context& context, Unit& unit) {
  unit.quarantine.load();
  for (const auto& [item, record] : unit.quarantine.records()) unit.held += record.quarantined ? 1 : 0;
  Found found;
  on_leader(context.world, [&] {
    if (unit.held > context.job.options.max_failed)
      fail(Fault::bad_item, "", "stage {}: {}", unit.last().spec->name, too_many_text(context));
    found = find_work(context, unit);
  });
  const auto share = [&](std::vector<std::int64_t>& v) {
    v.resize(context.world.broadcast_value(v.size()));
    context.world.broadcast(std::span(v));
  };
  share(found.committed);
  share(found.tasks);
  Work work;
  for (std::size_t i = 0; i < found.committed.size(); i += 2)
    work.committed.push_back({found.committed[i], found.committed[i + 1]});
  for (std::size_t i = 0; i < found.tasks.size(); i += 3) {
    work.tasks.push_back({found.tasks[i], found.tasks[i + 1]});
    unit.alone.push_back(found.tasks[i + 2] != 0);
  }
  const Plan& plan = unit.last().plan;
  if (!merges(plan) || context.options.slices > 1) return work;  // a slice does not know when a cell is complete
  for (const Range task : work.tasks) work.cells.push_back(static_cast<std::int32_t>(task.first / final_cut(plan)));
  work.ripe = ripe_cells(plan, work.committed);
  return work;
}

void connect(const std::vector<Unit>& units, std::vector<Work>& work) {
  for (std::size_t u = 0; u < units.size(); ++u) {
    const StageState& first = *units[u].chain.front();
    for (std::size_t up = 0; up < u; ++up)
      for (const auto& name : first.spec->after)
        if (units[up].last().spec->name == name) {
          work[u].upstream = static_cast<int>(up);
          // An input that ended up in the same segment streams: joins() has seen to it.
          work[u].needs = [&stage = first.stage(), name](Range items) { return stage.needs(name, items).value_or(Range{}); };
        }
  }
}

}  // namespace ronchi::engine
