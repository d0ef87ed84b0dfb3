// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: the file opened directly with the same options. None of them has its default value, so one that got lost on the way
// through the index would show.
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

}  // namespace ronchi::formats
