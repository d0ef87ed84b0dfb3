// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/ingest/ingest_pass.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "stages/ingest/ingest.hpp"
#include "tests/support/frames.hpp"
#include "tests/support/scan.hpp"

namespace ronchi::ingest {
namespace {

using testing::FakeFrames;

/// A transform with every step.
Transform every_step(const testing::Scan& scan) {
  Transform t;
  t.bad_pixels = {7, 300, 301};
  for (std::int64_t f = 0; f < scan.ny * scan.nx; ++f)
    t.shifts.insert(t.shifts.end(), {static_cast<std::int32_t>(f % 5 - 2), static_cast<std::int32_t>(f % 3)});
  t.bin = 2;
  t.crop_first[0] = 2;
  t.crop_size[0] = 20;
  t.mask.assign(20 * 20, 0);
  for (std::size_t p = 0; p < t.mask.size(); p += 7) t.mask[p] = 1;
  return t;
}

template <class T>
void compare(Scalar output) {
  const testing::Scan scan;
  const auto counts = scan.frames();
  const auto source = std::make_shared<FakeFrames>(std::vector{scan.ny, scan.nx}, std::vector{scan.h, scan.w},
                                                   std::vector<T>(counts.begin(), counts.end()), 4);
  Transform t = every_step(scan);
  t.output = output;
  const double beam[2] = {24.5, 20}, unit[2] = {0.5, 1};
  const std::vector<VirtualDetector> detectors{ring("bf", scan.h, scan.w, beam, unit, 0, 4),
                                               ring("df", scan.h, scan.w, beam, unit, 5, 11)};
  const double scale = output == Scalar::f32 ? 1 << 20 : 1;
  IngestPass pass(source, t, detectors, {0, scan.ny}, scale, 0);
  const TransformedFrames view(source, t);
  Transform repair;  // for the naive images: bad pixels alone
  repair.bad_pixels = t.bad_pixels;
  repair.output = Scalar::f32;
  const auto repaired = TransformedFrames(source, repair).read<float>({0, scan.ny * scan.nx});
  visit_scalar(output, [&](auto o) {
    using O = decltype(o);
    const auto all = view.read<O>({0, scan.ny * scan.nx});
    const auto pixels = static_cast<std::size_t>(view.info().pixels());
    for (const std::int64_t l : {5, 0, 3, 1, 2, 4}) {
      const auto line = pass.line(l);
      const auto first = static_cast<std::size_t>(l * scan.nx);
      ASSERT_EQ(line.frames.size(), pixels * sizeof(O) * static_cast<std::size_t>(scan.nx));
      ASSERT_EQ(std::memcmp(line.frames.data(), all.data() + first * pixels, line.frames.size()), 0);
      for (std::size_t c = 0; c < static_cast<std::size_t>(scan.nx); ++c) {
        const std::size_t f = first + c;
        double total = 0, bf = 0, df = 0;
        for (std::size_t p = 0; p < pixels; ++p) total += static_cast<double>(all[f * pixels + p]);
        ASSERT_DOUBLE_EQ(line.total[c], total);
        for (std::int64_t y = 0; y < scan.h; ++y)
          for (std::int64_t x = 0; x < scan.w; ++x) {
            // The pixel arrives at (y + dy, x + dx); beyond the detector it is lost.
            const double at_y = static_cast<double>(y + t.shifts[2 * f]), at_x = static_cast<double>(x + t.shifts[2 * f + 1]);
            if (at_y < 0 || at_x < 0 || at_y >= static_cast<double>(scan.h) || at_x >= static_cast<double>(scan.w)) continue;
            const double r = std::hypot((at_y - 24.5) * 0.5, at_x - 20),
                         v = static_cast<double>(
                             repaired[f * static_cast<std::size_t>(scan.h * scan.w) + static_cast<std::size_t>(y * scan.w + x)]);
            if (r <= 4) bf += v;
            if (r >= 5 && r <= 11) df += v;
          }
        ASSERT_DOUBLE_EQ(line.images[0][c], bf);
        ASSERT_DOUBLE_EQ(line.images[1][c], df);
      }
    }
    for (std::size_t p = 0; p < pixels; ++p) {
      double sum = 0, maximum = 0;
      for (std::size_t f = 0; f < static_cast<std::size_t>(scan.ny * scan.nx); ++f) {
        sum += static_cast<double>(all[f * pixels + p]);
        maximum = std::max(maximum, static_cast<double>(all[f * pixels + p]));
      }
      ASSERT_DOUBLE_EQ(static_cast<double>(pass.sum[p]) / scale, sum);
      ASSERT_DOUBLE_EQ(static_cast<double>(pass.maximum[p]) / scale, maximum);
    }
  });
}

TEST(IngestPass, ImagesSumsAndMaximaEqualTheirDefinition) {
  compare<std::uint16_t>(Scalar::u16);
  compare<std::uint16_t>(Scalar::u32);
  compare<std::uint32_t>(Scalar::u16);
  compare<std::uint16_t>(Scalar::f32);
  compare<float>(Scalar::f32);
}

TEST(IngestPass, ALineWithNaNFailsAloneAndAddsNothing) {
  std::vector<float> frames(3 * 4 * 25, 2);
  frames[5 * 25 + 11] = std::numeric_limits<float>::quiet_NaN();  // line 1
  const auto source = std::make_shared<FakeFrames>(std::vector<std::int64_t>{3, 4}, std::vector<std::int64_t>{5, 5}, frames);
  Transform t;
  t.output = Scalar::f32;
  IngestPass pass(source, t, {}, {0, 3}, 1024, 0);
  EXPECT_EQ(pass.line(0).total[0], 50);
  try {
    (void)pass.line(1);
    FAIL() << "NaN went through";
  } catch (const Failure& f) { EXPECT_NE(std::string(f.what()).find("frame 5 has the value nan"), std::string::npos) << f.what(); }
  EXPECT_EQ(pass.line(2).total[3], 50);
  EXPECT_EQ(pass.sum[11], 2 * 4 * 2 * 1024);  // two lines of four frames
}

TEST(VirtualImages, DefaultsAndRefusals) {
  FrameInfo raw;
  raw.signal = {{"ky", "1/A", 0.1, 0, 40}, {"kx", "1/A", 0.1, 0, 40}};
  const double beam[2] = {20, 20};
  const auto usual = detectors_of({}, raw, beam, 4, 0);
  ASSERT_EQ(usual.size(), 2U);
  EXPECT_EQ(usual[0].name, "bright_field");
  EXPECT_EQ(usual[1].name, "dark_field");
  Options o;
  o.virtual_images = {{"a b", 0, 1, {}, {}}};
  EXPECT_THROW((void)detectors_of(o, raw, beam, 4, 0), Failure) << "a name with a space";
  o.virtual_images = {{"a", 0, 1, {}, {}}, {"a", 1, 2, {}, {}}};
  EXPECT_THROW((void)detectors_of(o, raw, beam, 4, 0), Failure) << "two of one name";
  o.virtual_images = {{"a", 50, 60, {}, {}}};
  EXPECT_THROW((void)detectors_of(o, raw, beam, 4, 0), Failure) << "beyond the detector";
  raw.signal = {{"Energy", "keV", 0.5, -1, 20}};
  const auto total = detectors_of({}, raw, beam, 0, 3);
  ASSERT_EQ(total.size(), 1U);
  ASSERT_EQ(total[0].runs.size(), 1U);
  EXPECT_EQ(total[0].runs[0].first, 3);
  EXPECT_EQ(total[0].runs[0].last, 20);
  o.virtual_images = {{"line", 0, 0, 1.0, 2.0}};
  const auto line = detectors_of(o, raw, beam, 0, 3);
  EXPECT_EQ(line[0].runs[0].first, 4);  // 1.0 keV
  EXPECT_EQ(line[0].runs[0].last, 7);   // up to 2.0 keV
}

}  // namespace
}  // namespace ronchi::ingest
