// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/formats/stage_frames.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/support/stage_run.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi {
namespace {

FrameInfo info() {
  FrameInfo i;
  i.type = Scalar::u16;
  i.navigation = {{"y", "nm", 2, 1, 3}, {"x", "nm", 2, 0, 4}};
  i.signal = {{"ky", "1/A", 0.1, -0.2, 2}, {"kx", "1/A", 0.1, -0.2, 5}};
  return i;
}

std::vector<std::uint16_t> ramp() {
  std::vector<std::uint16_t> values(12 * 10);
  std::iota(values.begin(), values.end(), std::uint16_t{0});
  return values;
}

TEST(StageFrames, RowsReadBackInAnyRange) {
  const testing::TemporaryDirectory folder;
  const auto input = testing::provide(folder / "a-1", info(), ramp());
  EXPECT_TRUE(formats::provides_frames(input));
  const auto source = formats::open_frames(input);
  EXPECT_EQ(source->info().navigation, info().navigation);
  const auto values = ramp();
  for (const Range r : {Range{0, 12}, Range{5, 7}, Range{3, 9}, Range{11, 12}, Range{4, 4}})
    EXPECT_EQ(source->read<std::uint16_t>(r),
              std::vector<std::uint16_t>(values.begin() + r.first * 10, values.begin() + r.last * 10));
}

TEST(StageFrames, AViewIsFoundBesideItsSourceAlsoWhenTheFolderMoves) {
  const testing::TemporaryDirectory folder;
  std::filesystem::create_directories(folder / "before");
  const auto source = testing::provide(folder / "before" / "a-1", info(), ramp());
  Transform t;
  t.crop_first[1] = 3;
  engine::Input view{"ingest", "ingest", "k", folder / "before" / "ingest-1", 3, {}};
  std::filesystem::create_directories(view.directory);
  h5::File index = h5::File::create(view.directory / "index.h5");
  formats::provide_view(index, t.output_info(info()), source, t);
  index.close();
  std::filesystem::rename(folder / "before", folder / "after");
  view.directory = folder / "after" / "ingest-1";
  const auto frames = formats::open_frames(view);
  EXPECT_EQ(frames->info().pixels(), 2 * 2);
  EXPECT_EQ(frames->read<std::uint16_t>({1, 2}), (std::vector<std::uint16_t>{13, 14, 18, 19}));
}

TEST(StageFrames, AStageWithoutFramesIsNamed) {
  const testing::TemporaryDirectory folder;
  std::filesystem::create_directories(folder / "b-1");
  h5::File::create(folder / "b-1" / "index.h5").close();
  const engine::Input input{"b", "b", "k", folder / "b-1", 1, {}};
  EXPECT_FALSE(formats::provides_frames(input));
  EXPECT_THROW((void)formats::open_frames(input), Failure);
  const engine::Inputs inputs(1, {input}, folder.path());
  EXPECT_THROW((void)formats::frames_input(inputs), Failure);
}

}  // namespace
}  // namespace ronchi
