// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/remake.hpp"

#include <algorithm>
#include <map>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/engine/context.hpp"
#include "framework/engine/durable.hpp"
#include "framework/engine/plan_file.hpp"

namespace ronchi::engine {

namespace {

/// Nobody else is there to go on with: what is wrong with the item is said.
class NoQuarantine : public ItemGuard {
 public:
  bool begun = false;
  bool begin(std::int64_t) override { return begun = true; }
  void end(std::int64_t) override {}
  void failed(std::int64_t item, const std::string& reason) override {
    fail(Fault::bad_item, "", "item {} failed, as it does in the run: {}", item, reason);
  }
};

class Remaking {
 public:
  Remaking(const Context& context, std::int64_t item) : context_(context), item_(item) {}

  /// The item's rows of a stage, in `file`.
  h5::File& make(const StageState& s, h5::File file, const std::filesystem::path& where) {
    const Inputs inputs = inputs_of(s);
    NoQuarantine guard;
    const Communicator self;
    Team team(self, context_.threads, {}, [] { return false; }, {});
    Part part({item_, item_ + 1}, std::move(file), where, guard, self);
    s.stage().run({{item_, item_ + 1}, 0}, team, inputs, part);
    if (!guard.begun)
      fail(Fault::bad_item, "its reason stands in failed/ of one of those", "stage {} leaves item {} out, as one of {} has none",
           s.spec->name, item_, join(s.spec->after, ", "));
    (void)part.finish();
    stamp(part.file(), s);
    part.file().set_attribute("item", item_);
    return made_.insert_or_assign(s.spec->name, std::move(part.file())).first->second;
  }

 private:
  Inputs inputs_of(const StageState& s) {
    auto all = context_.inputs(s).all();
    for (auto& input : all) {
      if (input.items == 0) fail(Fault::missing, "run the job as far as that", "{} has no index", input.directory.string());
      const Range needed = s.stage().needs(input.name, {item_, item_ + 1}).value_or(Range{item_, item_ + 1});
      const auto parts = input.directory / "parts";
      if (std::filesystem::exists(parts) && Parts::in(parts).covers(needed)) continue;
      if (!(needed == Range{item_, item_ + 1}))
        fail(Fault::missing, "run the job again: what is missing is made anew", "items {} to {} of {} are not there", needed.first,
             needed.last - 1, input.name);
      h5::File& file = made_.contains(input.name) ? made_.at(input.name) : make_input(input);
      input.fused = [item = item_, &file] { return Parts::of({item, item + 1}, file); };
    }
    const Inputs plain = context_.inputs(s);
    return Inputs(plain.seed(), std::move(all), plain.job_directory(), plain.memory());
  }

  h5::File& make_input(const Input& input) {
    return make(*std::find_if(context_.stages.begin(), context_.stages.end(),
                              [&](const StageState& other) { return other.spec->name == input.name; }),
                h5::File::in_memory(), input.directory);
  }

  const Context& context_;
  std::int64_t item_;
  std::map<std::string, h5::File> made_;  ///< by stage: others may come after it, too
};

/// How many items a stage has, if that is known here.
std::int64_t items_of(const StageState& s) {
  if (std::filesystem::exists(s.index_file())) return open_result(s.index_file()).attribute_or<std::int64_t>("items", 1);
  const auto plan = load_plan(s.directory);
  return plan ? plan->items : 0;
}

}  // namespace

void remake(const Job& job, const std::string& stage, std::int64_t item, const std::filesystem::path& out) {
  const Communicator self;
  const StopSignal stop(0);
  Progress progress(false, false);
  const RunOptions options;
  Context context{job, options, self, self, stop, nullptr, nullptr, progress, 1, {}};
  const auto ids = identities(job);
  std::vector<std::string> names;
  StageState* wanted = nullptr;
  for (std::size_t i = 0; i < job.stages.size(); ++i) {
    StageState s = make_state(job, job.stages[i], ids[i]);
    s.plan.items = items_of(s);
    names.push_back(job.stages[i].name);
    context.stages.push_back(std::move(s));
  }
  for (auto& s : context.stages)
    if (s.spec->name == stage) wanted = &s;
  if (wanted == nullptr) fail(Fault::usage, "its stages: " + join(names, ", "), "this job has no stage '{}'", stage);
  wanted->plan = wanted->stage().plan(context.inputs(*wanted));
  if (wanted->plan.team != 1) fail(Fault::usage, "run the job", "stage '{}' is not made item by item", stage);
  if (item < 0 || item >= wanted->plan.items)
    fail(Fault::usage, "count from 0", "stage '{}' has {} items, there is no {}", stage, wanted->plan.items, item);
  Draft draft(out, nullptr, Existing::replaced);
  Remaking remaking(context, item);
  remaking.make(*wanted, h5::File::create(draft.temporary()), out.parent_path()).close();
  draft.commit();
}

}  // namespace ronchi::engine
