// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: the files of one process without a launcher, and closed forms of what stands in them.
#include <algorithm>
#include <tuple>

#include "framework/store/h5.hpp"
#include "tests/support/bench.hpp"
#include "tests/support/stages.hpp"

namespace ronchi::testing {
namespace {
class Results : public Bench {};
}  // namespace

TEST_F(Results, SameBytesOnAnyNumberOfRanksAndNodes) {
  job(R"(  numbers: {items: 21, per_task: 3}
  squares: {after: numbers, per_task: 2}
  thirds: {stage: squares, after: squares, power: 3, per_task: 5}
  total: {after: thirds}
  crowd: {items: 7, per_task: 2}
)");
  const auto expected = undisturbed();
  for (const auto& [ranks, nodes] : std::vector<std::pair<int, const char*>>{{2, "1"}, {2, "2"}, {3, "1"}, {4, "2"}, {4, "3"}}) {
    std::filesystem::remove_all(folder_ / "out");
    const auto finished = go(ranks, {}, {{"RONCHI_NODES", nodes}});
    EXPECT_EQ(finished.code, 0) << finished.output;
    EXPECT_EQ(difference(results(out()), expected), "") << ranks << " ranks, " << nodes << " nodes";
    for (const auto& [item, times] : begun())
      EXPECT_EQ(times, item.starts_with("squares") ? 2 : 1) << item;  // two stages of that type
  }
}

TEST_F(Results, AreWhatTheStagesCompute) {
  job("  numbers: {items: 11, per_task: 4, width: 3}\n  squares: {after: numbers, per_task: 3}\n  total: {after: squares, steps: "
      "2}\n",
      "seed: 5\n");
  ASSERT_EQ(go(2).code, 0);
  std::vector<std::int64_t> sum(3, 0), max(3, 0), v;
  std::int64_t squares = 0;
  for (std::int64_t item = 0; item < 11; ++item)
    for (std::int64_t i = 0; i < 3; ++i) {
      const std::int64_t x = number(5, item, i), q = (x % 100) * (x % 100);
      sum[static_cast<std::size_t>(i)] += x;
      max[static_cast<std::size_t>(i)] = std::max(max[static_cast<std::size_t>(i)], x);
      squares += q;
      v.push_back(q);
    }
  const h5::File numbers = h5::File::open(stage("numbers") / "index.h5");
  EXPECT_EQ(numbers.read<std::int64_t>("sum"), sum);
  EXPECT_EQ(numbers.read<std::int64_t>("max"), max);
  EXPECT_EQ(numbers.dataset("values").shape(), (h5::Shape{11, 3}));
  EXPECT_EQ(numbers.read<std::int64_t>("row_shape"), std::vector<std::int64_t>{3});
  EXPECT_EQ(h5::File::open(stage("squares") / "index.h5").read<std::int64_t>("total"), std::vector<std::int64_t>{squares});
  for (int step = 0; step < 2; ++step) {
    std::int64_t s = 0;
    for (const auto x : v) s += x;
    for (auto& x : v) x = (3 * x + s) % 65521;
  }
  EXPECT_EQ(h5::File::open(stage("total") / "index.h5").read<std::int64_t>("final"), v);
  EXPECT_EQ(contents(out() / "total.txt"), "2 steps\n");
}

TEST_F(Results, NoItemsAndFewItems) {
  for (const std::int64_t items : {0, 1}) {
    job("  numbers: {items: " + std::to_string(items) +
        "}\n  squares: {after: numbers}\n  total: {after: squares}\n  crowd: {items: " + std::to_string(items) + "}\n");
    const auto expected = undisturbed();
    for (const int ranks : {1, 4}) {
      std::filesystem::remove_all(folder_ / "out");
      const auto finished = go(ranks);
      ASSERT_EQ(finished.code, 0) << finished.output;
      EXPECT_EQ(difference(results(out()), expected), "");
      EXPECT_EQ(h5::File::open(stage("numbers") / "index.h5").dataset("values").shape(), (h5::Shape{items, 5}));
      EXPECT_EQ(h5::File::open(stage("numbers") / "index.h5").dataset("status").shape(), (h5::Shape{items}));
    }
  }
}

TEST_F(Results, TeamsHaveTheSizeTheyAskFor) {
  job("  crowd: {items: 9, per_task: 1, team: 2}\n");
  const auto expected = undisturbed();
  for (const auto& [ranks, nodes, size] :
       std::vector<std::tuple<int, const char*, const char*>>{{2, "1", "2"}, {5, "1", "2"}, {5, "2", "2"}, {2, "2", "1"}}) {
    std::filesystem::remove_all(folder_ / "out");
    const auto finished = go(ranks, {}, {{"RONCHI_TEST_TEAM", size}, {"RONCHI_NODES", nodes}});
    EXPECT_EQ(finished.code, 0) << finished.output;
    EXPECT_EQ(difference(results(out()), expected), "") << ranks << " ranks on " << nodes << " nodes";
  }
  const auto sums = h5::File::open(stage("crowd") / "index.h5").read<std::int64_t>("sums");
  for (std::int64_t item = 0; item < 9; ++item) EXPECT_EQ(sums[static_cast<std::size_t>(item)], item * 499500);
}

TEST_F(Results, FusedEqualsUnfused) {
  const std::string stages =
      "  numbers: {items: 17, per_task: 3}\n  squares: {after: numbers, per_task: 3FUSE}\n  thirds: {stage: squares, after: "
      "squares, power: 3, per_task: 3FUSE}\n";
  const auto with = [&](const std::string& fuse) {
    std::string text = stages;
    for (std::size_t at; (at = text.find("FUSE")) != std::string::npos;) text.replace(at, 4, fuse);
    std::filesystem::remove_all(folder_ / "out");
    job(text);
  };
  const auto last_of = [&](std::map<std::string, std::string> files) {
    const auto list = contents(out() / "run.yaml");
    const auto at = list.rfind("directory: ") + 11;
    const auto name = list.substr(at, list.find('\n', at) - at);
    std::erase_if(files, [&](const auto& f) { return !f.first.starts_with(name); });
    return files;
  };
  with("");
  ASSERT_EQ(go(1).code, 0);
  auto separate = last_of(results(out()));
  with(", fuse: true");
  const auto finished = go(2);
  ASSERT_EQ(finished.code, 0) << finished.output;
  auto fused = results(out());
  const auto only_last = last_of(fused);
  EXPECT_EQ(fused.size(), only_last.size()) << "a fused stage leaves no files of its input";
  const auto values = [&](const std::map<std::string, std::string>& files) {  // the recipe in the file says whether it was fused
    std::string all;
    for (const auto& [name, bytes] : files)
      if (name.find("parts/") != std::string::npos) {
        write_file(folder_ / "part.h5", bytes);
        for (const auto v : h5::File::open(folder_ / "part.h5").read<std::int32_t>("values")) all += std::to_string(v) + " ";
        for (const auto v : h5::File::open(folder_ / "part.h5").read<std::int64_t>("total")) all += std::to_string(v) + "\n";
      }
    return all;
  };
  EXPECT_FALSE(separate.empty());
  EXPECT_EQ(values(separate), values(only_last));
  EXPECT_EQ(go(1).output.find("in 6 tasks"), std::string::npos) << "done before";
  // A suspect of a fused chain runs alone, and the bad item of the first stage is the last one's.
  std::filesystem::remove_all(folder_ / "out");
  EXPECT_NE(go(1, {}, {{"RONCHI_TEST_FAULT", "numbers:7:kill"}}).code, 0);
  EXPECT_EQ(go(1, {}, {{"RONCHI_TEST_FAULT", "numbers:7:kill"}}).code, 0);
  EXPECT_EQ(run(ronchi(1, {"retry", out().string()})).code, 0);
  EXPECT_EQ(go(2).code, 0);
  EXPECT_EQ(difference(results(out()), fused), "");
}

TEST_F(Results, MoreThanAThousandPartsAreMergedAndReadTheSame) {
  job("  numbers: {items: 1103, per_task: 1, width: 2}\n");
  const auto finished = go(2);
  ASSERT_EQ(finished.code, 0) << finished.output;
  int parts = 0;
  for (const auto& e : std::filesystem::directory_iterator(stage("numbers") / "parts")) parts += e.is_regular_file() ? 1 : 0;
  EXPECT_LE(parts, 200);
  const h5::File merged = h5::File::open(stage("numbers") / "index.h5");
  const auto values = merged.read<std::int32_t>("values");
  for (std::int64_t item = 0; item < 1103; ++item)
    for (std::int64_t i = 0; i < 2; ++i) ASSERT_EQ(values[static_cast<std::size_t>(item * 2 + i)], number(1, item, i));
  const auto sum = merged.read<std::int64_t>("sum");
  // One part of the same cut, written by one task, is the merged file.
  job("  numbers: {items: 1103, per_task: 6, width: 2}\n");
  ASSERT_EQ(go(1, {}, {}, "coarse").code, 0);
  EXPECT_EQ(difference(results(out()), results(out("coarse"))), "");
}

TEST_F(Results, TheExampleOfTheDocumentation) {
  job("  means: {items: 20, samples: 3, per_task: 6}\n");
  ASSERT_EQ(go(2).code, 0);
  const auto mean = h5::File::open(stage("means") / "index.h5").read<double>("mean");
  for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(mean.at(i), static_cast<double>(i) + 1);
}

TEST_F(Results, IdenticalStagesAreDoneOnce) {
  job("  numbers: {items: 6}\n  again: {stage: numbers, items: 6}\n  squares: {after: numbers}\n  more: {stage: squares, after: "
      "again}\n");
  const auto finished = go(2);
  EXPECT_EQ(finished.code, 0) << finished.output;
  for (const auto& [item, times] : begun()) EXPECT_EQ(times, 1) << item;
}

TEST_F(Results, ARecipeMakesTheResultAgain) {
  job("  numbers: {items: 9, width: 2}\n  squares: {after: numbers, power: 3}\n  total: {after: squares, steps: 3}\n",
      "seed: 77\n");
  ASSERT_EQ(go(1).code, 0);
  const auto recipe = h5::File::open(stage("total") / "index.h5").attribute<std::string>("job");
  write_file(folder_ / "job.yaml", recipe);
  ASSERT_EQ(go(2, {}, {}, "again").code, 0) << recipe;
  EXPECT_EQ(difference(results(out()), results(out("again"))), "") << recipe;
}

TEST_F(Results, APartThatIsTooSlowToWaitForIsNoBarrier) {  // streaming: squares begin before numbers end
  job("  numbers: {items: 12, per_task: 1, milliseconds: 10}\n  squares: {after: numbers, per_task: 1}\n");
  ASSERT_EQ(go(2).code, 0);
  const auto log = contents(folder_ / "log");
  EXPECT_LT(log.find("squares"), log.find("numbers 11")) << log;
}

}  // namespace ronchi::testing
