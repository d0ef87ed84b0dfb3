// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/survey_pass.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "framework/base/error.hpp"
#include "stages/survey/preview.hpp"
#include "tests/support/frames.hpp"
#include "tests/support/scan.hpp"

namespace ronchi::survey {
namespace {

using testing::FakeFrames;

template <class T>
void compare(const testing::Scan& scan) {
  const auto counts = scan.frames();
  const std::vector<T> frames(counts.begin(), counts.end());
  const FakeFrames source({scan.ny, scan.nx}, {scan.h, scan.w}, frames);
  Options options;
  const auto preview = look(source, options);
  PassSettings s{source.info(), 2, 1, 1, 0, preview.search, {}};
  s.scale = integer_scale(source.info().type, preview.largest, scan.ny * scan.nx);
  s.square_scale = square_scale(source.info().type, preview.largest, scan.ny * scan.nx);
  SurveyPass pass(s);
  const auto line = static_cast<std::size_t>(scan.nx * scan.h * scan.w);
  for (const std::int64_t l : {3, 0, 5, 1, 4, 2})
    (void)pass.line(std::as_bytes(std::span(frames).subspan(static_cast<std::size_t>(l) * line, line)));

  const std::int64_t pixels = scan.h * scan.w, n = scan.ny * scan.nx;
  for (std::int64_t p = 0; p < pixels; ++p) {
    std::int64_t sum = 0, squares = 0, nonzero = 0, maximum = 0, window = 0;
    for (std::int64_t f = 0; f < n; ++f) {
      const auto v = [&](std::int64_t q) { return static_cast<std::int64_t>(counts[static_cast<std::size_t>(f * pixels + q)]); };
      sum += v(p);
      squares += v(p) * v(p);
      nonzero += v(p) != 0;
      maximum = std::max(maximum, v(p));
      if (p / scan.w + 1 < scan.h && p % scan.w + 1 < scan.w)
        window = std::max(window, v(p) + v(p + 1) + v(p + scan.w) + v(p + scan.w + 1));
    }
    const auto q = static_cast<std::size_t>(p);
    ASSERT_DOUBLE_EQ(static_cast<double>(pass.sum[q]) / s.scale, static_cast<double>(sum));
    ASSERT_DOUBLE_EQ(static_cast<double>(pass.squares[q]) / s.square_scale, static_cast<double>(squares));
    ASSERT_EQ(pass.nonzero[q], nonzero);
    ASSERT_DOUBLE_EQ(static_cast<double>(pass.maximum[q]) / s.scale, static_cast<double>(maximum));
    ASSERT_DOUBLE_EQ(static_cast<double>(pass.window[q]) / s.scale, static_cast<double>(window));
  }
  EXPECT_EQ(pass.frames, n);
  EXPECT_EQ(pass.lowest, 0);
}

TEST(SurveyPass, SumsEqualTheirDefinition) {
  testing::Scan scan;
  scan.y_per_line = 0.3;
  compare<std::uint16_t>(scan);
  compare<std::uint32_t>(scan);
  compare<std::int16_t>(scan);
  compare<float>(scan);
  compare<double>(scan);
  scan.beam_counts = 1000;  // no pixel beyond 255
  compare<std::uint8_t>(scan);
}

TEST(SurveyPass, BeamPositionsAreThePlantedOnes) {
  testing::Scan scan;
  scan.y_per_line = 0.6;
  scan.x_per_column = -0.4;
  scan.hot = {30 * 40 + 20};
  scan.hot_value = 6000;  // inside the disk, brighter than the beam
  const auto frames = scan.frames();
  const FakeFrames source({scan.ny, scan.nx}, {scan.h, scan.w}, frames);
  PassSettings s{source.info(), 1, 1, 1, 0, look(source, {}).search, {}};
  SurveyPass pass(s);
  const auto line = static_cast<std::size_t>(scan.nx * scan.h * scan.w);
  for (std::int64_t l = 0; l < scan.ny; ++l) {
    const auto found = pass.line(std::as_bytes(std::span(frames).subspan(static_cast<std::size_t>(l) * line, line)));
    for (std::int64_t c = 0; c < scan.nx; ++c) {
      EXPECT_NEAR(found.beam[static_cast<std::size_t>(3 * c)], scan.beam_y(l, c), 0.3);
      EXPECT_NEAR(found.beam[static_cast<std::size_t>(3 * c + 1)], scan.beam_x(l, c), 0.3);
    }
  }
  // Laid on each other by the beam, the sum has its centre of mass at size / 2.
  const std::vector<double> centred(pass.centred.begin(), pass.centred.end());
  const auto c = centre_of_mass(centred.data(), scan.h, scan.w, {24, 20, 8, 6, {}});
  EXPECT_NEAR(c.y, 24, 0.3);
  EXPECT_NEAR(c.x, 20, 0.3);
}

TEST(SurveyPass, NaNIsRefusedAndNothingIsAdded) {
  std::vector<float> frames(4 * 25, 1);
  frames[2 * 25 + 7] = std::numeric_limits<float>::quiet_NaN();
  const FakeFrames source({4}, {5, 5}, frames);
  PassSettings s{source.info(), 1, 1024, 1024, 0, {2, 2, 2, 2, {}}, {}};
  SurveyPass pass(s);
  EXPECT_THROW((void)pass.line(std::as_bytes(std::span(frames))), Failure);
  EXPECT_EQ(pass.frames, 0);
  EXPECT_EQ(pass.sum, std::vector<std::int64_t>(25, 0));
  s.listed = {7};  // the user says this pixel is broken
  SurveyPass told(s);
  EXPECT_EQ(told.line(std::as_bytes(std::span(frames))).total.size(), 4U);
  EXPECT_EQ(told.sum[7], 3 * 1024);
}

}  // namespace
}  // namespace ronchi::survey
