// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: what is said of a beat's file and of the watchdog in words. Time is handed in, so nothing here depends on a clock.
#include "framework/engine/watchdog.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "framework/engine/durable.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::engine {
namespace {

Beat example() {
  Beat b;
  b.number = 17;
  b.process = "77-1@node5.cluster.4711";
  b.host = "node5.cluster";
  b.slurm_job = "77";
  b.slurm_start = "1";
  b.epoch = 3;
  b.slice = "0/4";
  b.started = 1795000000;
  b.seconds = 12.5;
  b.period = 0.2;
  b.silence = 600;
  b.ranks_of_run = 256;
  b.coordinates = true;
  b.stage = {"dose scan@50", "iteration 40, error 0.163", 3, 10, 2, 4.5};
  b.stuck = 1.5;
  b.verdict = 75;
  b.reason = "two\nlines";
  b.ranks = {{0, -1, 0, 3.5, ""}, {1, 199999, 2.5, -1, "numbers-0123456789abcdef"}};
  return b;
}

/// <job>/beats with beats that a test writes, and a watchdog of one of the nodes a, b, c (a coordinates).
class Watch : public ::testing::Test {
 protected:
  void SetUp() override { make_directories(beats_directory(folder_.path())); }
  void beat(const std::string& process, std::int64_t number, double stuck = 0, int verdict = 0) {
    Beat b = example();
    b.process = b.host = process;
    b.number = number;
    b.stuck = stuck;
    b.verdict = verdict;
    b.reason = "as it says";
    testing::write_file(file(process), write_beat(b));
  }
  [[nodiscard]] std::filesystem::path file(const std::string& process) const { return beat_file(folder_.path(), process); }
  Watchdog of(const std::string& own, double silence = 600, Watchdog::Superseded superseded = nullptr) {
    return {folder_.path(), {"a", "b", "c"}, own, silence, std::move(superseded)};
  }
  static Beat own(double stuck = 0) {
    Beat b;
    b.stuck = stuck;
    return b;
  }
  testing::TemporaryDirectory folder_;
};

}  // namespace

TEST(Beat, IsReadAsItWasWritten) {
  const auto text = write_beat(example());
  const auto b = parse_beat(text + std::string(500, '\n'));
  ASSERT_TRUE(b);
  EXPECT_EQ(b->number, 17);
  EXPECT_EQ(b->process, "77-1@node5.cluster.4711");
  EXPECT_EQ(b->stage.name, "dose scan@50");
  EXPECT_EQ(b->stage.text, "iteration 40, error 0.163");
  EXPECT_EQ(b->stage.total, 10);
  EXPECT_EQ(b->ranks_of_run, 256);
  EXPECT_TRUE(b->coordinates);
  EXPECT_EQ(b->reason, "two lines");
  ASSERT_EQ(b->ranks.size(), 2u);
  EXPECT_EQ(b->ranks[0].waiting, 3.5);
  EXPECT_EQ(b->ranks[1].item, 199999);
  EXPECT_EQ(b->ranks[1].stage, "numbers-0123456789abcdef");
  EXPECT_EQ(write_beat(*b), text) << "nothing was lost";
}

/// A reader may see the beginning of one beat and the end of another, or what a broken disk makes of it.
TEST(Beat, TornAndDamagedOnesAreNone) {
  Beat next = example();
  ++next.number;
  const auto a = write_beat(example()), b = write_beat(next);
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 1; i + 1 < a.size(); ++i) {
    EXPECT_FALSE(parse_beat(a.substr(0, i))) << i;
    const auto torn = b.substr(0, i) + a.substr(i);
    EXPECT_TRUE(torn == a || torn == b || !parse_beat(torn)) << i;
    auto damaged = a;
    damaged[i] ^= 4;
    EXPECT_FALSE(parse_beat(damaged)) << i;
  }
  // The reader overtakes the writer, who overtakes the reader: first and last line are of the same beat.
  const auto third = a.size() / 3;
  Beat other = example();
  other.stuck = 7.5;
  const auto c = write_beat(other);
  ASSERT_EQ(a.size(), c.size());
  EXPECT_FALSE(parse_beat(a.substr(0, third) + c.substr(third, third) + a.substr(2 * third)));
  EXPECT_FALSE(parse_beat(""));
  EXPECT_FALSE(parse_beat(std::string(4096, '\0')));
  EXPECT_FALSE(parse_beat("rubbish\nof two lines\n"));
}

TEST(Beat, OfANodeWith128RanksIsSmall) {
  Beat b = example();
  b.ranks.assign(128, {123456, 1'000'000'000'000, 1e6, 1e6, std::string(87, 'x')});
  EXPECT_LT(write_beat(b).size(), 32u * 1024);
}

/// Samples of slots, as the heart of a node takes them.
TEST(NodeActivity, TellsSinceWhenARankDoesWhat) {
  std::vector<Slots::Slot> slots(2);
  slots[1].rank = 5;
  NodeActivity activity;
  auto ranks = activity.sample(slots, 1);
  EXPECT_EQ(ranks[0].item, -1);
  EXPECT_LT(ranks[0].waiting, 0);
  EXPECT_EQ(ranks[1].rank, 5);
  slots[0].state = Slots::State::in_flight;
  slots[0].items = 1;
  slots[0].item = 42;
  slots[1].waiting = 7;
  ranks = activity.sample(slots, 1);
  ranks = activity.sample(slots, 1);
  ranks = activity.sample(slots, 1);
  EXPECT_EQ(ranks[0].item, 42);
  EXPECT_EQ(ranks[0].item_seconds, 2);
  EXPECT_EQ(ranks[1].waiting, 2);
  EXPECT_EQ(NodeActivity::stuck(ranks), 0) << "the other one works";
  slots[0].items = 2;  // the same item again, or another: a new beginning
  EXPECT_EQ(activity.sample(slots, 1)[0].item_seconds, 0);
  slots[0].waiting = 3;
  (void)activity.sample(slots, 1);
  ranks = activity.sample(slots, 1);
  EXPECT_EQ(NodeActivity::stuck(ranks), 1);
  slots[1].waiting += 2;  // a wait ended and another began
  EXPECT_EQ(NodeActivity::stuck(activity.sample(slots, 1)), 0);
}

TEST_F(Watch, ANodeIsSilentWhenItsNumberStandsStill) {
  auto dog = of("a");
  for (int i = 0; i < 100; ++i) {
    beat("b", i);
    beat("c", 1000 - i);  // another number is news, larger or not
    EXPECT_FALSE(dog.look(own(), 30)) << i;
  }
  for (int i = 0; i < 19; ++i) {
    beat("b", 100 + i);
    EXPECT_FALSE(dog.look(own(), 30)) << i;
  }
  beat("b", 200);
  const auto verdict = dog.look(own(), 30);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->code, 75);
  EXPECT_EQ(verdict->reason, "node c has been silent for 10 min 0 s");
  EXPECT_TRUE(verdict->first_hand);
}

TEST_F(Watch, TornAndMissingBeatsAreNoNewsButNoEndEither) {
  auto dog = of("a", 100);
  for (int i = 0; i < 40; ++i) {
    beat("b", i);
    if (i % 3 == 0) beat("c", i);
    if (i % 3 == 1) testing::write_file(file("c"), "ronchi-beat 1\nend 2\n");
    if (i % 3 == 2) std::filesystem::remove(file("c"));
    EXPECT_FALSE(dog.look(own(), 30)) << i;
  }
  for (int i = 0; i < 4; ++i) {
    beat("b", 50 + i);
    testing::write_file(file("c"), "rubbish " + std::to_string(i));
    EXPECT_EQ(dog.look(own(), 30).has_value(), i == 3) << i;
  }
}

/// The dates of files are those of clocks that may be an hour off, or jump.
TEST_F(Watch, DatesOfFilesMeanNothing) {
  using std::filesystem::file_time_type;
  const auto hour = std::chrono::hours(1);
  auto dog = of("b", 100);
  for (int i = 0; i < 20; ++i) {
    beat("a", i);
    std::filesystem::last_write_time(file("a"), file_time_type::clock::now() + (i % 2 == 0 ? hour : -hour));
    EXPECT_FALSE(dog.look(own(), 30)) << i;
  }
  for (int i = 0; i < 3; ++i) {
    std::filesystem::last_write_time(file("a"), file_time_type::clock::now() + i * hour);  // touched, but no beat
    EXPECT_FALSE(dog.look(own(), 30)) << i;
  }
  EXPECT_TRUE(dog.look(own(), 30));
}

TEST_F(Watch, AllMustWaitForARunToBeStuck) {
  auto dog = of("a", 100);
  std::int64_t n = 0;
  const auto look = [&](double a, double b, double c) {
    beat("b", ++n, b);
    beat("c", ++n, c);
    return dog.look(own(a), 30);
  };
  EXPECT_FALSE(look(500, 500, 0));
  EXPECT_FALSE(look(0, 500, 500));
  EXPECT_FALSE(look(99, 100, 100));
  const auto verdict = look(100, 100, 100);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->code, 75);
  EXPECT_EQ(verdict->reason, "all ranks have waited for each other for 1 min 40 s");
}

TEST_F(Watch, TheOthersFollowTheCoordinator) {
  auto dog = of("c", 100);
  beat("a", 1);
  EXPECT_FALSE(dog.look(own(500), 30)) << "who does not coordinate does not know of the others' waits";
  beat("a", 2, 0, 10);
  const auto verdict = dog.look(own(), 30);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->code, 10);
  EXPECT_EQ(verdict->reason, "as it says");
  EXPECT_FALSE(verdict->first_hand);
}

TEST_F(Watch, ANewerRunEndsThisOneAlsoWithoutAWatchdog) {
  bool newer = false;
  const auto superseded = [&]() -> std::optional<std::string> {
    if (newer) return "run 4 took over";
    return std::nullopt;
  };
  auto dog = of("a", 0, superseded);
  EXPECT_FALSE(dog.look(own(1e9), 1e9)) << "--silence 0 watches nobody";
  newer = true;
  const auto verdict = dog.look(own(), 1);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->code, 10);
  EXPECT_EQ(verdict->reason, "run 4 took over");
  EXPECT_FALSE(of("b", 0, superseded).look(own(), 1)) << "one node asks for all";
}

TEST_F(Watch, BeatsOfEarlierRunsAreRemovedAndThoseOfOthersKept) {
  const std::string dead = host_name() + ".999999999";  // no such process
  beat(dead, 1);
  beat("elsewhere.1", 1);
  beat("elsewhere.2", 1, 0, 75);
  beat("elsewhere.3", 1);
  beat("b", 1);
  auto dog = of("a");
  EXPECT_EQ(beats_in(folder_.path()), (std::vector<std::string>{"b", "elsewhere.1", "elsewhere.2", "elsewhere.3"}))
      << "the nodes of elsewhere.2's run have still to read its verdict";
  for (int i = 2; i < 50; ++i) {
    beat("elsewhere.3", i);
    beat("b", i);
    beat("c", i);
    EXPECT_FALSE(dog.look(own(), 30));
  }
  EXPECT_EQ(beats_in(folder_.path()), (std::vector<std::string>{"b", "c", "elsewhere.3"})) << "one stood still";
}

}  // namespace ronchi::engine
