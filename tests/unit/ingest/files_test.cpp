// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/files/files.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

#include "framework/base/error.hpp"
#include "framework/base/sha256.hpp"
#include "framework/formats/stage_frames.hpp"
#include "stages/files/identity.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi {
namespace {

void write(const std::filesystem::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

std::string hash_in(const std::string& identity) { return identity.substr(identity.rfind(' ') + 1); }

TEST(Identity, HashesTheEndsOrAll) {
  const testing::TemporaryDirectory folder;
  std::string large(5 << 20, 'a');
  write(folder / "a.raw", large);
  const auto ends = files::identity(folder / "a.raw", false), full = files::identity(folder / "a.raw", true);
  EXPECT_EQ(hash_in(ends), sha256(std::string(2 << 20, 'a')));
  EXPECT_EQ(hash_in(full), sha256(large));
  EXPECT_EQ(ends.rfind("a.raw 5242880 ", 0), 0U) << ends;
  large[2 << 20] = 'b';  // in the middle: only the full hash sees it
  write(folder / "b.raw", large);
  EXPECT_EQ(hash_in(files::identity(folder / "b.raw", false)), hash_in(ends));
  EXPECT_NE(hash_in(files::identity(folder / "b.raw", true)), hash_in(full));
  write(folder / "small.raw", "xyz");
  EXPECT_EQ(hash_in(files::identity(folder / "small.raw", false)), sha256("xyz"));
}

TEST(Identity, ChangesWithTheModificationTime) {
  const testing::TemporaryDirectory folder;
  write(folder / "a.raw", "xyz");
  const auto before = files::identity(folder / "a.raw", false);
  std::filesystem::last_write_time(folder / "a.raw", std::filesystem::last_write_time(folder / "a.raw") + std::chrono::seconds(5));
  EXPECT_NE(files::identity(folder / "a.raw", false), before);
  EXPECT_THROW((void)files::identity(folder / "none.raw", false), Failure);
}

TEST(FilesOptions, HaveTheReadersOptionsOnOneLevel) {
  const auto table = config::table_of<files::Options>();
  std::set<std::string> names;
  for (const auto& o : table->options) EXPECT_TRUE(names.insert(o.name).second) << o.name;
  for (const char* name : {"paths", "hash", "scan", "dataset", "sync_offset"}) EXPECT_TRUE(names.contains(name)) << name;
  files::Options options;
  config::Problems problems("job.yaml");
  config::read_table(*table, &options, YAML::Load("{paths: [a.mib], scan: [2, 3], hash: full}"), "files", problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(options.open.scan, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(options.hash, files::Hash::full);
  EXPECT_EQ(config::write_table(*table, &options)["scan"].as<std::vector<int>>(), (std::vector<int>{2, 3}));
}

TEST(FilesStage, TheKeyHoldsEveryFileThatIsRead) {
  const testing::TemporaryDirectory folder;
  write(folder / "a.mib", "MQ1,frames");
  write(folder / "a.hdr", "HDR,\tScanX:\t4");
  const auto print = [&](const char* named) {
    files::Options options;
    options.paths = {(folder / named).string()};
    return files::Files(options).fingerprint();
  };
  const auto by_frames = print("a.mib"), by_header = print("a.hdr");
  write(folder / "a.hdr", "HDR,\tScanX:\t6");
  EXPECT_NE(print("a.mib"), by_frames);
  const auto now = print("a.hdr");
  EXPECT_NE(now, by_header);
  write(folder / "a.mib", "MQ1,other frames");
  EXPECT_NE(print("a.hdr"), now);
}

TEST(FilesStage, ProvidesTheFramesOfARawFile) {
  const testing::TemporaryDirectory folder;
  std::string bytes;
  for (int i = 0; i < 2 * 3 * 4; ++i) bytes += static_cast<char>(i);
  write(folder / "scan.bin", bytes);
  files::Options options;
  options.paths = {(folder / "scan.bin").string()};
  options.open.format = "raw";
  options.open.type = "uint8";
  options.open.scan = {2, 3};
  options.open.pattern = {2, 2};
  files::Files stage(options);
  const engine::Inputs none(1, {}, folder.path());
  EXPECT_EQ(stage.plan(none).team, engine::all_ranks);
  EXPECT_NE(stage.fingerprint().find("scan.bin 24 "), std::string::npos);

  std::filesystem::create_directories(folder / "files-1");
  const Communicator self;
  engine::Team team(self, 1, {}, [] { return false; }, {});
  struct Guard : engine::ItemGuard {
    bool begin(std::int64_t) override { return true; }
    void end(std::int64_t) override {}
    void failed(std::int64_t, const std::string&) override {}
  } guard;
  engine::Part part({0, 1}, h5::File::create(folder / "files-1" / "index.h5"), folder / "files-1", guard, self);
  stage.run({{0, 1}, 0}, team, none, part);
  (void)part.finish();
  part.file().close();
  const auto source = formats::open_frames({"files", "files", "k", folder / "files-1", 1, {}});
  EXPECT_EQ(source->info().shape(), (std::vector<std::int64_t>{2, 3, 2, 2}));
  EXPECT_EQ(source->read<std::uint8_t>({4, 5}), (std::vector<std::uint8_t>{16, 17, 18, 19}));
}

}  // namespace
}  // namespace ronchi
