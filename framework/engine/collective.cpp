// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Collective stages: one task by all ranks; its part becomes the index as it is.
#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/engine/context.hpp"
#include "framework/engine/durable.hpp"

namespace ronchi::engine {

namespace {

/// A collective stage has one item, which is not put in quarantine: its failure ends the job.
class NoGuard : public ItemGuard {
 public:
  bool begin(std::int64_t) override { return true; }
  void end(std::int64_t) override {}
  void failed(std::int64_t, const std::string& reason) override { throw Failure(Error{Fault::internal, reason, ""}); }
};

/// One rank's failure while the others wait for it in a collective call cannot be told to them any other way.
[[noreturn]] void give_up(const Context& context, const StageState& s, const std::string& what, int code) {
  std::fprintf(stderr, "ronchi: stage %s, item 0, rank %d: %s\n", s.spec->name.c_str(), context.world.rank(), what.c_str());
  std::fflush(stderr);
  MPI_Abort(context.world.mpi(), code);
  std::abort();
}

std::vector<std::string> perform(Context& context, StageState& s) {
  const auto temporary = temporary_name(s.index_file());
  const auto report = [&](double fraction, const std::string& text) { context.progress.update(fraction, text); };
  Team team(context.world, context.threads, Checkpoints(s.directory / "checkpoints"), [&] { return context.stop.asked(); },
            context.world.leads() ? std::function<void(double, const std::string&)>(report) : nullptr);
  NoGuard guard;
  const bool leads = context.world.leads();
  Part part({0, 1}, leads ? h5::File::create(temporary) : h5::File(), s.directory, guard, context.world);
  s.stage().run({{0, 1}, 0}, team, context.inputs(s), part);
  if (!leads) return {};
  const auto products = part.finish();
  stamp(part.file(), s);
  part.file().set_attribute("items", std::int64_t{1});
  part.file().close();
  for (const auto& name : products) commit(temporary_name(s.directory / name), s.directory / name);
  commit(temporary, s.index_file());
  std::error_code ec;
  std::filesystem::remove_all(s.directory / "checkpoints", ec);
  return products;
}

}  // namespace

Ended run_collective(Context& context, StageState& s) {
  context.progress.start(s.spec->name);
  if (context.world.any(context.stop.asked())) return {0, true};
  if (context.world.leads()) sweep_temporaries(s.directory);
  try {
    const auto products = perform(context, s);
    Account account{context.progress.seconds(), 1, 0, {}, peak_memory(context.world)};
    if (context.world.leads()) {
      const h5::File index = h5::File::open(s.index_file());
      if (index.has_attribute("warnings")) account.warnings = index.attribute<std::vector<std::string>>("warnings");
      write_sidecar(context, s, account);
      link_products(context, s, products);
      context.progress.finish(fmt::format("{:<12} {}", s.spec->name, human_seconds(account.seconds)));
      for (const auto& w : account.warnings) context.progress.say(fmt::format("{:<12} warning: {}", "", w));
      for (const auto& p : products) context.progress.say(fmt::format("{:<12} {}", "", (context.job.directory() / p).string()));
    }
  } catch (const Stopped&) {
    return {0, true};
  } catch (const Failure& f) {
    if (context.world.size() > 1) give_up(context, s, f.what(), exit_code(f.error().fault));
    context.progress.say(fmt::format("ronchi: stage {}: {}", s.spec->name, f.what()));
    return {exit_code(f.error().fault), false};
  } catch (const std::bad_alloc&) {
    give_up(context, s, "there is not enough memory; use more nodes, or bin or crop the data in ingest", exit_code(Fault::no_space));
  } catch (const std::exception& e) {
    give_up(context, s, e.what(), exit_code(Fault::internal));
  }
  s.complete = true;
  return {};
}

}  // namespace ronchi::engine
