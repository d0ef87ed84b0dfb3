// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Small files that outlive a process: drafts, records of bad items, traces of what was in flight, checkpoints.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "framework/base/error.hpp"
#include "framework/engine/durable.hpp"
#include "framework/engine/quarantine.hpp"
#include "framework/engine/slots.hpp"
#include "framework/engine/team.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::engine {

TEST(Durable, ADraftIsThereWholeOrNotAtAll) {
  testing::TemporaryDirectory folder;
  {
    const Draft draft(folder / "a");
    testing::write_file(draft.temporary(), "half");
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  {
    Draft draft(folder / "a");
    testing::write_file(draft.temporary(), "whole");
    draft.commit();
  }
  EXPECT_EQ(testing::contents(folder / "a"), "whole");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
  EXPECT_THROW(write_text_file(folder / "no" / "such" / "folder", "x"), Failure);
}

TEST(Durable, OnlyTemporariesOfProcessesThatAreGoneAreSwept) {
  testing::TemporaryDirectory folder;
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  int status = 0;
  ::waitpid(child, &status, 0);
  const std::string gone = host_name() + "." + std::to_string(child);
  EXPECT_FALSE(process_lives(gone));
  EXPECT_TRUE(process_lives(process_name()));
  const pid_t zombie = ::fork();
  if (zombie == 0) ::_exit(0);
  siginfo_t ended{};
  ::waitid(P_PID, static_cast<id_t>(zombie), &ended, WEXITED | WNOWAIT);
  EXPECT_FALSE(process_lives(host_name() + "." + std::to_string(zombie))) << "it has ended, though its parent has not asked yet";
  ::waitpid(zombie, nullptr, 0);
  EXPECT_TRUE(process_lives("elsewhere.1"));
  EXPECT_TRUE(process_lives("nonsense"));
  for (const auto& name :
       {".a.h5.tmp-" + gone, ".b.h5.tmp-" + process_name(), std::string(".c.h5.tmp-elsewhere.1"), std::string("d.h5")})
    testing::write_file(folder / name, "x");
  sweep_temporaries(folder.path());
  EXPECT_FALSE(std::filesystem::exists(folder / (".a.h5.tmp-" + gone)));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 3);
}

TEST(Durable, AnEarlierStartOfTheSameSlurmJobIsGone) {
  ::setenv("SLURM_JOB_ID", "77", 1);
  ::setenv("SLURM_RESTART_COUNT", "2", 1);
  EXPECT_FALSE(process_lives("77-1@node5.cluster.123"));
  EXPECT_TRUE(process_lives("77-2@node5.cluster.123"));
  EXPECT_TRUE(process_lives("78-1@node5.cluster.123"));
  EXPECT_TRUE(process_lives("node5.cluster.123"));
  ::unsetenv("SLURM_JOB_ID");
  ::unsetenv("SLURM_RESTART_COUNT");
  EXPECT_TRUE(process_lives("77-1@node5.cluster.123"));
}

TEST(Quarantine, TwoStrikesOrOneFailure) {
  testing::TemporaryDirectory folder;
  Quarantine q(folder.path());
  q.strike(3, "signal 6");
  EXPECT_FALSE(q.holds(3));
  EXPECT_TRUE(q.records().at(3).suspect);
  q.strike(3, "signal 6 again");
  q.fail(4, "a \"bad\" item:\n# two lines");
  q.suspect(5, "in flight");
  Quarantine again(folder.path());
  again.load();
  EXPECT_TRUE(again.holds(3));
  EXPECT_EQ(again.records().at(3).strikes, 2);
  EXPECT_TRUE(again.holds(4));
  EXPECT_EQ(again.records().at(4).reason, "a \"bad\" item:\n# two lines");
  EXPECT_FALSE(again.holds(5));
  EXPECT_TRUE(again.records().at(5).suspect);
  again.acquit(4);
  testing::write_file(folder / "failed" / "9.yaml", "[not a record");
  testing::write_file(folder / "failed" / "notes.txt", "x");
  q.load();
  EXPECT_FALSE(q.holds(4));
  EXPECT_TRUE(q.holds(9));
  EXPECT_EQ(q.records().size(), 3u);
}

TEST(Slots, OutliveTheProcessAndAreReadOnce) {
  testing::TemporaryDirectory folder;
  int last_code = 0;
  const auto die = [&](auto&& how) {
    const pid_t child = ::fork();
    if (child == 0) {
      Slots slots(folder.path(), Communicator());
      slots.begin("numbers-0123456789abcdef", 41);
      slots.begin("a-stage-with-quite-a-long-name-that-goes-on-and-on-0123456789abcdef", 42);
      how(slots);
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    last_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return Slots::collect(folder.path());
  };
  auto traces = die([](Slots&) { ::kill(::getpid(), SIGKILL); });
  ASSERT_EQ(traces.size(), 1u);
  EXPECT_EQ(traces[0].item, 42);
  EXPECT_EQ(traces[0].stage_directory, "a-stage-with-quite-a-long-name-that-goes-on-and-on-0123456789abcdef");
  EXPECT_EQ(traces[0].state, Slots::State::in_flight);
  EXPECT_TRUE(Slots::collect(folder.path()).empty());
  traces = die([](Slots&) { ::raise(SIGBUS); });
  ASSERT_EQ(traces.size(), 1u);
  EXPECT_EQ(traces[0].state, Slots::State::crashed);
  EXPECT_EQ(traces[0].signal, SIGBUS);
  traces = die([](Slots&) {
    Slots::terminate();
    ::kill(::getpid(), SIGKILL);
  });
  ASSERT_EQ(traces.size(), 1u);
  EXPECT_EQ(traces[0].state, Slots::State::interrupted) << "taken down by the launcher: not to blame";
  EXPECT_TRUE(die([](Slots& s) {
                s.end();
                ::kill(::getpid(), SIGKILL);
              }).empty());
  traces = die([](Slots& s) {
    s.all()[0].verdict = 75;
    Slots::terminate();
    ::kill(::getpid(), SIGKILL);  // not reached
  });
  EXPECT_EQ(last_code, 75) << "a rank that waits inside MPI is ended where it is";
  ASSERT_EQ(traces.size(), 1u);
  EXPECT_EQ(traces[0].state, Slots::State::interrupted);
  const Slots living(folder.path(), Communicator());
  EXPECT_TRUE(Slots::collect(folder.path()).empty());
  // A container that is started again has the same host name and process numbers: what bears this run's names before it has any
  // slots is from an earlier one.
  living.all()[0].item = 7;
  living.all()[0].state = Slots::State::crashed;
  const auto files = folder / "inflight";
  std::filesystem::copy_file(*std::filesystem::directory_iterator(files), folder / "kept");
  std::filesystem::rename(folder / "kept", files / (process_name() + ".slots"));
  traces = Slots::collect(folder.path(), {process_name()});
  ASSERT_EQ(traces.size(), 1u);
  EXPECT_EQ(traces[0].item, 7);
  living.all()[0].state = Slots::State::idle;
  const Slots again(folder.path(), Communicator());
  EXPECT_FALSE(std::filesystem::is_empty(folder / "inflight"));
}

TEST(Checkpoints, TheLastTwoAreKeptAndAnUnreadableOneIsPassedOver) {
  testing::TemporaryDirectory folder;
  const Checkpoints checkpoints(folder / "c");
  EXPECT_FALSE(checkpoints.load());
  for (const std::int64_t step : {2, 10, 9}) checkpoints.save(step, [&](h5::Group& g) { g.set_attribute("step", step); });
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder / "c"), {}), 2);
  EXPECT_EQ(checkpoints.load()->step, 10);
  testing::write_file(folder / "c" / "10.h5", "rubbish");
  EXPECT_EQ(checkpoints.load()->step, 9);
  EXPECT_EQ(checkpoints.load()->file.attribute<std::int64_t>("step"), 9);
  testing::write_file(folder / "c" / "9.h5", "");
  EXPECT_FALSE(checkpoints.load());
  EXPECT_FALSE(Checkpoints().load());
}

}  // namespace ronchi::engine
