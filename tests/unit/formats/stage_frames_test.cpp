// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: the file opened directly with the same options, and the options themselves. None of them has its default value, so one
// that got lost on the way through the index would show.
#include "framework/formats/stage_frames.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/temporary.hpp"

namespace ronchi::formats {

TEST(StageFrames, FilesAreReadWithTheOptionsTheyWereProvidedWith) {
  const testing::TemporaryDirectory folder;
  const auto path = folder / "scan.raw";
  {
    std::ofstream out(path, std::ios::binary);
    for (int i = 0; i < 5 + 6 * (2 * 12 + 3); ++i) out.put(static_cast<char>(37 * i + 11));
  }
  OpenOptions options;
  options.format = "raw";
  options.type = "int16";
  options.big_endian = true;
  options.header = 5;
  options.gap = 3;
  options.scan = {2, 3};
  options.pattern = {3, 4};
  const auto direct = open(path, options);
  {
    h5::File index = h5::File::create(folder / "index.h5");
    provide_files(index, direct->info(), {path}, options);
    index.close();
  }
  const engine::Input stage{"files", "files", "0", folder.path(), 1, {}};
  ASSERT_TRUE(provides_frames(stage));
  const auto through = open_frames(stage);
  EXPECT_EQ(through->info().shape(), (std::vector<std::int64_t>{2, 3, 3, 4}));
  EXPECT_EQ(through->read<std::int16_t>({0, 6}), direct->read<std::int16_t>({0, 6}));
}

TEST(StageFrames, EveryOptionGoesThroughTheIndex) {
  OpenOptions options;
  options.format = "raw";
  options.dataset = "entry/data";
  options.scan = {2, 3};
  options.pattern = {3, 4};
  options.type = "int16";
  options.big_endian = true;
  options.header = 5;
  options.gap = 3;
  options.signal_axes = 1;
  options.sync_offset = -2;
  options.flyback = 4;
  const auto table = config::table_of<OpenOptions>();
  const auto lines = [&](const OpenOptions& o) { return config::result_lines(*table, &o); };
  const auto set = lines(options), defaults = lines({});
  ASSERT_EQ(set.size(), table->options.size());
  for (std::size_t i = 0; i < set.size(); ++i) EXPECT_NE(set[i], defaults[i]) << "give it another value above";

  h5::File index = h5::File::in_memory();
  provide_files(index, {}, {"scan.raw"}, options);
  OpenOptions again;
  config::Problems problems("index");
  const auto text = index.group("frame_source/open").attribute<std::string>("options");
  config::read_table(*table, &again, YAML::Load(text), "", problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(lines(again), set);
}

}  // namespace ronchi::formats
