// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: the rules of docs/engine.md on who takes over from whom; POSIX on what a name may replace.
#include "framework/engine/fence.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/engine/durable.hpp"
#include "framework/engine/quarantine.hpp"
#include "framework/engine/team.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::engine {
namespace {

std::size_t files_in(const std::filesystem::path& directory) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(directory), {}));
}

}  // namespace

TEST(Epoch, NamesAreReadBackAndOthersAreNot) {
  for (const Epoch e : {Epoch{1, 0, 1}, Epoch{123456789012, 0, 1}, Epoch{7, 0, 2}, Epoch{7, 11, 12}}) {
    const auto back = Epoch::from(e.name());
    ASSERT_TRUE(back) << e.name();
    EXPECT_EQ(back->name(), e.name());
  }
  for (const char* name : {"", "x", "0", "-1", "3x", "3.", "3.1", "3.1of", "3.1of2x", "3.0of1", ".3", "3.1of2.tmp"})
    EXPECT_FALSE(Epoch::from(name)) << name;
}

TEST(Epoch, WhoTakesOverFromWhom) {
  const Epoch whole{5, 0, 1}, slice{5, 1, 3};
  EXPECT_TRUE((Epoch{6, 0, 1}).takes_over_from(whole));
  EXPECT_FALSE((Epoch{5, 0, 1}).takes_over_from(whole)) << "itself";
  EXPECT_FALSE((Epoch{4, 0, 1}).takes_over_from(whole));
  EXPECT_FALSE((Epoch{6, 1, 3}).takes_over_from(whole)) << "a slice beside a whole run";
  EXPECT_TRUE((Epoch{6, 1, 3}).takes_over_from(slice));
  EXPECT_FALSE((Epoch{6, 2, 3}).takes_over_from(slice)) << "another slice";
  EXPECT_FALSE((Epoch{6, 1, 4}).takes_over_from(slice)) << "cut otherwise";
  EXPECT_TRUE((Epoch{6, 0, 1}).takes_over_from(slice));
  EXPECT_TRUE((Epoch{5, 0, 1}).takes_over_from(slice)) << "both found the same number free: exactly one goes on";
}

TEST(Epoch, NumbersGrowAndOldFilesGo) {
  testing::TemporaryDirectory folder;
  std::int64_t last = 0;
  for (int i = 0; i < 12; ++i) {
    for (int k = 0; k < 3; ++k) {
      const Epoch slice = take_epoch(folder.path(), k, 3);
      EXPECT_GT(slice.number, last);
      last = slice.number;
    }
    const Epoch whole = take_epoch(folder.path(), 0, 1);
    EXPECT_GT(whole.number, last);
    last = whole.number;
    EXPECT_LE(files_in(folder / "epochs"), 5u);
  }
}

TEST(Epoch, ManyAtOnceGetDifferentOnes) {
  for (int round = 0; round < 100; ++round) {
    testing::TemporaryDirectory folder;
    std::vector<std::int64_t> numbers(16);
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < numbers.size(); ++i)
      threads.emplace_back([&, i] { numbers[i] = take_epoch(folder.path(), 0, 1).number; });
    for (auto& t : threads) t.join();
    std::sort(numbers.begin(), numbers.end());
    ASSERT_EQ(std::adjacent_find(numbers.begin(), numbers.end()), numbers.end()) << "round " << round;
  }
}

TEST(Fence, SaysWhoTookOverToAnyThread) {
  testing::TemporaryDirectory folder;
  const Fence old(folder.path(), take_epoch(folder.path(), 0, 1));
  EXPECT_FALSE(old.superseded());
  EXPECT_NO_THROW(old.require());
  std::atomic<int> seen = 0;
  std::vector<std::thread> watchers;
  for (int i = 0; i < 4; ++i)
    watchers.emplace_back([&] {
      while (!old.superseded()) std::this_thread::yield();
      ++seen;
    });
  const Fence newer(folder.path(), take_epoch(folder.path(), 0, 1));
  for (auto& w : watchers) w.join();
  EXPECT_EQ(seen, 4);
  EXPECT_FALSE(newer.superseded());
  EXPECT_NE(old.superseded()->find(process_name() + " took over the job"), std::string::npos) << *old.superseded();
  try {
    old.require();
    FAIL();
  } catch (const Failure& f) {
    EXPECT_EQ(f.error().fault, Fault::superseded);
    EXPECT_EQ(exit_code(f.error().fault), 10);
  }
}

TEST(Fence, AFolderThatCannotBeReadIsNoPermission) {
  testing::TemporaryDirectory folder;
  const Fence fence(folder / "nowhere", {1, 0, 1});
  EXPECT_FALSE(fence.superseded());
  EXPECT_THROW(fence.require(), Failure);
}

TEST(Fence, StopsDraftsRecordsAndCheckpoints) {
  testing::TemporaryDirectory folder;
  const Fence old(folder.path(), take_epoch(folder.path(), 0, 1));
  Quarantine quarantine(folder.path(), &old);
  quarantine.fail(3, "bad");
  (void)take_epoch(folder.path(), 0, 1);
  const auto before = files_in(folder.path());
  {
    Draft draft(folder / "a", &old);
    testing::write_file(draft.temporary(), "whole");
    EXPECT_THROW(draft.commit(), Failure);
  }
  EXPECT_THROW(write_text_file(folder / "b", "text", &old), Failure);
  EXPECT_THROW(quarantine.fail(4, "bad"), Failure);
  EXPECT_THROW(quarantine.acquit(3), Failure);
  EXPECT_EQ(files_in(folder / "failed"), 1u);
  bool written = false;
  const Checkpoints checkpoints(folder / "c", [&] { return !old.superseded(); });
  checkpoints.save(1, [&](h5::Group& g) {
    g.set_attribute("step", std::int64_t{1});
    written = true;
  });
  EXPECT_TRUE(written) << "the others of the team may take part in it";
  EXPECT_EQ(files_in(folder.path()), before);
}

class PlaceOnce : public ::testing::TestWithParam<Means> {};

TEST_P(PlaceOnce, NeverReplaces) {
  testing::TemporaryDirectory folder;
  testing::write_file(folder / "first", "1");
  EXPECT_TRUE(place_once(folder / "first", folder / "part", GetParam()));
  testing::write_file(folder / "second", "2");
  EXPECT_FALSE(place_once(folder / "second", folder / "part", GetParam()));
  EXPECT_EQ(testing::contents(folder / "part"), "1");
  EXPECT_EQ(files_in(folder.path()), 1u) << "no temporary names are left";
  struct stat s {};
  ::stat((folder / "part").c_str(), &s);
  EXPECT_EQ(s.st_nlink, 1u);
  testing::write_file(folder / "third", "3");
  EXPECT_THROW(place_once(folder / "third", folder / "no" / "part", GetParam()), Failure);
}

INSTANTIATE_TEST_SUITE_P(WithEach, PlaceOnce, ::testing::Values(Means::link, Means::rename_without_replacing, Means::rename));

TEST(Durable, WhatIsKeptAndWhatIsReplaced) {
  testing::TemporaryDirectory folder;
  for (const auto existing : {Existing::kept, Existing::replaced}) {
    testing::write_file(folder / "a", "old");
    Draft draft(folder / "a", nullptr, existing);
    testing::write_file(draft.temporary(), "new");
    draft.commit();
    EXPECT_EQ(testing::contents(folder / "a"), existing == Existing::kept ? "old" : "new");
    EXPECT_EQ(files_in(folder.path()), 1u);
  }
}

}  // namespace ronchi::engine
