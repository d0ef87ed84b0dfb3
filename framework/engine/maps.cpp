// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Map stages and stages of small teams: who claims, who follows, and what is done when all tasks are.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/comm/waiting.hpp"
#include "framework/engine/context.hpp"
#include "framework/engine/isolated.hpp"
#include "framework/engine/merge.hpp"
#include "framework/engine/task.hpp"
#include "framework/engine/together.hpp"
#include "framework/engine/units.hpp"

namespace ronchi::engine {

namespace {

/// Who does the tasks: every rank by itself, or teams. With several nodes rank 0 only coordinates; ranks that do not fill a
/// team have nothing to do.
struct Teams {
  Crew crew;                    ///< of this rank; a single rank when there are no teams
  Communicator claimers, node;  ///< those who claim: rank 0 and the teams' leaders; only valid on them
  bool claims = true, works = true;

  Teams(const Context& context, int size) {
    const auto& world = context.world;
    const int first = world.sum(context.node.leads() ? 1 : 0) > 1 ? 1 : 0;
    size = std::min(size, world.size() - first);
    const int team = world.rank() < first ? -1 : (world.rank() - first) / size, teams = (world.size() - first) / size;
    works = team >= 0 && team < teams;
    crew = Crew::of(world, works ? team : world.size());
    claims = world.leads() || (works && crew.ranks.leads());
    claimers = world.split(claims ? 0 : 1, world.rank());
    node = claimers.node();
  }
};

class Segment {
 public:
  Segment(Context& context, std::vector<StageState*> stages) : context_(context), units_(make_units(context, stages)) {
    std::vector<Work> work;
    for (auto& u : units_) work.push_back(share_work(context_, u));
    connect(units_, work);
    work_ = work;
    if (const int size = units_[0].last().plan.team; size != 1) teams_.emplace(context_, size);
    if (!teams_ || teams_->claims)
      claims_ = std::make_unique<Claims>(teams_ ? teams_->claimers : context_.world, teams_ ? teams_->node : context_.node,
                                         std::move(work));
  }

  Ended run() {
    context_.progress.start(units_.back().last().spec->name);
    if (claims_ && claims_->coordinates())
      serve();
    else if (claims_ && (!teams_ || teams_->works))
      compute();
    else if (teams_ && teams_->works)
      follow();
    context_.world.wait_for_all();  // who is done early leaves the processor to the others
    return conclude();
  }

 private:
  using Answer = Claims::Answer;
  const Crew& crew() const { return teams_ ? teams_->crew : alone_; }

  bool too_many(int u, std::int64_t more) const {
    return units_[static_cast<std::size_t>(u)].held + claims_->bad_items(u) + more > context_.job.options.max_failed;
  }

  /// The coordinator alone knows the failures of all nodes.
  void serve() {
    claims_->serve([&] {
      show();
      if (!stopped_ && context_.stop.asked()) {
        stopped_ = true;
        claims_->abort();
      }
      for (int u = 0; u < static_cast<int>(units_.size()); ++u)
        if (code_ == 0 && too_many(u, 0)) {
          code_ = exit_code(Fault::bad_item);
          context_.progress.say(
              fmt::format("ronchi: stage {}: {}", units_[static_cast<std::size_t>(u)].last().spec->name, too_many_text(context_)));
          claims_->abort();
        }
    });
  }

  void compute() {
    std::optional<Waiting> waiting;  // for tasks that others must make ready first
    for (;;) {
      if (context_.stop.asked() || follower_asked_) {
        stopped_ = true;
        claims_->abort();  // all stop, also those who were not told
        break;
      }
      bool later = false, found = false;
      // Followers first: what streams is drained before more is made.
      for (int u = static_cast<int>(units_.size()) - 1; u >= 0 && !found; --u) {
        const auto claim = claims_->claim(u);
        later = later || claim.answer == Answer::wait;
        found = claim.answer == Answer::task || claim.answer == Answer::merge;
        if (found) waiting.reset();
        if (claim.answer == Answer::task) perform(u, claim.task);
        if (claim.answer == Answer::merge) merge(u, claim.task);
      }
      if (!found && !later) break;
      if (!found) {
        if (!waiting) waiting.emplace();
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
      show();
    }
    claims_->leave();
    tell(-1);
  }

  /// A team's leader says which task comes next, -1: none.
  std::int64_t tell(std::int64_t task) {
    if (crew().ranks.size() == 1) return task;
    crew().ranks.wait_for_all();
    follower_asked_ = crew().ranks.any(context_.stop.asked());
    return crew().ranks.broadcast_value(task);
  }

  void follow() {
    for (std::int64_t task; (task = tell(0)) >= 0;) {
      try {
        run_task(0, static_cast<int>(task), crew());
      } catch (const std::exception&) {  // the leader has caught the same
      }
    }
  }

  /// Returns how many items failed in it.
  std::int64_t run_task(int u, int task, const Crew& crew) {
    Unit& unit = units_[static_cast<std::size_t>(u)];
    const Range items = work_[static_cast<std::size_t>(u)].tasks[static_cast<std::size_t>(task)];
    return do_task(
        context_, unit.chain, {items, static_cast<int>(items.first / unit.last().plan.per_task)}, unit.quarantine,
        [&](std::int64_t more) { return too_many(u, more); }, crew);
  }

  /// A suspect, in a child process; what is in quarantine afterwards is left out in this one. Empty: stopped.
  std::optional<std::int64_t> run_alone(int u, int task) {
    Unit& unit = units_[static_cast<std::size_t>(u)];
    const Range items = work_[static_cast<std::size_t>(u)].tasks[static_cast<std::size_t>(task)];
    if (!alone_in_child(context_, unit.last(), items.first, unit.quarantine)) return std::nullopt;
    if (!Parts::in(unit.last().parts_directory()).covers(items)) (void)run_task(u, task, alone_);
    return unit.quarantine.holds(items.first) ? 1 : 0;
  }

  void perform(int u, int task) {
    const Unit& unit = units_[static_cast<std::size_t>(u)];
    std::optional<std::int64_t> bad;
    attempt(u, work_[static_cast<std::size_t>(u)].tasks[static_cast<std::size_t>(task)], [&] {
      if (unit.alone[static_cast<std::size_t>(task)]) {
        bad = run_alone(u, task);
        stopped_ = stopped_ || !bad;  // the item is still open
      } else {
        tell(task);
        bad = run_task(u, task, crew());
      }
      if (bad && too_many(u, *bad)) fail(Fault::bad_item, "", "{}", too_many_text(context_));
    });
    claims_->done(u, task, code_ == 0 && bad, bad.value_or(0));
  }

  /// A cell whose tasks are all committed; by this rank alone, also where teams do the tasks.
  void merge(int u, int cell) {
    const StageState& s = units_[static_cast<std::size_t>(u)].last();
    const std::int64_t cut = final_cut(s.plan);
    attempt(u, {cell * cut, std::min(s.plan.items, (cell + 1) * cut)}, [&] { merge_cell(context_, s, cell); });
  }

  /// After a failure nobody gets more work.
  void attempt(int u, Range items, const std::function<void()>& work) {
    try {
      work();
    } catch (const Failure& f) { note(u, items, f.what(), exit_code(f.error().fault)); } catch (const std::bad_alloc&) {
      note(u, items, "there is not enough memory; use fewer ranks per node", exit_code(Fault::no_space));
    } catch (const std::exception& e) { note(u, items, e.what(), exit_code(Fault::internal)); }
    if (code_ != 0) claims_->abort();
  }

  void note(int u, Range items, const std::string& what, int code) {
    code_ = code;
    std::fprintf(stderr, "ronchi: stage %s, items %lld to %lld, rank %d: %s\n",
                 units_[static_cast<std::size_t>(u)].last().spec->name.c_str(), static_cast<long long>(items.first),
                 static_cast<long long>(items.last - 1), context_.world.rank(), what.c_str());
  }

  void show() {
    if (!context_.world.leads() || !claims_) return;
    double done = 0, total = 0;
    for (std::size_t u = 0; u < units_.size(); ++u) {
      done += static_cast<double>(claims_->done_tasks(static_cast<int>(u)));
      total += static_cast<double>(work_[u].tasks.size());
    }
    context_.progress.update(done, total, "tasks");
  }

  Ended conclude() {
    Ended ended{.code = static_cast<int>(context_.world.max(code_)), .stopped = context_.world.any(stopped_)};
    if (!ended.goes_on()) return ended;
    for (auto& unit : units_)
      if (!close_stage(unit)) (context_.options.slices > 1 ? ended.others : ended.stopped) = true;
    return ended;
  }

  /// Merges, writes index and sidecar once everything is there. False if something is missing. The index is left to the run
  /// without slices: several slices would write it at once.
  bool close_stage(Unit& unit) {
    StageState& s = unit.last();
    if (context_.options.slices > 1) return false;
    bool covered = false;
    on_leader(context_.world, [&] { covered = Parts::in(s.parts_directory()).covers({0, s.plan.items}); });
    if (!context_.world.broadcast_value(covered)) return false;
    merge_parts(context_, s);
    Account account{context_.progress.seconds(), static_cast<std::int64_t>(unit.alone.size()), 0, {}, peak_memory(context_.world)};
    on_leader(context_.world, [&] {
      write_index(context_, s, account);
      report(s, account);
    });
    for (auto* member : unit.chain) member->complete = true;
    return true;
  }

  void report(const StageState& s, const Account& account) {
    context_.progress.finish(fmt::format("{:<12} {} items in {} tasks, {}", s.spec->name, human_count(s.plan.items),
                                         human_count(account.tasks), human_seconds(account.seconds)));
    if (account.failed > 0)
      context_.progress.say(fmt::format("{:<12} {} items failed; their reasons are in {}; `ronchi retry {}` does them again", "",
                                        account.failed, (s.directory / "failed").string(), context_.job.directory().string()));
    for (const auto& w : account.warnings) context_.progress.say(fmt::format("{:<12} warning: {}", "", w));
  }

  Context& context_;
  std::vector<Unit> units_;
  std::vector<Work> work_;
  std::optional<Teams> teams_;
  const Crew alone_;
  std::unique_ptr<Claims> claims_;
  std::int64_t code_ = 0;
  bool stopped_ = false;
  bool follower_asked_ = false;  ///< a rank of this team was asked to stop
};

}  // namespace

Ended run_maps(Context& context, std::vector<StageState*> segment) { return Segment(context, std::move(segment)).run(); }

}  // namespace ronchi::engine
