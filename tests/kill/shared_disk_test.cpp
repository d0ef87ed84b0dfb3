// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// What a shared disk asks for. Truth: the mode and group of every file that a run makes; a lock that another process holds.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <functional>

#include "tests/support/bench.hpp"

namespace ronchi::testing {
namespace {

class SharedDisk : public Bench {
 protected:
  void SetUp() override {
    job("  numbers: {items: 12, per_task: 3}\n  squares: {after: numbers}\n  total: {after: squares, steps: 3}\n  crowd: {items: "
        "4}\n");
    std::filesystem::create_directory(folder_ / "out");
  }
  Finished under_umask(const std::string& mask, const std::string& fault) {
    auto words = command(2);
    words.insert(words.begin(), {"sh", "-c", "umask " + mask + "; exec \"$@\"", "sh"});
    return run(words, {{"RONCHI_TEST_FAULT", fault}});
  }
  /// After a run that died in an item (its traces are still there) and one that goes through with a bad item, each.
  void after_each_run(const std::string& mask, const std::function<void(const std::filesystem::path&, const struct stat&)>& look) {
    for (const char* fault : {"numbers:7:kill;squares:3:fail", "squares:3:fail"}) {
      const auto finished = under_umask(mask, fault);
      EXPECT_EQ(finished.code == 0, std::string(fault) == "squares:3:fail") << finished.output;
      int seen = 0;
      for (const auto& e : std::filesystem::recursive_directory_iterator(folder_ / "out")) {
        struct stat s {};
        ASSERT_EQ(::lstat(e.path().c_str(), &s), 0);
        if (S_ISLNK(s.st_mode)) continue;
        ++seen;
        look(e.path(), s);
      }
      EXPECT_GT(seen, 10);
    }
    EXPECT_TRUE(std::filesystem::exists(stage("squares") / "failed" / "3.yaml"));
    EXPECT_TRUE(std::filesystem::exists(stage("total") / "index.h5"));
  }
  /// A group that this user may give files to, and that is not the usual one if there is such a group.
  static gid_t another_group() {
    if (::geteuid() == 0) return 54321;
    std::vector<gid_t> groups(static_cast<std::size_t>(std::max(0, ::getgroups(0, nullptr))));
    if (!groups.empty() && ::getgroups(static_cast<int>(groups.size()), groups.data()) < 0) groups.clear();
    for (const gid_t g : groups)
      if (g != ::getegid()) return g;
    return ::getegid();
  }
};

}  // namespace

TEST_F(SharedDisk, AGroupCanGoOnWithWhatOneOfItBegan) {
  const gid_t group = another_group();
  ASSERT_EQ(::chown((folder_ / "out").c_str(), static_cast<uid_t>(-1), group), 0);
  ASSERT_EQ(::chmod((folder_ / "out").c_str(), 02775), 0);
  after_each_run("002", [&](const auto& path, const struct stat& s) {
    EXPECT_EQ(s.st_gid, group) << path;
    EXPECT_EQ(s.st_mode & 0060u, 0060u) << path;
    EXPECT_EQ(s.st_mode & 0002u, 0u) << path;
    const unsigned inherited = S_ISDIR(s.st_mode) ? 02010u : 0u;
    EXPECT_EQ(s.st_mode & inherited, inherited) << path;
  });
}

TEST_F(SharedDisk, APrivateRunIsPrivate) {
  ASSERT_EQ(::chmod((folder_ / "out").c_str(), 0700), 0);
  after_each_run("077", [&](const auto& path, const struct stat& s) { EXPECT_EQ(s.st_mode & 0077u, 0u) << path; });
}

TEST_F(SharedDisk, AFileOnWhichSomebodyHoldsALockIsRead) {
  ASSERT_EQ(go(1).code, 0);
  std::vector<int> locked;
  for (const auto& e : std::filesystem::recursive_directory_iterator(stage("squares")))
    if (e.path().extension() == ".h5") {
      locked.push_back(::open(e.path().c_str(), O_RDWR | O_CLOEXEC));
      ASSERT_EQ(::flock(locked.back(), LOCK_EX), 0);
    }
  std::filesystem::remove_all(stage("total"));
  // A user who wants locks gets them: the same run then fails on them.
  EXPECT_EQ(go(2, {}, {{"HDF5_USE_FILE_LOCKING", "TRUE"}}).code, 5);
  const auto finished = go(2);
  EXPECT_EQ(finished.code, 0) << finished.output;
  for (const int fd : locked) ::close(fd);
  expect_undisturbed();
}

TEST_F(SharedDisk, HintsForMpiIoThatAreNoneAreAMistakeOfTheUser) {
  for (const int ranks : {1, 2}) {
    const auto refused = go(ranks, {}, {{"RONCHI_IO_HINTS", "striping_factor:8"}});
    EXPECT_EQ(refused.code, 2) << refused.output;
    EXPECT_NE(refused.output.find("RONCHI_IO_HINTS=\"striping_factor=8;striping_unit=4194304\""), std::string::npos)
        << refused.output;
    EXPECT_TRUE(std::filesystem::is_empty(folder_ / "out"));
  }
  for (const int ranks : {1, 2}) {
    const auto finished = go(ranks, {}, {{"RONCHI_IO_HINTS", "striping_factor=2; cb_nodes=1"}});
    EXPECT_EQ(finished.code, 0) << finished.output;
    expect_undisturbed();
    std::filesystem::remove_all(out());
  }
}

}  // namespace ronchi::testing
