// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/isolated.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "framework/base/error.hpp"
#include "framework/engine/durable.hpp"
#include "framework/engine/plan_file.hpp"
#include "framework/engine/task.hpp"

extern char** environ;  // NOLINT

namespace ronchi::engine {

namespace {

/// The environment without what a launcher put there: the child is no rank of anything.
std::vector<char*> plain_environment() {
  std::vector<char*> kept;
  for (char** e = environ; *e != nullptr; ++e) {
    const std::string_view entry(*e);
    bool launcher = false;
    for (const std::string_view prefix : {"OMPI_", "PMIX_", "PMI_", "PRTE_", "SLURM_PROCID", "SLURM_STEP"})
      launcher = launcher || entry.starts_with(prefix);
    if (!launcher) kept.push_back(*e);
  }
  kept.push_back(nullptr);
  return kept;
}

/// The wait status of `program isolated JOB STAGE ITEM`.
int run_child(const Context& context, const StageState& stage, std::int64_t item) {
  const std::string program = context.options.program.string();
  std::vector<std::string> words{program,
                                 "isolated",
                                 (context.job.directory() / "job.yaml").string(),
                                 stage.spec->name,
                                 std::to_string(item),
                                 "--output",
                                 context.job.options.output};
  if (context.fence != nullptr) words.insert(words.end(), {"--epoch", context.fence->epoch().name()});
  std::vector<char*> arguments;
  for (auto& w : words) arguments.push_back(w.data());
  arguments.push_back(nullptr);
  auto environment = plain_environment();
  pid_t child = 0;
  if (const int error = ::posix_spawn(&child, program.c_str(), nullptr, nullptr, arguments.data(), environment.data()); error != 0)
    fail(Fault::unreadable, "report this", "{} cannot be started: {}", program, std::strerror(error));
  int status = 0;
  while (::waitpid(child, &status, 0) != child)  // a stop waits for the item that is running, here as elsewhere
    if (errno != EINTR) fail(Fault::internal, "report this", "waiting for a child failed: {}", std::strerror(errno));
  return status;
}

Fault fault_of(int code) {
  for (int f = 0; f < static_cast<int>(Fault::internal); ++f)
    if (exit_code(static_cast<Fault>(f)) == code) return static_cast<Fault>(f);
  return Fault::internal;
}

}  // namespace

bool alone_in_child(const Context& context, const StageState& stage, std::int64_t item, Quarantine& quarantine) {
  while (!quarantine.holds(item)) {
    const int status = run_child(context, stage, item);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
      quarantine.load();
      if (!quarantine.holds(item)) quarantine.acquit(item);  // else the child found the item bad
      return true;
    }
    if (context.stop.asked()) return false;  // whoever stopped this process may have killed the child
    if (WIFEXITED(status))
      throw Failure(Error{fault_of(WEXITSTATUS(status)),
                          fmt::format("the process for item {} ended with exit code {}", item, WEXITSTATUS(status)),
                          "its message stands above"});
    quarantine.strike(item, fmt::format("its process died of signal {} ({}) in this item, alone", WTERMSIG(status),
                                        ::strsignal(WTERMSIG(status))));
    std::fprintf(stderr, "item %lld of %s killed its process (signal %d)%s\n", static_cast<long long>(item),
                 stage.spec->name.c_str(), WTERMSIG(status), quarantine.holds(item) ? "; it is in quarantine now" : "");
  }
  return true;
}

int run_isolated(const Job& job, const std::string& stage, std::int64_t item, const std::string& epoch) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // do not outlive the run that waits for this
  const Communicator self;
  const StopSignal stop(0);
  Progress progress(false, false);
  const RunOptions options;
  std::optional<Fence> fence;
  if (const auto e = Epoch::from(epoch)) fence.emplace(job.directory(), *e);
  Context context{job, options, self, self, stop, nullptr, fence ? &*fence : nullptr, progress, 1, {}};
  const auto ids = identities(job);
  for (std::size_t i = 0; i < job.stages.size(); ++i) {
    StageState s = make_state(job, job.stages[i], ids[i]);
    if (const auto plan = load_plan(s.directory)) s.plan = *plan;  // the run's own: also of the inputs, which are not planned here
    context.stages.push_back(std::move(s));
  }
  StageState* wanted = &context.state(stage);
  std::vector<StageState*> chain{wanted};
  // Fused as in the run: not with a stage whose result is there already.
  while (chain.front()->spec->fuse && !std::filesystem::exists(context.state(chain.front()->spec->after[0]).index_file()))
    chain.insert(chain.begin(), &context.state(chain.front()->spec->after[0]));
  Quarantine quarantine(wanted->directory, context.fence);
  quarantine.load();
  do_task(
      context, chain, {{item, item + 1}, static_cast<int>(item / wanted->plan.per_task)}, quarantine,
      [](std::int64_t) { return false; }, Crew{});
  return 0;
}

}  // namespace ronchi::engine
