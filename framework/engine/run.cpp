// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <thread>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/engine/context.hpp"
#include "framework/engine/durable.hpp"
#include "framework/engine/heart.hpp"
#include "framework/engine/plan_file.hpp"
#include "framework/engine/quarantine.hpp"
#include "framework/engine/together.hpp"
#include "framework/store/io_hints.hpp"

namespace ronchi::engine {

namespace {

std::vector<StageState> make_states(const Job& job, const Communicator& world) {
  std::string joined;
  on_leader(world, [&] {
    for (const auto& id : identities(job)) joined += join(id.lines, "\n") + '\0';
  });
  joined = world.broadcast(joined);
  std::vector<StageState> states;
  const auto texts = split(joined, '\0');
  for (std::size_t i = 0; i < job.stages.size(); ++i)
    states.push_back(make_state(job, job.stages[i], Identity{split(texts[i], '\n')}));
  return states;
}

/// Before anything runs, on the leader: the last stage's mistakes, too. What is done needs no options any more.
void check_stages(const std::vector<StageState>& stages, const Communicator& world) {
  on_leader(world, [&] {
    for (const auto& s : stages)
      if (!std::filesystem::exists(s.index_file())) s.spec->check();
  });
}

/// What runs that died left behind: strikes for items that crashed, suspicion for those that were in flight. Of items that were in
/// flight together nobody knows which one did it.
void judge(const std::vector<Slots::Trace>& traces, Context& context) {
  for (const auto& trace : traces) {
    if (trace.state == Slots::State::interrupted) continue;
    Quarantine quarantine(context.job.directory() / trace.stage_directory, context.fence);
    quarantine.load();
    const bool crashed = trace.state == Slots::State::crashed, several = trace.count > 1;
    bool anew = false;
    for (std::int64_t item = trace.item; item < trace.item + trace.count; ++item) {
      if (quarantine.holds(item)) continue;
      anew = true;
      if (crashed && !several)
        quarantine.strike(item, fmt::format("the process died of signal {} in this item", trace.signal));
      else
        quarantine.suspect(item, "it was in flight when its process was killed");
    }
    if (!anew) continue;
    const std::string items =
        several ? fmt::format("items {} to {}", trace.item, trace.item + trace.count - 1) : fmt::format("item {}", trace.item);
    context.progress.say(fmt::format("{} of {} {} in flight when an earlier run died{}; {} alone this time", items,
                                     trace.stage_directory, several ? "were" : "was",
                                     crashed ? fmt::format(" of signal {}", trace.signal) : "", several ? "each runs" : "it runs"));
  }
}

/// The job as it runs, complete in itself, beside its results; and which directories its stages have.
void save_job(const Context& context) {
  YAML::Node root;
  root["name"] = context.job.options.name;
  root["seed"] = context.job.options.seed;
  if (context.job.options.memory_limit() > 0) root["memory"] = std::to_string(context.job.options.memory_limit());
  root["max_failed"] = context.job.options.max_failed;
  YAML::Node directories;
  for (const auto& s : context.stages) {
    YAML::Node stage = YAML::Clone(s.spec->configured.resolved);
    stage["stage"] = s.spec->type->name;
    if (!s.spec->after.empty()) stage["after"] = s.spec->after;
    if (s.spec->fuse) stage["fuse"] = true;
    root["stages"][s.spec->name] = stage;
    YAML::Node entry;
    entry["name"] = s.spec->name;
    entry["directory"] = s.directory_name();
    entry["after"] = s.spec->after;
    if (s.spec->fuse) entry["fuse"] = true;
    directories.push_back(entry);
  }
  const auto text = [](const YAML::Node& node) {
    YAML::Emitter out;
    out << node;
    return std::string(out.c_str()) + "\n";
  };
  write_text_file(context.job.directory() / "job.yaml", text(root), context.fence);
  write_text_file(context.job.directory() / "run.yaml", text(directories), context.fence);
}

enum class Planned { complete, yes, later };

/// Plans on the leader. `streams`: some input is still being made; a stage that needs it for its plan is planned later.
Planned plan_stage(Context& context, StageState& s, bool streams) {
  std::int64_t numbers[6] = {0, 0, 0, 0, 0, 0};
  on_leader(context.world, [&] {
    if (std::filesystem::exists(s.index_file())) {
      std::filesystem::remove_all(s.directory / "checkpoints");  // of a run that was killed just after its last step
      numbers[0] = 1;
      numbers[1] = open_result(s.index_file()).attribute_or<std::int64_t>("items", 1);
      return;
    }
    if (const auto changes = what_changed(context.job, *s.spec, s.identity);
        !changes.empty() && !std::filesystem::exists(s.directory))
      context.progress.say(fmt::format("{}: computed anew because {}", s.spec->name, join(changes, "; ")));
    require(context.fence);
    prepare(s);
    Plan p;
    try {
      p = s.stage().plan(context.inputs(s));
    } catch (const Failure& f) {
      if (!streams || f.error().fault != Fault::missing) throw;
      numbers[0] = 2;
      return;
    }
    if (p.items < 0 || p.per_task < 1)
      fail(Fault::internal, "report this", "stage {} plans {} items in tasks of {}", s.spec->name, p.items, p.per_task);
    numbers[1] = p.items;
    numbers[2] = p.per_task;
    numbers[3] = p.team;
    numbers[4] = p.bytes;
    numbers[5] = p.shards ? 1 : 0;
    save_plan(s.directory, p);
    if (p.bytes > 0) {
      std::error_code ec;
      const auto space = std::filesystem::space(s.directory, ec);
      if (!ec && static_cast<std::int64_t>(space.available) < p.bytes)
        fail(Fault::no_space, "free some space or choose another `output:`", "stage {} needs about {} in {}, where {} are free",
             s.spec->name, human_bytes(static_cast<double>(p.bytes)), s.directory.string(),
             human_bytes(static_cast<double>(space.available)));
    }
  });
  context.world.broadcast(std::span<std::int64_t>(numbers));
  if (numbers[0] == 2) return Planned::later;
  s.complete = numbers[0] == 1;
  s.plan = {numbers[1], std::max<std::int64_t>(1, numbers[2]), static_cast<int>(numbers[3]), numbers[4], numbers[5] != 0};
  return s.complete ? Planned::complete : Planned::yes;
}

/// True if `s` may run beside the map stages in `segment`: all its inputs are complete, or stream from the segment.
bool joins(Context& context, const StageState& s, const std::vector<StageState*>& segment) {
  if (segment.empty()) return true;
  int streams = 0;
  for (const auto& name : s.spec->after) {
    const StageState& input = context.state(name);
    if (input.complete) continue;
    const bool here = std::find(segment.begin(), segment.end(), &input) != segment.end();
    if (!here || !s.stage().needs(name, {0, 1})) return false;
    ++streams;
  }
  for (const auto* other : segment)
    if (other->directory == s.directory) return false;  // the same work under two names: the second finds it done
  return streams <= 1;
}

/// True if `s` only ever lives inside the stage that is fused with it, and that one is complete.
bool fused_and_done(const Context& context, const StageState& s) {
  for (const auto& follower : context.stages)
    if (follower.spec->fuse && follower.spec->after[0] == s.spec->name)
      return std::filesystem::exists(follower.index_file()) || fused_and_done(context, follower);
  return false;
}

Ended run_stages(Context& context) {
  for (std::size_t i = 0; i < context.stages.size();) {
    std::vector<StageState*> segment;
    for (; i < context.stages.size(); ++i) {
      StageState& s = context.stages[i];
      if (context.world.broadcast_value(fused_and_done(context, s))) {
        s.complete = true;
        continue;
      }
      if (!joins(context, s, segment)) break;
      const bool streams =
          std::any_of(s.spec->after.begin(), s.spec->after.end(), [&](const auto& name) { return !context.state(name).complete; });
      const Planned planned = plan_stage(context, s, streams);
      if (planned == Planned::later) break;
      if (planned == Planned::complete) {
        context.progress.say(fmt::format("{:<12} done before", s.spec->name));
        continue;
      }
      if (s.plan.team == 1) {
        segment.push_back(&s);
        continue;
      }
      if (!segment.empty()) break;  // a team is no rank that can do something else meanwhile
      ++i;
      // Slices run beside each other; what all ranks do together is left to the run without slices.
      if (s.plan.team == all_ranks && context.options.slices > 1) return {.others = true};
      if (const Ended ended = s.plan.team == all_ranks ? run_collective(context, s) : run_maps(context, {&s}); !ended.goes_on())
        return ended;
      break;
    }
    if (segment.empty()) continue;
    if (const Ended ended = run_maps(context, segment); !ended.goes_on()) return ended;
  }
  return {};
}

}  // namespace

StageState make_state(const Job& job, const StageSpec& spec, Identity identity) {
  StageState s;
  s.spec = &spec;
  s.identity = std::move(identity);
  s.key = s.identity.key();
  s.directory = stage_directory(job, spec, s.key);
  s.recipe = recipe(job, spec);
  return s;
}

StageState& Context::state(const std::string& name) {
  return *std::find_if(stages.begin(), stages.end(), [&](const StageState& s) { return s.spec->name == name; });
}

Inputs Context::inputs(const StageState& stage) const {
  std::vector<Input> inputs;
  for (const auto& name : stage.spec->after) {
    const auto& s = *std::find_if(stages.begin(), stages.end(), [&](const StageState& other) { return other.spec->name == name; });
    inputs.push_back({name, s.spec->type->name, s.key, s.directory, s.plan.items, {}});
  }
  return Inputs(job.options.seed, std::move(inputs), job.directory(),
                {job.options.memory_limit(), job.options.memory_limit() / node.size()});
}

int threads_per_rank(const RunOptions& options, const Communicator& world) {
  const Communicator node = world.node();
  if (options.threads > 0) return options.threads;
  const auto cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  return std::max(1, cores / node.size());
}

namespace {

/// A run that was superseded says so, whatever it stumbled over first.
int exit_code_of(int code, const std::optional<Fence>& fence, const Communicator& world, Progress& progress) {
  if (code == 0 || !fence) return code;
  const int superseded = exit_code(Fault::superseded);
  if (world.leads() && code != superseded)
    if (const auto who = fence->superseded()) {
      progress.say("ronchi: " + *who);
      code = superseded;
    }
  return world.broadcast_value(code);
}

}  // namespace

int run_job(const Job& job, const RunOptions& options, const Communicator& world) {
  const Communicator node = world.node();
  const StopSignal stop(options.stop_after);
  Progress progress(world.leads(), ::isatty(2) != 0);
  std::optional<Fence> fence;
  try {
    auto stages = make_states(job, world);
    check_stages(stages, world);
    Epoch epoch;
    on_leader(world, [&] {
      (void)h5::io_hints();  // a mistake in them is said before anything is done
      make_directories(job.directory());
      sweep_temporaries(job.directory());
      epoch = take_epoch(job.directory(), options.slice, options.slices);
    });
    fence.emplace(job.directory(), world.broadcast_value(epoch));
    const auto processes = world.gather(process_name());
    std::vector<Slots::Trace> traces;
    on_leader(world, [&] { traces = Slots::collect(job.directory(), {processes.begin(), processes.end()}); });
    std::optional<Slots> slots;
    together(world, [&] { slots.emplace(job.directory(), node, world.rank()); });
    const Heart heart(job.directory(), world, node, *slots, progress,
                      {.beat = options.beat,
                       .silence = options.silence,
                       .epoch = fence->epoch().number,
                       .slice = options.slices > 1 ? fmt::format("{}/{}", options.slice, options.slices) : "",
                       .superseded = [&fence] { return fence->superseded(); }});
    Context context{
        job, options, world, node, stop, &*slots, &*fence, progress, threads_per_rank(options, world), std::move(stages)};
    on_leader(world, [&] {
      judge(traces, context);
      save_job(context);
    });
    const Ended ended = run_stages(context);
    if (ended.code != 0) return exit_code_of(ended.code, fence, world, progress);
    if (ended.others)
      progress.say(
          fmt::format("slice {}/{} has done its share; a run without --slice completes the job", options.slice, options.slices));
    if (!ended.stopped) return 0;
    const int code = exit_code_of(exit_unfinished, fence, world, progress);
    if (code == exit_unfinished) progress.say("stopped in good order; run the same command again to go on");
    return code;
  } catch (const Failure& f) {  // the same on every rank: it came through together()
    progress.say(fmt::format("ronchi: {}", f.what()));
    return exit_code_of(exit_code(f.error().fault), fence, world, progress);
  }
}

}  // namespace ronchi::engine
