// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: the bound that `ronchi plan` prints before anything runs. The job's directory is counted again and again while it runs.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <thread>

#include "framework/store/h5.hpp"
#include "tests/support/bench.hpp"
#include "tests/support/stages.hpp"

namespace ronchi::testing {
namespace {

class Files : public Bench {
 protected:
  struct Bound {
    long running = 0, per_rank = 0, per_node = 0, done = 0;
  };
  Bound bound() {
    const auto plan = run(ronchi(1, {"plan", (folder_ / "job.yaml").string(), "-o", (folder_ / "out").string()}));
    const auto at = plan.output.find("files and folders:");
    Bound b;
    if (at == std::string::npos ||
        std::sscanf(
            plan.output.c_str() + at,
            "files and folders: at most %ld while one rank runs, %ld more for each further rank, %ld for each further node; %ld",
            &b.running, &b.per_rank, &b.per_node, &b.done) != 4)
      ADD_FAILURE() << plan.output;
    return b;
  }
  /// Files and folders of the job, itself among them.
  long count() const {
    long n = 1;
    std::error_code ec;
    std::filesystem::recursive_directory_iterator entry(out(), ec);
    for (const std::filesystem::recursive_directory_iterator end; !ec && entry != end; entry.increment(ec)) ++n;
    return n;
  }
  void expect_within_bound(int ranks, int nodes) {
    const Bound b = bound();
    std::filesystem::remove_all(folder_ / "out");
    Process process(command(ranks), {{"RONCHI_NODES", std::to_string(nodes)}});
    long most = 0;
    while (process.running()) {
      most = std::max(most, count());
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    EXPECT_EQ(process.wait(1500), 0) << process.output();
    const long limit = b.running + (ranks - 1) * b.per_rank + (nodes - 1) * b.per_node, left = count();
    std::printf("%d ranks on %d nodes: at most %ld files and folders, bound %ld; %ld when done, bound %ld\n", ranks, nodes, most,
                limit, left, b.done);
    EXPECT_GT(most, b.done / 2) << "nothing was seen";
    EXPECT_LE(most, limit);
    EXPECT_LE(left, b.done);
  }
};

}  // namespace

TEST_F(Files, TwentyThousandTasksMakeAFewHundred) {
  job("  numbers: {items: 20000, per_task: 1, width: 1}\n");
  EXPECT_LT(bound().running, 1000);
  expect_within_bound(2, 1);
}

TEST_F(Files, OnSeveralNodesAndInTheStageThatFollows) {
  job("  numbers: {items: 3000, per_task: 1, width: 1}\n  squares: {after: numbers, per_task: 2}\n  total: {after: squares}\n");
  expect_within_bound(3, 2);
}

/// What a killed run left in pieces is merged first.
TEST_F(Files, OfASliceThatLeftItsTasksInPieces) {
  job("  numbers: {items: 2000, per_task: 1, width: 1}\n");
  ASSERT_EQ(go(1, {"--slice", "0/2"}).code, 0);
  ASSERT_EQ(go(1).code, 0);
  EXPECT_LE(count(), bound().done);
  expect_undisturbed();
}

TEST_F(Files, OfAFewTasksAndOfAFusedStage) {
  job("  numbers: {items: 40, per_task: 4}\n  squares: {after: numbers, per_task: 4, fuse: true}\n  total: {after: squares}\n"
      "  crowd: {items: 8, per_task: 2}\n");
  expect_within_bound(2, 1);
}

/// Shards: cut where the plan says, whoever made their pieces; labels lie in the index itself, images in the shards alone.
TEST_F(Files, OfShardsStayAsTheyAreCut) {
  job("  numbers: {items: 43, per_task: 4, width: 400, shards: true}\n");
  ASSERT_EQ(go(2, {}, {{"RONCHI_TEST_FAULT", "numbers:17:abort"}}).code >= 128, true);
  ASSERT_EQ(go(1).code, 0) << "item 17 has run alone: its shard was made in pieces";
  EXPECT_EQ(parts("numbers"), 11);
  expect_undisturbed();

  const auto directory = stage("numbers");
  {
    const h5::File index = h5::File::open(directory / "index.h5");
    const auto items = index.read<std::int64_t>("shards/items");
    const auto files = index.read_texts("shards/file");
    ASSERT_EQ(items.size(), 22u);
    for (std::size_t s = 0; s < files.size(); ++s) {
      EXPECT_EQ(items[2 * s], static_cast<std::int64_t>(4 * s));
      EXPECT_EQ(items[2 * s + 1], std::min<std::int64_t>(43, 4 * static_cast<std::int64_t>(s) + 4));
      EXPECT_EQ(h5::File::open(directory / files[s]).dataset("values").shape(), (h5::Shape{items[2 * s + 1] - items[2 * s], 400}));
    }
    EXPECT_EQ(index.read<std::int32_t>("values").at(400 * 17), number(1, 17, 0)) << "1600 bytes an item: through the index";
  }
  std::filesystem::remove_all(directory / "parts");
  const auto marks = h5::File::open(directory / "index.h5").read<std::uint8_t>("marks");
  for (std::size_t i = 0; i < marks.size(); ++i) ASSERT_EQ(marks[i], i % 2 == 0 ? 1 : 0) << "a byte an item: in the index";
}

}  // namespace ronchi::testing
