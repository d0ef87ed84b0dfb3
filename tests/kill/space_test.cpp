// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// A disk that fills up (a small tmpfs that this test mounts) and a folder that may not be written to (the same, read-only).
#include <sys/mount.h>

#include "tests/support/bench.hpp"

namespace ronchi::testing {
namespace {

class Space : public Bench {
 protected:
  void SetUp() override {
    job("  numbers: {items: 24, per_task: 4, width: 20000}\n  squares: {after: numbers, per_task: 3}\n  total: {after: squares}\n");
    std::filesystem::create_directory(folder_ / "out");
  }
  void TearDown() override { release(); }
  void provide(const std::string& size) {
    ASSERT_EQ(::mount("none", (folder_ / "out").c_str(), "tmpfs", mounted_ ? static_cast<unsigned long>(MS_REMOUNT) : 0UL,
                      ("size=" + size).c_str()),
              0);
    mounted_ = true;
  }
  void release() {
    if (mounted_) ::umount2((folder_ / "out").c_str(), MNT_DETACH);
    mounted_ = false;
  }
  bool mounted_ = false;
};

}  // namespace

TEST_F(Space, AFullDiskEndsTheJobAndMoreSpaceCompletesIt) {
  const auto expected = undisturbed();
  std::size_t bytes = 0;
  for (const auto& [name, text] : expected) bytes += text.size();
  // From nearly nothing to nearly enough, so that it fills up in parts, indices, the collective stage and its checkpoints.
  for (const double share : {0.001, 0.05, 0.3, 0.55, 0.97}) {
    for (const int ranks : {1, 2}) {
      if (ranks == 2 && share < 0.2) continue;
      provide(std::to_string(static_cast<std::size_t>(share * static_cast<double>(bytes))));
      const auto full = go(ranks);
      EXPECT_EQ(full.code, 7) << share << " " << ranks << "\n" << full.output;
      EXPECT_TRUE(full.output.find("space") != std::string::npos || full.output.find("disk") != std::string::npos) << full.output;
      provide("100m");
      const auto again = go(ranks);
      EXPECT_EQ(again.code, 0) << share << " " << ranks << "\n" << again.output;
      EXPECT_EQ(difference(results(out()), expected), "") << share << " " << ranks;
      release();
    }
  }
}

TEST_F(Space, AFolderThatMayNotBeWrittenTo) {
  provide("10m");
  ASSERT_EQ(::mount("none", (folder_ / "out").c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr), 0);
  for (const int ranks : {1, 2}) {
    const auto refused = go(ranks);
    EXPECT_EQ(refused.code, 4) << refused.output;
    EXPECT_NE(refused.output.find((folder_ / "out").string()), std::string::npos) << refused.output;
    EXPECT_NE(refused.output.find("check that the folder is there and that you may write to it"), std::string::npos)
        << refused.output;
  }
}

TEST_F(Space, AFolderThatTurnsReadOnlyHalfway) {
  provide("100m");
  ASSERT_EQ(go(1, {"--stop-after", "0.0001"}).code, 75);
  ASSERT_EQ(::mount("none", (folder_ / "out").c_str(), "tmpfs", MS_REMOUNT | MS_RDONLY, nullptr), 0);
  EXPECT_EQ(go(2).code, 4);
  ASSERT_EQ(::mount("none", (folder_ / "out").c_str(), "tmpfs", MS_REMOUNT, "size=100m"), 0);
  EXPECT_EQ(go(2).code, 0);
  EXPECT_EQ(difference(results(out()), undisturbed()), "");
}

}  // namespace ronchi::testing
