// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/data/line_reader.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <numeric>

#include "tests/support/frames.hpp"

namespace ronchi {
namespace {

using testing::FakeFrames;

std::shared_ptr<FakeFrames> scan(std::int64_t ny, std::int64_t nx, std::int64_t grain) {
  std::vector<std::uint32_t> values(static_cast<std::size_t>(ny * nx));
  std::iota(values.begin(), values.end(), 0U);
  return std::make_shared<FakeFrames>(std::vector{ny, nx}, std::vector<std::int64_t>{1}, values, grain);
}

LineReader reader_of(const FakeFrames& source, Range lines) {
  return {source.info(), source.grain(), lines, [&source](Range f, std::span<std::byte> out) { source.read(f, out); }};
}

TEST(LineReader, GivesEachLineItsFrames) {
  const auto source = scan(7, 5, 1);
  auto reader = reader_of(*source, {2, 7});
  for (const std::int64_t line : {6, 2, 3, 4}) {
    const auto bytes = reader.line(line);
    ASSERT_EQ(bytes.size(), 20U);
    std::uint32_t first = 0;
    std::memcpy(&first, bytes.data(), 4);
    EXPECT_EQ(first, line * 5);
  }
}

// Lines of 4 MiB: two of them would be enough at once, but a grain has three.
TEST(LineReader, ReadsEveryGrainOnce) {
  const FakeFrames source({9, 4}, {1024, 1024}, std::vector<std::uint8_t>(std::size_t{36} << 20, 1), 12);
  for (const std::int64_t first : {0, 1, 5}) {
    source.frames_read = source.grains_touched = 0;
    auto reader = reader_of(source, {first, 9});
    for (std::int64_t line = first; line < 9; ++line) (void)reader.line(line);
    EXPECT_EQ(source.frames_read, 4 * (9 - first));
    EXPECT_EQ(source.grains_touched, 3 - first / 3);
  }
}

TEST(LineReader, OneUnreadableLineFailsAlone) {
  const auto source = scan(6, 4, 1);
  source->broken = {9, 10};  // in line 2
  auto reader = reader_of(*source, {0, 6});
  for (std::int64_t line = 0; line < 6; ++line) {
    if (line == 2)
      EXPECT_THROW((void)reader.line(line), Failure);
    else
      EXPECT_EQ(reader.line(line).size(), 16U);
  }
}

TEST(LineReader, WholeGrainsAndWholeLinesUnlessTheyAreTooLarge) {
  FrameInfo info;
  info.type = Scalar::u8;
  info.navigation = {{"y", "", 1, 0, 256}, {"x", "", 1, 0, 256}};
  info.signal = {{"E", "keV", 1, 0, 2048}};
  EXPECT_EQ(LineReader::lines_at_once(info, 32 * 256), 32);          // 16 MiB
  EXPECT_EQ(LineReader::lines_at_once(info, 1), 16);                 // 8 MiB
  EXPECT_EQ(LineReader::lines_at_once(info, 384) % 3, 0);            // 384 frames = 1.5 lines
  EXPECT_EQ(LineReader::lines_at_once(info, 32 * 256, 4 << 20), 8);  // no more than 4 MiB
  for (const std::int64_t grain : {1, 256, 8192})
    EXPECT_EQ(lines_per_task(info, grain, 256) % LineReader::lines_at_once(info, grain), 0);
}

TEST(LineReader, TakesAShareOfTheMemoryThatARankMayTake) {
  EXPECT_EQ(LineReader::share_of(0), LineReader::most_bytes) << "no limit";
  EXPECT_EQ(LineReader::share_of(80 << 20), 10 << 20);
  EXPECT_EQ(LineReader::share_of(std::int64_t{100} << 30), LineReader::most_bytes);
}

TEST(LineReader, ALoneAxisIsCutIntoEqualLines) {
  FrameInfo info;
  EXPECT_EQ(line_length(info) * line_count(info), 1);
  for (const std::int64_t n : {1, 6, 256, 257, 1000, 65536}) {
    info.navigation = {{"t", "s", 1, 0, n}};
    EXPECT_LE(line_length(info), 256);
    EXPECT_EQ(line_length(info) * line_count(info), n);
  }
  EXPECT_EQ(line_length(info), 256);
}

}  // namespace
}  // namespace ronchi
