// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/comm/communicator.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>

#include "framework/base/error.hpp"
#include "framework/comm/waiting.hpp"
#include "framework/engine/together.hpp"

namespace ronchi {

TEST(Communicator, SumsAndMaximaOverAllRanks) {
  const auto world = Communicator::world();
  const std::int64_t n = world.size();
  EXPECT_EQ(world.sum(std::int64_t{world.rank() + 1}), n * (n + 1) / 2);
  EXPECT_EQ(world.max(std::int64_t{world.rank()}), n - 1);
  EXPECT_TRUE(world.any(world.rank() == n - 1));
  EXPECT_FALSE(world.any(false));
  std::vector<double> values{static_cast<double>(world.rank()), -1};
  world.max(std::span(values));
  EXPECT_EQ(values, (std::vector<double>{static_cast<double>(n - 1), -1}));
}

TEST(Communicator, BroadcastsAndGathersTexts) {
  const auto world = Communicator::world();
  const int root = world.size() - 1;
  EXPECT_EQ(world.broadcast(world.rank() == root ? std::string("from the last") : std::string(), root), "from the last");
  EXPECT_EQ(world.broadcast_value(world.rank() * 10, root), root * 10);
  const auto all = world.gather(std::string(static_cast<std::size_t>(world.rank()), 'x'));
  ASSERT_EQ(all.size(), world.leads() ? static_cast<std::size_t>(world.size()) : 0u);
  for (std::size_t r = 0; r < all.size(); ++r) EXPECT_EQ(all[r], std::string(r, 'x'));
}

TEST(Communicator, SimulatedNodesHoldAllRanksOnce) {
  const auto world = Communicator::world();
  for (const int nodes : {1, 2, 3}) {
    ::setenv("RONCHI_NODES", std::to_string(nodes).c_str(), 1);
    const auto node = world.node();
    EXPECT_EQ(world.sum(node.leads() ? 1 : 0), std::min(nodes, world.size()));
    EXPECT_EQ(world.sum(node.leads() ? node.size() : 0), world.size());
  }
  ::unsetenv("RONCHI_NODES");
}

TEST(Communicator, AllHereGivesUpOnRanksThatDoNotCome) {
  const auto world = Communicator::world();
  const auto aside = world.split(0, world.rank());
  const bool late = world.rank() == world.size() - 1;
  if (!late) {
    EXPECT_FALSE(aside.all_here(0.05));
  }
  world.wait_for_all();  // the others have given up
  if (late) {
    EXPECT_TRUE(aside.all_here(60)) << "they came before it did";
  }
  world.wait_for_all();  // until then they help the late one to see that they came
}

/// A watchdog sees the counter alone: odd while a rank waits, another number for another wait. A single rank never waits.
TEST(Waiting, EveryOperationThatWaitsSaysSo) {
  const auto world = Communicator::world();
  std::uint64_t counter = 99;
  Waiting::report_to(&counter);
  EXPECT_EQ(counter, 0u);
  const std::vector<std::function<void()>> operations{
      [&] { world.barrier(); },
      [&] { world.wait_for_all(); },
      [&] { EXPECT_TRUE(world.all_here(60)); },
      [&] { (void)world.split(0, 0); },
      [&] { (void)world.node(); },
      [&] { (void)world.broadcast_value(1); },
      [&] { (void)world.gather("x"); },
      [&] { (void)world.sum(std::int64_t{1}); },
      [&] {
        std::vector<double> v{1};
        world.max(std::span(v));
      },
  };
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const auto before = counter;
    operations[i]();
    EXPECT_EQ(counter - before, world.size() == 1 ? 0u : 2u) << i;
  }
  {
    const auto before = Waiting::counter();
    const Waiting outer;
    EXPECT_EQ(Waiting::counter(), before + 1);
    const Waiting inner;
    EXPECT_EQ(Waiting::counter(), before + 1) << "a wait within a wait is one";
    Waiting::moved();
    EXPECT_EQ(Waiting::counter() % 2, 1u) << "still waiting";
    EXPECT_NE(Waiting::counter(), before + 1) << "but not for the same";
  }
  EXPECT_EQ(Waiting::counter() % 2, 0u);
  Waiting::report_to(nullptr);
}

TEST(Together, TheLowestFailureIsEverybodys) {
  const auto world = Communicator::world();
  EXPECT_NO_THROW(engine::together(world, [] {}));
  try {
    engine::together(world, [&] {
      if (world.rank() >= world.size() / 2) fail(Fault::corrupt, "do this", "rank {} failed", world.rank());
    });
    FAIL();
  } catch (const Failure& f) {
    EXPECT_EQ(f.error().message, "rank " + std::to_string(world.size() / 2) + " failed");
    EXPECT_EQ(f.error().fault, Fault::corrupt);
    EXPECT_EQ(f.error().advice, "do this");
  }
  EXPECT_THROW(engine::on_leader(world, [] { throw std::runtime_error("of another kind"); }), Failure);
}

}  // namespace ronchi
