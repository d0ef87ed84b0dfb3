// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "tests/support/temporary.hpp"
#include "tests/unit/formats/samples.hpp"

using namespace ronchi;
using namespace ronchi::formats;
using namespace ronchi::formats::testing;
using ronchi::testing::TemporaryDirectory;

namespace {

constexpr int side = 64;
constexpr std::size_t frame = side * side;

/// Processed frames with these numbers; seconds(f) is the time stamp.
template <class T>
std::string processed(const std::vector<T>& values, const std::string& type, int depth, const std::function<double(int)>& seconds) {
  std::string bytes;
  for (std::size_t f = 0; f * frame < values.size(); ++f) {
    const std::vector<T> one(values.begin() + static_cast<std::ptrdiff_t>(f * frame),
                             values.begin() + static_cast<std::ptrdiff_t>((f + 1) * frame));
    bytes += mib_header(static_cast<int>(f), 1, side, side, type, "1x1", depth, seconds(static_cast<int>(f))) + bytes_of(one, true);
  }
  return bytes;
}
double evenly(int f) { return 0.001 * f; }

void write_hdr(const std::filesystem::path& path, int frames, int per_trigger, const std::string& more = "") {
  write_file(path, fmt::format("HDR,\t\r\nFrames in Acquisition (Number):\t{}\r\nFrames per Trigger (Number):\t{}\r\n{}End\t",
                               frames, per_trigger, more));
}

TEST(Mib, ProcessedDepths) {
  const TemporaryDirectory dir;
  const auto a = numbers<std::uint8_t>(2 * frame, 1, 64);
  write_file(dir / "a.mib", processed(a, "U08", 6, evenly));
  expect_values(*open(dir / "a.mib"), a);
  const auto b = numbers<std::uint16_t>(2 * frame, 2, 4096);
  write_file(dir / "a.mib", processed(b, "U16", 12, evenly));
  expect_values(*open(dir / "a.mib"), b);
  const auto c = numbers<std::uint32_t>(2 * frame, 3, 1 << 24);
  write_file(dir / "a.mib", processed(c, "U32", 24, evenly));
  expect_values(*open(dir / "a.mib"), c);
}

// RAW: the pixels of a line are shifted out 64 bits at a time; the first pixel is the least significant bit of a word that is
// written big-endian. Built here word by word from that sentence.
TEST(Mib, RawDepths) {
  const TemporaryDirectory dir;
  for (const int depth : {1, 6, 12}) {
    const int bits = depth == 1 ? 1 : depth == 6 ? 8 : 16;
    const auto values = numbers<std::uint16_t>(frame, static_cast<std::uint32_t>(depth), 1u << depth);
    std::vector<std::uint64_t> words;
    for (std::size_t p = 0; p < frame; ++p) {
      if (p % static_cast<std::size_t>(64 / bits) == 0) words.push_back(0);
      words.back() |= static_cast<std::uint64_t>(values[p])
                      << (p % static_cast<std::size_t>(64 / bits) * static_cast<std::size_t>(bits));
    }
    write_file(dir / "a.mib", mib_header(0, 1, side, side, "R64", "1x1", depth) + bytes_of(words, true));
    const auto source = open(dir / "a.mib");
    if (depth == 12)
      expect_values(*source, values);
    else
      expect_values(*source, std::vector<std::uint8_t>(values.begin(), values.end()));
  }
}

TEST(Mib, Raw24BitIsTwo12BitImages) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint32_t>(frame, 9, 1 << 24);
  std::vector<std::uint64_t> words;
  for (const int shift : {12, 0})
    for (std::size_t p = 0; p < frame; ++p) {
      if (p % 4 == 0) words.push_back(0);
      words.back() |= static_cast<std::uint64_t>(values[p] >> shift & 0xFFFu) << (p % 4 * 16);
    }
  write_file(dir / "a.mib", mib_header(0, 1, 2 * side, side, "R64", "1x1", 24) + bytes_of(words, true));
  expect_values(*open(dir / "a.mib"), values);
}

// The chips of a quad lie side by side in the file, 4 3 2 1; upright they are 1 2 above 3 4, with 3 and 4 turned around.
TEST(Mib, RawQuadIsPutTogether) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint16_t>(4 * frame, 10, 4096);  // the pattern, 128 x 128
  const auto pattern = [&](int y, int x) { return values[static_cast<std::size_t>(y * 2 * side + x)]; };
  std::vector<std::uint64_t> words;
  for (int y = 0; y < side; ++y)
    for (int x = 0; x < 4 * side; ++x) {
      const int chip = 4 - x / side, cx = x % side;
      const std::uint16_t v =
          chip <= 2 ? pattern(y, cx + (chip - 1) * side) : pattern(2 * side - 1 - y, (chip - 2) * side - 1 - cx);
      if (x % 4 == 0) words.push_back(0);
      words.back() |= static_cast<std::uint64_t>(v) << (x % 4 * 16);
    }
  write_file(dir / "a.mib", mib_header(0, 4, 4 * side, side, "R64", "2x2", 12) + bytes_of(words, true));
  const auto source = open(dir / "a.mib");
  EXPECT_EQ(source->info().text(), "1 | 128 x 128 uint16");
  expect_values(*source, values);
}

TEST(Mib, ScanShapeFromHdrOptionsOrTimes) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint8_t>(12 * frame, 11, 64);
  write_file(dir / "a.mib", processed(values, "U08", 6, evenly));
  EXPECT_EQ(open(dir / "a.mib")->info().text(), "12 | 64 x 64 uint8");
  EXPECT_EQ(open(dir / "a.mib")->info().warnings.size(), 1u);  // nothing says the shape
  EXPECT_EQ(open(dir / "a.mib", {.scan = {2, 6}})->info().text(), "2 x 6 | 64 x 64 uint8");
  write_hdr(dir / "a.hdr", 12, 4);
  EXPECT_EQ(open(dir / "a.mib")->info().text(), "3 x 4 | 64 x 64 uint8");
  EXPECT_EQ(open(dir / "a.hdr")->info().text(), "3 x 4 | 64 x 64 uint8");  // the .hdr may be named
  write_hdr(dir / "a.hdr", 12, 1, "ScanX:\t6\r\nScanY:\t2\r\n");
  EXPECT_EQ(open(dir / "a.mib")->info().text(), "2 x 6 | 64 x 64 uint8");
  write_hdr(dir / "a.hdr", 12, 1);
  write_file(dir / "a.mib", processed(values, "U08", 6, [](int f) { return 0.001 * f + 0.01 * (f / 3); }));
  const auto seen = open(dir / "a.mib");
  EXPECT_EQ(seen->info().text(), "4 x 3 | 64 x 64 uint8");
  EXPECT_EQ(seen->info().warnings.size(), 1u);  // guessed, and says so
  expect_values(*seen, values);
}

TEST(Mib, InterruptedScanKeepsCompleteLines) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint8_t>(7 * frame, 12, 64);
  const auto bytes = processed(values, "U08", 6, evenly);
  write_file(dir / "a.mib", bytes.substr(0, bytes.size() - 100));  // six frames and most of a seventh
  write_hdr(dir / "a.hdr", 12, 4);
  const auto source = open(dir / "a.mib");
  EXPECT_EQ(source->info().text(), "4 | 64 x 64 uint8");
  EXPECT_EQ(source->info().warnings.size(), 2u);
  expect_values(*source, std::vector<std::uint8_t>(values.begin(), values.begin() + 4 * frame));
  const auto error = expect_refused(Fault::usage, dir / "a.mib", {.scan = {3, 3}});
  EXPECT_NE(error.advice.find("scan: [2, 3]"), std::string::npos) << error.advice;
}

TEST(Mib, SyncOffsetAndFlyback) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint8_t>(11 * frame, 13, 64);
  write_file(dir / "a.mib", processed(values, "U08", 6, evenly));
  const auto expected = [&](const std::vector<int>& frames) {
    std::vector<std::uint8_t> out;
    for (const int f : frames)
      for (std::size_t p = 0; p < frame; ++p)
        out.push_back(f < 0 ? std::uint8_t{0} : values[static_cast<std::size_t>(f) * frame + p]);
    return out;
  };
  expect_values(*open(dir / "a.mib", {.scan = {2, 3}, .sync_offset = 2, .flyback = 1}), expected({2, 3, 4, 6, 7, 8}));
  expect_values(*open(dir / "a.mib", {.scan = {2, 4}, .sync_offset = -2}), expected({-1, -1, 0, 1, 2, 3, 4, 5}));
  expect_values(*open(dir / "a.mib", {.scan = {3, 3}, .flyback = 1}),
                expected({0, 1, 2, 4, 5, 6, 8, 9, 10}));  // the last flyback may be missing
  write_hdr(dir / "a.hdr", 12, 4);                        // triggers count the flyback frame
  expect_values(*open(dir / "a.mib", {.flyback = 1}), expected({0, 1, 2, 4, 5, 6, 8, 9, 10}));
  expect_refused(Fault::usage, dir / "a.mib", {.scan = {2, 3}, .sync_offset = 11});
  expect_refused(Fault::usage, dir / "a.mib", {.scan = {2, 3}, .flyback = -1});
  expect_refused(Fault::usage, dir / "a.mib", {.scan = {3, 4}, .flyback = 1});
}

TEST(Mib, FramesAfterTheScanAreSaid) {
  const TemporaryDirectory dir;
  const auto frames_of = [&](int n) {
    write_file(dir / "a.mib", processed(numbers<std::uint8_t>(static_cast<std::size_t>(n) * frame, 15, 64), "U08", 6, evenly));
  };
  const auto warnings = [&](const OpenOptions& options = {}) { return open(dir / "a.mib", options)->info().warnings; };
  write_hdr(dir / "a.hdr", 12, 1, "ScanX:\t4\r\nScanY:\t3\r\n");
  frames_of(12);
  EXPECT_TRUE(warnings().empty());
  frames_of(15);  // three lines of five, of which a flyback frame each
  EXPECT_EQ(open(dir / "a.mib")->info().text(), "3 x 4 | 64 x 64 uint8");
  ASSERT_EQ(warnings().size(), 1U);
  for (const char* word : {"3 frames", "3 x 4", "flyback:", "sync_offset:", "scan:"})
    EXPECT_NE(warnings()[0].find(word), std::string::npos) << warnings()[0];
  EXPECT_TRUE(warnings({.flyback = 1}).empty());
  EXPECT_TRUE(warnings({.scan = {3, 5}}).empty());
  EXPECT_EQ(warnings({.scan = {3, 4}}).size(), 1U);
  EXPECT_EQ(warnings({.scan = {2, 4}}).size(), 1U);
  frames_of(14);  // the way back after the last line was not recorded
  EXPECT_TRUE(warnings({.flyback = 1}).empty());
  frames_of(16);
  EXPECT_EQ(warnings({.flyback = 1}).size(), 1U);
}

TEST(Mib, RefusesDamage) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint8_t>(3 * frame, 14, 64);
  const auto bytes = processed(values, "U08", 6, evenly);
  const auto refused = [&](Fault fault, const std::string& b) {
    write_file(dir / "a.mib", b);
    expect_refused(fault, dir / "a.mib");
  };
  refused(Fault::corrupt, bytes.substr(0, 300 + frame / 2));  // not one complete frame
  refused(Fault::corrupt, bytes.substr(0, 60));
  refused(Fault::corrupt, std::string(10, '\0') + bytes);
  auto second = bytes;
  second.replace(384 + frame, 4, "oops");
  refused(Fault::corrupt, second);
  refused(Fault::unsupported, mib_header(0, 1, side, side, "Q99", "1x1", 6) + std::string(frame, 'x'));
  refused(Fault::unsupported, mib_header(0, 4, 4 * side, side, "R64", "2x2", 24) + std::string(frame * 16, 'x'));
  refused(Fault::unsupported, mib_header(0, 1, side, side, "R64", "1x1", 7) + std::string(frame, 'x'));
  refused(Fault::corrupt, mib_header(0, 1, 0, side, "U08", "1x1", 6) + std::string(frame, 'x'));
}

}  // namespace
