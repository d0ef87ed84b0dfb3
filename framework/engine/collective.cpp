// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Collective stages: one task by all ranks; its part becomes the index as it is.
#include <fmt/format.h>

#include <optional>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/engine/context.hpp"
#include "framework/engine/durable.hpp"
#include "framework/engine/together.hpp"
#include "framework/store/shared_write.hpp"

namespace ronchi::engine {

namespace {

/// A collective stage has one item, which is not put in quarantine: its failure ends the job.
class NoGuard : public ItemGuard {
 public:
  bool begin(std::int64_t) override { return true; }
  void end(std::int64_t) override {}
  void failed(std::int64_t, const std::string& reason) override { fail(Fault::bad_item, "", "{}", reason); }
};

/// The stage itself. A failure of all ranks is an ordinary one; that of one rank alone ends the program.
void run_stage(const Context& context, const StageState& s, const Crew& crew, Team& team, Part& part) {
  const auto failed = [&](const Error& e) {
    if (!crew.failed_together()) give_up(context, s, {0, 1}, e.text(), e.fault);
    throw Failure(e);
  };
  try {
    s.stage().run({{0, 1}, 0}, team, context.inputs(s), part);
  } catch (const Failure& f) { failed(f.error()); } catch (const std::bad_alloc&) {
    failed({Fault::no_space, "there is not enough memory", "use more nodes, or bin or crop the data in ingest"});
  } catch (const std::exception& e) { failed({Fault::internal, e.what(), "report this"}); }
}

void perform(Context& context, StageState& s) {
  const auto& world = context.world;
  const auto report = [&](double fraction, const std::string& text) { context.progress.update(fraction, text); };
  bool superseded = false;  // then the stage is stopped like one that is asked to, so that all ranks end together
  const auto in_charge = [&] { return !(superseded = superseded || (context.fence != nullptr && context.fence->superseded())); };
  Team team(
      world, context.threads, Checkpoints(s.directory / "checkpoints", in_charge),
      [&] { return context.stop.asked() || superseded; },
      world.leads() ? std::function<void(double, const std::string&)>(report) : nullptr);
  NoGuard guard;
  const Crew crew = Crew::of(world, 0);
  std::optional<Draft> draft;
  h5::File file;
  on_leader(world, [&] {
    draft.emplace(s.index_file(), context.fence, Existing::kept);
    file = h5::create_shared(draft->temporary());
  });
  Part part({0, 1}, std::move(file), s.directory, guard, world);
  together(world, [&] {
    run_stage(context, s, crew, team, part);
    Account account{context.progress.seconds(), 1, 0, {}, peak_memory(world)};
    if (!world.leads()) return;
    const auto products = part.finish();
    account.warnings = part.file().attribute_or<std::vector<std::string>>("warnings", {});
    const auto summary = part.file().attribute_or<std::string>("summary", "");
    stamp(part.file(), s);
    part.file().set_attribute("items", std::int64_t{1});
    part.file().close();
    require(context.fence);
    for (const auto& name : products) commit(temporary_name(s.directory / name), s.directory / name, context.fence);
    link_products(context, s, products);
    write_sidecar(context, s, account);
    draft->commit();  // last: it means that everything is there
    std::filesystem::remove_all(s.directory / "checkpoints");
    context.progress.finish(
        fmt::format("{:<12} {}{}{}", s.spec->name, summary, summary.empty() ? "" : ", ", human_seconds(account.seconds)));
    for (const auto& w : account.warnings) context.progress.say(fmt::format("{:<12} warning: {}", "", w));
    for (const auto& p : products) context.progress.say(fmt::format("{:<12} {}", "", (context.job.directory() / p).string()));
  });
}

}  // namespace

void give_up(const Context& context, const StageState& s, Range items, const std::string& what, Fault fault) {
  std::fprintf(stderr, "ronchi: stage %s, items %lld to %lld, rank %d alone: %s\n", s.spec->name.c_str(),
               static_cast<long long>(items.first), static_cast<long long>(items.last - 1), context.world.rank(), what.c_str());
  std::fflush(stderr);
  MPI_Abort(context.world.mpi(), exit_code(fault));
  std::abort();
}

Ended run_collective(Context& context, StageState& s) {
  const auto& world = context.world;
  context.progress.start(s.spec->name);
  if (world.any(context.stop.asked())) return {.stopped = true};
  try {
    on_leader(world, [&] {
      sweep_temporaries(s.directory);
      sweep_temporaries(s.directory / "checkpoints");
    });
    perform(context, s);
  } catch (const Stopped&) { return {.stopped = true}; } catch (const Failure& f) {
    context.progress.say(fmt::format("ronchi: stage {}: {}", s.spec->name, f.what()));
    return {.code = exit_code(f.error().fault)};
  }
  s.complete = true;
  return {};
}

}  // namespace ronchi::engine
