// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: every task is handed out exactly once, whatever the number of ranks and (simulated) nodes.
#include "framework/engine/claims.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <thread>

namespace ronchi::engine {
namespace {

std::vector<Range> cut(std::int64_t items, std::int64_t per_task) {
  std::vector<Range> tasks;
  for (std::int64_t first = 0; first < items; first += per_task) tasks.push_back({first, std::min(items, first + per_task)});
  return tasks;
}

/// How often each task of each stage was done, over all ranks. `perform(stage, task)` says whether it went well.
std::vector<std::vector<std::int64_t>> all_done(const std::vector<Work>& work, const std::function<bool(int, int)>& perform) {
  const auto world = Communicator::world();
  const auto node = world.node();
  std::vector<std::vector<std::int64_t>> count;
  for (const auto& w : work) count.emplace_back(w.tasks.size(), 0);
  Claims claims(world, node, work);
  if (claims.coordinates()) {
    claims.serve([] {});
  } else {
    for (bool more = true; more;) {
      more = false;
      bool found = false;
      for (int s = static_cast<int>(work.size()) - 1; s >= 0 && !found; --s) {
        const auto claim = claims.claim(s);
        more = more || claim.answer != Claims::Answer::none;
        if (claim.answer != Claims::Answer::task) continue;
        found = true;
        ++count[static_cast<std::size_t>(s)][static_cast<std::size_t>(claim.task)];
        claims.done(s, claim.task, perform(s, claim.task), 1);
      }
      if (more && !found) std::this_thread::sleep_for(std::chrono::microseconds(100));
    }
    claims.leave();
  }
  world.barrier();
  for (auto& c : count) world.sum(std::span(c));
  return count;
}

class ClaimsOn : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { ::setenv("RONCHI_NODES", std::to_string(GetParam()).c_str(), 1); }
  void TearDown() override { ::unsetenv("RONCHI_NODES"); }
};

bool well(int, int) { return true; }

}  // namespace

TEST_P(ClaimsOn, EachTaskExactlyOnce) {
  for (const std::int64_t items : {0, 1, 2, 7, 1000, 20011}) {
    const auto count = all_done({{cut(items, 1), {}, -1, {}}}, well)[0];
    EXPECT_EQ(std::count(count.begin(), count.end(), 1), items);
  }
}

TEST_P(ClaimsOn, AFollowerStartsOnlyWhenItsInputIsCommitted) {
  // 60 items in tasks of 4, of which 8 to 15 were there before; the follower needs [first - 1, last + 1).
  Work first, second;
  for (const Range r : cut(60, 4))
    if (r.first < 8 || r.first >= 16) first.tasks.push_back(r);
  first.committed = {{8, 16}};
  second.tasks = cut(60, 5);
  second.upstream = 0;
  second.needs = [](Range r) { return Range{std::max<std::int64_t>(0, r.first - 1), std::min<std::int64_t>(60, r.last + 1)}; };
  const auto count = all_done({first, second}, [&](int stage, int) {
    if (stage == 0) std::this_thread::sleep_for(std::chrono::microseconds(300));
    return true;
  });
  for (const auto& c : count) EXPECT_EQ(std::count(c.begin(), c.end(), 1), static_cast<std::ptrdiff_t>(c.size()));
}

TEST_P(ClaimsOn, WhatIsLostIsNotWaitedFor) {
  // Task 3 of the first stage is lost: tasks 3 of those that follow are left out, all others are done.
  Work first{cut(40, 4), {}, -1, {}}, second{cut(40, 4), {}, 0, [](Range r) { return r; }},
      third{cut(40, 4), {}, 1, [](Range r) { return r; }};
  const auto count = all_done({first, second, third}, [](int stage, int task) { return stage != 0 || task != 3; });
  EXPECT_EQ(std::count(count[0].begin(), count[0].end(), 1), 10);
  for (const int s : {1, 2})
    for (std::size_t t = 0; t < 10; ++t) EXPECT_EQ(count[static_cast<std::size_t>(s)][t], t == 3 ? 0 : 1) << s << " " << t;
}

TEST_P(ClaimsOn, WhatAnotherSliceDoesIsNotWaitedFor) {
  Work first, second{cut(40, 4), {}, 0, [](Range r) { return r; }}, third{cut(40, 4), {}, 1, [](Range r) { return r; }};
  for (const Range r : cut(40, 4))
    if (r.first % 8 == 0) first.tasks.push_back(r);
  const auto count = all_done({first, second, third}, well);
  for (const int s : {1, 2})
    for (std::size_t t = 0; t < 10; ++t) EXPECT_EQ(count[static_cast<std::size_t>(s)][t], t % 2 == 0 ? 1 : 0) << s << " " << t;
}

TEST_P(ClaimsOn, ACellIsMergedOnceAndOnlyWhenAllItsTasksAreDone) {
  // 20 cells of 5 tasks; cell 3 was complete before, cell 7 loses a task.
  Work work{cut(100, 1), {}, -1, {}};
  std::erase_if(work.tasks, [](Range r) { return r.first / 5 == 3; });
  for (const Range r : work.tasks) work.cells.push_back(static_cast<std::int32_t>(r.first / 5));
  work.ripe = {3};
  const auto world = Communicator::world();
  const auto node = world.node();
  Claims claims(world, node, {work});
  std::vector<std::int64_t> merged(20, 0), done(20, 0);
  if (claims.coordinates()) {
    claims.serve([] {});
  } else {
    for (;;) {
      const auto claim = claims.claim(0);
      if (claim.answer == Claims::Answer::none) break;
      if (claim.answer == Claims::Answer::merge) ++merged[static_cast<std::size_t>(claim.task)];
      if (claim.answer == Claims::Answer::wait) std::this_thread::sleep_for(std::chrono::microseconds(100));
      if (claim.answer != Claims::Answer::task) continue;
      const auto item = work.tasks[static_cast<std::size_t>(claim.task)].first;
      claims.done(0, claim.task, item != 36, 0);
      ++done[static_cast<std::size_t>(item / 5)];
      EXPECT_EQ(merged[static_cast<std::size_t>(item / 5)], 0) << "a task of a cell that is merged already";
    }
    claims.leave();
  }
  world.barrier();
  world.sum(std::span(merged));
  world.sum(std::span(done));
  EXPECT_EQ(merged[3], 1);
  EXPECT_EQ(merged[7], 0);
  for (std::size_t c = 0; c < 20; ++c) {
    EXPECT_EQ(done[c], c == 3 ? 0 : 5);
    EXPECT_LE(merged[c], 1);
  }
  const bool one_node = world.sum(node.leads() ? 1 : 0) == 1;
  const auto all = std::count(merged.begin(), merged.end(), 1);
  EXPECT_GE(all, one_node ? 19 : 10) << "with several nodes the last ones are left to the end";
}

TEST_P(ClaimsOn, AbortEndsItForAll) {
  const auto world = Communicator::world();
  const auto node = world.node();
  Claims claims(world, node, {{cut(100000, 1), {}, -1, {}}});
  std::int64_t done = 0;
  if (claims.coordinates()) {
    claims.serve([] {});
  } else {
    for (;;) {
      const auto claim = claims.claim(0);
      if (claim.answer == Claims::Answer::none) break;
      if (claim.answer == Claims::Answer::wait) {
        std::this_thread::sleep_for(std::chrono::microseconds(100));
        continue;
      }
      std::this_thread::sleep_for(std::chrono::microseconds(20));
      claims.done(0, claim.task, true, 0);
      if (++done == 10) claims.abort();
    }
    claims.leave();
  }
  world.barrier();
  const auto all = world.sum(done);
  EXPECT_GE(all, 10);
  EXPECT_LT(all, 100000);
}

INSTANTIATE_TEST_SUITE_P(Nodes, ClaimsOn, testing::Values(1, 2, 3));

}  // namespace ronchi::engine
