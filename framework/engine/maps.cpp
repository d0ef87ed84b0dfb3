// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Map stages: claims, the items' guard, commits, and items that run alone.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/engine/claims.hpp"
#include "framework/engine/context.hpp"
#include "framework/engine/durable.hpp"
#include "framework/engine/isolated.hpp"
#include "framework/engine/quarantine.hpp"
#include "framework/engine/task.hpp"

namespace ronchi::engine {

namespace {

/// One or more stages that run on the same range in the same claim; only the last one's results become files.
struct Unit {
  std::vector<StageState*> chain;
  std::vector<bool> alone;  ///< per task: a suspect, for a child process
  Quarantine quarantine;
  [[nodiscard]] StageState& last() const { return *chain.back(); }
};

std::vector<Unit> make_units(const std::vector<StageState*>& segment) {
  std::vector<Unit> units;
  for (auto* s : segment) {
    if (s->spec->fuse) {
      const auto host = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.last().spec->name == s->spec->after[0]; });
      if (host != units.end()) {
        if (s->plan.items != host->last().plan.items)
          fail(Fault::usage, "remove `fuse:` there", "{} has {} items, {} has {}: they cannot be fused", s->spec->name, s->plan.items, host->last().spec->name, host->last().plan.items);
        host->chain.push_back(s);
        host->quarantine = Quarantine(s->directory);
        continue;
      }
    }
    units.push_back({{s}, {}, Quarantine(s->directory)});
  }
  return units;
}

/// The missing ranges, cut at multiples of per_task and around suspects, which come last. Ranges as flat numbers:
/// committed..., then tasks as (first, last, alone).
struct Found { std::vector<std::int64_t> committed, tasks; };

Found find_work(const Context& context, Unit& unit) {
  const StageState& s = unit.last();
  const auto& o = context.options;
  Found found;
  sweep_temporaries(s.parts_directory());
  const Parts parts = Parts::in(s.parts_directory());
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
      if (is_suspect) last = first + 1;
      else if (suspect != suspects.end()) last = std::min(last, *suspect);
      if (index % o.slices == o.slice) {
        if (is_suspect) alone.push_back({first, last});
        else found.tasks.insert(found.tasks.end(), {first, last, 0});
      }
      first = last;
    }
  }
  for (const auto r : alone) found.tasks.insert(found.tasks.end(), {r.first, r.last, 1});
  return found;
}

Work share_work(const Context& context, Unit& unit) {
  unit.quarantine.load();
  Found found;
  if (context.world.leads()) found = find_work(context, unit);
  const auto share = [&](std::vector<std::int64_t>& v) {
    v.resize(context.world.broadcast_value(v.size()));
    context.world.broadcast(std::span(v));
  };
  share(found.committed);
  share(found.tasks);
  Work work;
  for (std::size_t i = 0; i < found.committed.size(); i += 2) work.committed.push_back({found.committed[i], found.committed[i + 1]});
  for (std::size_t i = 0; i < found.tasks.size(); i += 3) {
    work.tasks.push_back({found.tasks[i], found.tasks[i + 1]});
    unit.alone.push_back(found.tasks[i + 2] != 0);
  }
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

class Segment {
 public:
  Segment(Context& context, std::vector<StageState*> stages) : context_(context), units_(make_units(stages)) {
    std::vector<Work> work;
    for (auto& u : units_) work.push_back(share_work(context_, u));
    connect(units_, work);
    work_ = work;
    claims_ = std::make_unique<Claims>(context_.world, context_.node, std::move(work));
    for (const auto& u : units_)
      for (const auto& [item, record] : u.quarantine.records()) known_bad_ += record.quarantined ? 1 : 0;
  }

  Ended run() {
    context_.progress.start(units_.back().last().spec->name);
    if (claims_->coordinates()) claims_->serve([&] { show(); });
    else compute();
    return conclude();
  }

 private:
  using Answer = Claims::Answer;

  void compute() {
    for (;;) {
      if (context_.stop.asked()) { stopped_ = true; break; }
      bool later = false, found = false;
      // Followers first: what streams is drained before more is made.
      for (int u = static_cast<int>(units_.size()) - 1; u >= 0 && !found; --u) {
        const auto claim = claims_->claim(u);
        later = later || claim.answer == Answer::wait;
        if (claim.answer == Answer::task) {
          found = true;
          perform(u, claim.task);
        }
      }
      if (!found && !later) break;
      if (!found) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      show();
    }
    claims_->leave();
  }

  void perform(int u, int task) {
    Unit& unit = units_[static_cast<std::size_t>(u)];
    const Range items = work_[static_cast<std::size_t>(u)].tasks[static_cast<std::size_t>(task)];
    std::int64_t bad = 0;
    bool ok = false;
    try {
      const auto limit = [&](std::int64_t more) {
        if (known_bad_ + claims_->bad_items() + more > context_.job.options.max_failed)
          fail(Fault::bad_item, "look into failed/, mend the cause, then `ronchi retry`; or raise max_failed", "more than {} items failed", context_.job.options.max_failed);
      };
      if (unit.alone[static_cast<std::size_t>(task)] && !alone_in_child(context_, unit.last(), items.first, unit.quarantine)) {
        stopped_ = true;  // the child was told to stop: the item is still open
        claims_->done(u, task, false, 0);
        return;
      }
      if (!Parts::in(unit.last().parts_directory()).covers(items) || !unit.alone[static_cast<std::size_t>(task)])
        bad = do_task(context_, unit.chain, {items, static_cast<int>(items.first / unit.last().plan.per_task)}, unit.quarantine, limit);
      ok = true;
    } catch (const Failure& f) {
      note(unit, items, f.what(), exit_code(f.error().fault));
    } catch (const std::bad_alloc&) {
      note(unit, items, "there is not enough memory; use fewer ranks per node", exit_code(Fault::no_space));
    } catch (const std::exception& e) {
      note(unit, items, e.what(), exit_code(Fault::internal));
    }
    if (!ok) claims_->abort();
    claims_->done(u, task, ok, bad);
  }

  void note(const Unit& unit, Range items, const std::string& what, int code) {
    code_ = code;
    std::fprintf(stderr, "ronchi: stage %s, items %lld to %lld, rank %d: %s\n", unit.last().spec->name.c_str(), static_cast<long long>(items.first),
                 static_cast<long long>(items.last - 1), context_.world.rank(), what.c_str());
  }

  void show() {
    if (!context_.world.leads()) return;
    double done = 0, total = 0;
    for (std::size_t u = 0; u < units_.size(); ++u) {
      done += static_cast<double>(claims_->done_tasks(static_cast<int>(u)));
      total += static_cast<double>(work_[u].tasks.size());
    }
    context_.progress.update(done, total, "tasks");
  }

  Ended conclude() {
    Ended ended;
    ended.code = static_cast<int>(context_.world.max(code_));
    ended.stopped = context_.world.any(stopped_);
    if (ended.code != 0) return ended;
    for (auto& unit : units_)
      if (!close_stage(unit)) ended.stopped = true;
    return ended;
  }

  /// Merges, writes index and sidecar once everything is there. False if something is missing.
  bool close_stage(Unit& unit) {
    StageState& s = unit.last();
    bool covered = false;
    if (context_.world.leads()) covered = Parts::in(s.parts_directory()).covers({0, s.plan.items});
    if (!context_.world.broadcast_value(covered)) return false;
    merge_parts(context_, s);
    Account account;
    account.peak_memory = peak_memory(context_.world);
    std::string error;
    int fault = -1;
    if (context_.world.leads()) {
      try {
        write_index(context_, s, account.warnings);
        account.seconds = context_.progress.seconds();
        account.tasks = static_cast<std::int64_t>(unit.alone.size());
        account.failed = static_cast<std::int64_t>(Parts::in(s.parts_directory()).failed().size());
        write_sidecar(context_, s, account);
        report(s, account);
      } catch (const Failure& f) {
        error = f.what();
        fault = static_cast<int>(f.error().fault);
      }
    }
    fault = context_.world.broadcast_value(fault);
    if (fault >= 0) throw Failure(Error{static_cast<Fault>(fault), context_.world.broadcast(error), ""});
    for (auto* member : unit.chain) member->complete = true;
    return true;
  }

  void report(const StageState& s, const Account& account) {
    context_.progress.finish(fmt::format("{:<12} {} items in {} tasks, {}", s.spec->name, human_count(s.plan.items), human_count(account.tasks), human_seconds(account.seconds)));
    if (account.failed > 0)
      context_.progress.say(fmt::format("{:<12} {} items failed; their reasons are in {}; `ronchi retry {}` does them again", "", account.failed,
                                        (s.directory / "failed").string(), context_.job.directory().string()));
    for (const auto& w : account.warnings) context_.progress.say(fmt::format("{:<12} warning: {}", "", w));
  }

  Context& context_;
  std::vector<Unit> units_;
  std::vector<Work> work_;
  std::unique_ptr<Claims> claims_;
  std::int64_t known_bad_ = 0;
  std::int64_t code_ = 0;
  bool stopped_ = false;
};

}  // namespace

Ended run_maps(Context& context, std::vector<StageState*> segment) { return Segment(context, std::move(segment)).run(); }

}  // namespace ronchi::engine
