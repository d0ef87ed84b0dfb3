// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/task.hpp"

#include <list>
#include <optional>
#include <set>

#include "framework/base/error.hpp"
#include "framework/engine/durable.hpp"

namespace ronchi::engine {

namespace {

/// What failed in a task, in whichever stage of the chain: it is not fed to the next.
struct Bad {
  std::set<std::int64_t> items;
  std::int64_t fresh = 0;  ///< that were not in quarantine before
};

class Guard : public ItemGuard {
 public:
  Guard(const Context& context, const StageState& stage, Quarantine& quarantine, const std::function<bool(std::int64_t)>& too_many,
        const Crew& crew, Bad& bad)
      : context_(context),
        stage_(stage),
        name_(stage.directory_name()),
        quarantine_(quarantine),
        too_many_(too_many),
        crew_(crew),
        bad_(bad) {}

  bool open(std::int64_t item) const override { return !bad_.items.contains(item) && !quarantine_.holds(item); }
  bool begin(std::int64_t item) override {
    if (!open(item)) {
      bad_.items.insert(item);
      return false;
    }
    if (context_.slots != nullptr) context_.slots->begin(name_, item);
    return true;
  }
  void end(std::int64_t) override {
    if (context_.slots != nullptr) context_.slots->end();
  }
  void begin_together(Range items) override {
    if (context_.slots != nullptr && items.size() > 0) context_.slots->begin(name_, items.first, items.size());
  }
  void end_together() override {
    if (context_.slots != nullptr) context_.slots->end();
  }
  void failed(std::int64_t item, const std::string& reason) override {
    if (!crew_.failed_together()) give_up(context_, stage_, {item, item + 1}, reason, Fault::bad_item);
    bad_.items.insert(item);
    ++bad_.fresh;
    on_leader(crew_.ranks, [&] { quarantine_.fail(item, reason); });
    if (crew_.ranks.any(crew_.ranks.leads() && too_many_(bad_.fresh)))
      fail(Fault::bad_item, "look into failed/, mend the cause, then `ronchi retry`; or raise max_failed",
           "more than {} items failed", context_.job.options.max_failed);
  }

 private:
  const Context& context_;
  const StageState& stage_;
  std::string name_;
  Quarantine& quarantine_;
  const std::function<bool(std::int64_t)>& too_many_;
  const Crew& crew_;
  Bad& bad_;
};

/// The stage's inputs, with the one that it is fused with read from memory.
Inputs with_fused(const Inputs& inputs, const std::string& name, Range items, const h5::File& file) {
  auto all = inputs.all();
  for (auto& i : all)
    if (i.name == name) i.fused = [items, &file] { return Parts::of(items, file); };
  return Inputs(inputs.seed(), std::move(all), inputs.job_directory(), inputs.memory());
}

}  // namespace

std::int64_t do_task(const Context& context, const std::vector<StageState*>& chain, const Task& task, Quarantine& quarantine,
                     const std::function<bool(std::int64_t)>& too_many, const Crew& crew) {
  const StageState& last = *chain.back();
  const bool leads = crew.ranks.leads();
  std::optional<Draft> draft;
  if (leads)
    draft.emplace(last.parts_directory() / (std::to_string(task.items.first) + "-" + std::to_string(task.items.last) + ".h5"),
                  context.fence, Existing::kept);
  Team team(crew.ranks, context.threads, {}, [&] { return context.stop.asked(); }, {});
  Bad bad;
  std::list<Part> done;   // earlier members of the chain, in memory
  bool expected = false;  // the others of the crew are waiting for this rank
  const auto work = [&] {
    for (const StageState* s : chain) {
      const bool to_disk = s == &last;
      expected = true;
      Guard guard(context, last, quarantine, too_many, crew, bad);
      Part part(task.items,
                !leads    ? h5::File()
                : to_disk ? h5::File::create(draft->temporary())
                          : h5::File::in_memory(),
                s->directory, guard, crew.ranks);
      const Inputs inputs =
          done.empty() ? context.inputs(*s) : with_fused(context.inputs(*s), s->spec->after[0], task.items, done.back().file());
      s->stage().run(task, team, inputs, part);
      expected = false;
      (void)part.finish();
      if (!to_disk) {
        done.push_back(std::move(part));
      } else if (leads) {
        stamp(part.file(), *s);
        part.file().close();
        draft->commit();
      }
    }
  };
  const auto failed = [&](const std::string& what, Fault fault) {
    if (context.slots != nullptr) context.slots->end();
    if (expected && !crew.failed_together()) give_up(context, last, task.items, what, fault);
  };
  try {
    work();
  } catch (const Failure& f) {
    failed(f.what(), f.error().fault);
    throw;
  } catch (const std::exception& e) {
    failed(e.what(), Fault::internal);
    throw;
  }
  return bad.fresh;
}

}  // namespace ronchi::engine
