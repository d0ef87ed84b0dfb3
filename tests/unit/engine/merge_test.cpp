// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: the rule of docs/engine.md, more than 1000 tasks become about 200 parts; counted by hand.
#include "framework/engine/merge.hpp"

#include <gtest/gtest.h>

namespace ronchi::engine {

TEST(Cells, BeginWhereThereAreMoreThanAThousandTasks) {
  EXPECT_FALSE(merges({1000, 1}));
  EXPECT_FALSE(merges({0, 1}));
  EXPECT_TRUE(merges({1001, 1}));
  EXPECT_EQ(final_cut({1000, 1}), 1);
  EXPECT_EQ(final_cut({20000, 1}), 100);
  EXPECT_EQ(final_cut({20001, 10}), 110);  // 2001 tasks, 11 of them in a cell
}

TEST(Cells, OfShardsAreTheShards) {
  const Plan plan{.items = 20001, .per_task = 10, .shards = true};
  EXPECT_EQ(final_cut(plan), 10);
  EXPECT_FALSE(merges(plan));
  EXPECT_EQ(files_of(plan, false).done - files_of({20001, 10000}, false).done, 2001 - 3);
}

TEST(Cells, AreRipeWhenTheyAreCompleteAndInPieces) {
  const Plan plan{1203, 1};  // 7 tasks in a cell; the last one has 1203 - 171 * 7 = 6
  ASSERT_EQ(final_cut(plan), 7);
  using Ripe = std::vector<std::int32_t>;
  const auto ripe = [&](std::vector<Range> committed) { return ripe_cells(plan, committed); };
  EXPECT_EQ(ripe({}), Ripe{});
  EXPECT_EQ(ripe({{0, 7}}), Ripe{}) << "one file already";
  EXPECT_EQ(ripe({{0, 3}, {3, 7}}), Ripe{0});
  EXPECT_EQ(ripe({{0, 3}, {4, 7}}), Ripe{}) << "a gap";
  EXPECT_EQ(ripe({{1, 3}, {3, 7}}), Ripe{}) << "does not begin";
  EXPECT_EQ(ripe({{0, 3}, {3, 6}, {7, 10}, {10, 14}}), Ripe{1});
  EXPECT_EQ(ripe({{0, 3}, {3, 8}, {8, 14}}), Ripe{}) << "across a cut";
  EXPECT_EQ(ripe({{7, 14}, {1197, 1200}, {1200, 1203}}), Ripe{171}) << "the last cell is shorter";
}

TEST(Files, AreCountedByHand) {
  // 20,000 tasks: 200 cells of 100. With one rank two cells are in pieces at most: the one in hand and the one being merged.
  const FileBound many = files_of({20000, 1}, false), few = files_of({20000, 100}, false);
  EXPECT_EQ(many.done, few.done) << "the same final files";
  EXPECT_EQ(many.running - few.running, 200);
  EXPECT_EQ(many.per_rank, 101);
  EXPECT_EQ(many.per_node, 100);
  EXPECT_EQ(few.per_rank, 1);
  EXPECT_EQ(few.per_node, 0);
  EXPECT_EQ(files_of({1000000, 1}, false).done, many.done);
}

}  // namespace ronchi::engine
