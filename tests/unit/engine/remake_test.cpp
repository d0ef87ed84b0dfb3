// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: the rows that the run has written.
#include "framework/store/h5.hpp"
#include "tests/support/bench.hpp"

namespace ronchi::testing {
namespace {

class Remake : public Bench {
 protected:
  Finished remake(const std::filesystem::path& directory, const std::string& stage, int item) {
    return run(ronchi(1, {"remake", directory.string(), stage, std::to_string(item), "-o", again().string()}), with_log({}));
  }
  [[nodiscard]] std::filesystem::path again() const { return folder_ / "again.h5"; }
  [[nodiscard]] std::vector<std::int32_t> row_of(const std::filesystem::path& index, std::size_t item) const {
    const auto all = h5::File::open(index).read<std::int32_t>("values");
    const auto first = all.begin() + static_cast<std::ptrdiff_t>(5 * item);
    return {first, first + 5};
  }
  void remove_parts(const std::filesystem::path& directory) {
    for (const auto& entry : std::filesystem::directory_iterator(directory))
      if (entry.is_directory()) std::filesystem::remove_all(entry.path() / "parts");
  }
};

}  // namespace

TEST_F(Remake, AStageThatTwoComeAfterIsMadeOnce) {
  job("  numbers: {items: 10}\n  squares: {after: numbers}\n  cubes: {stage: squares, power: 3, after: [numbers, squares]}\n");
  ASSERT_EQ(go(1).code, 0);
  const auto made = row_of(stage("numbers") / "index.h5", 5);
  remove_parts(out());
  (void)begun();
  const auto finished = remake(out(), "cubes", 5);
  ASSERT_EQ(finished.code, 0) << finished.output;
  EXPECT_EQ(begun(), (std::map<std::string, int>{{"numbers 5", 1}, {"squares 5", 2}})) << "squares and cubes are of one type";
  auto cubes = made;
  for (auto& v : cubes) v = (v % 100) * (v % 100) * (v % 100);
  EXPECT_EQ(row_of(again(), 0), cubes);
}

TEST_F(Remake, AnItemThatIsNotThereIsNoRowOfZeros) {
  job("  numbers: {items: 10}\n  squares: {after: numbers, leave_out: true}\n");
  const Environment fault{{"RONCHI_TEST_FAULT", "numbers:7:fail"}};
  ASSERT_EQ(go(1, {}, fault).code, 0);
  auto finished = remake(out(), "squares", 7);
  EXPECT_EQ(finished.code, 8) << finished.output;
  EXPECT_NE(finished.output.find("stage squares leaves item 7 out"), std::string::npos) << finished.output;
  EXPECT_FALSE(std::filesystem::exists(again()));
  EXPECT_EQ(remake(out(), "squares", 6).code, 0);
  // Made anew, it fails as it did.
  std::filesystem::remove(again());
  remove_parts(out());
  finished = run(ronchi(1, {"remake", out().string(), "squares", "7", "-o", again().string()}), fault);
  EXPECT_EQ(finished.code, 8) << finished.output;
  EXPECT_NE(finished.output.find("item 7 is bad"), std::string::npos) << finished.output;
  EXPECT_FALSE(std::filesystem::exists(again()));
}

TEST_F(Remake, AFolderMayBeMovedAndRenamed) {
  job("  numbers: {items: 10}\n  squares: {after: numbers}\n");
  ASSERT_EQ(go(1).code, 0);
  const auto row = row_of(stage("squares") / "index.h5", 5);
  std::filesystem::create_directories(folder_ / "archive");
  std::filesystem::rename(out(), folder_ / "archive" / "of_last_year");
  for (const bool parts : {true, false}) {
    if (!parts) remove_parts(folder_ / "archive" / "of_last_year");
    const auto finished = remake(folder_ / "archive" / "of_last_year", "squares", 5);
    ASSERT_EQ(finished.code, 0) << finished.output;
    EXPECT_EQ(row_of(again(), 0), row);
  }
}

}  // namespace ronchi::testing
