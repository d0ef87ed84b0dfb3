// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/decide.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "framework/base/error.hpp"
#include "stages/survey/preview.hpp"
#include "stages/survey/survey_pass.hpp"
#include "tests/support/frames.hpp"
#include "tests/support/scan.hpp"

namespace ronchi::survey {
namespace {

using testing::FakeFrames;

/// A survey of all lines, without the engine.
Findings survey(const FakeFrames& source, const Options& options) {
  const FrameInfo& raw = source.info();
  const auto preview = look(source, options);
  SurveyPass pass({raw, options.bin, 1, 1, 0, preview.search, listed_pixels(options, raw)});
  const std::int64_t nx = raw.navigation.back().size, ny = raw.frames() / nx;
  Findings f;
  f.raw = raw;
  BeamPath path{ny, nx, {}, {}};
  for (std::int64_t l = 0; l < ny; ++l) {
    std::vector<std::byte> bytes(static_cast<std::size_t>(nx * raw.frame_bytes()));
    source.read({l * nx, (l + 1) * nx}, bytes);
    const auto line = pass.line(bytes);
    path.lines.push_back(l);
    path.measured.insert(path.measured.end(), line.beam.begin(), line.beam.end());
  }
  f.frames = pass.frames;
  f.sum = pass.sum;
  f.nonzero = pass.nonzero;
  f.maximum = pass.maximum;
  f.window = pass.window;
  f.centred = pass.centred;
  f.lowest = pass.lowest;
  f.beam_radius = preview.search.radius;
  if (raw.signal.size() == 2) f.paths = {path};
  return f;
}

TEST(Decide, CentredPatternsHaveTheirBeamInTheMiddle) {
  testing::Scan scan;
  scan.y_per_line = 0.7;
  scan.x_per_column = 0.35;
  scan.hot = {5 * 40 + 5};
  scan.dead = {40 * 40 + 12};
  auto source = std::make_shared<FakeFrames>(std::vector{scan.ny, scan.nx}, std::vector{scan.h, scan.w}, scan.frames());
  source->change().signal[0].scale = source->change().signal[1].scale = 0.02;
  for (const Centring centring : {Centring::plane, Centring::measured}) {
    Options options;
    options.centring = centring;
    const auto d = decide(survey(*source, options), options);
    EXPECT_EQ(d.faults.hot, scan.hot);
    EXPECT_EQ(d.faults.dead, scan.dead);
    for (std::int64_t f = 0; f < scan.ny * scan.nx; ++f) {
      // The shift is the whole number of pixels nearest to what is missing to the middle.
      EXPECT_NEAR(d.transform.shifts[static_cast<std::size_t>(2 * f)], 24 - scan.beam_y(f / scan.nx, f % scan.nx), 0.5 + 0.3);
      EXPECT_NEAR(d.transform.shifts[static_cast<std::size_t>(2 * f + 1)], 20 - scan.beam_x(f / scan.nx, f % scan.nx), 0.5 + 0.3);
    }
    // The axes are zero at the beam.
    EXPECT_DOUBLE_EQ(d.output.signal[0].offset + 24 * d.output.signal[0].scale, 0);
    EXPECT_DOUBLE_EQ(d.output.signal[1].offset + 20 * d.output.signal[1].scale, 0);
    EXPECT_EQ(d.transform.mask[24 * 40 + 20], 1) << "the direct beam is masked";
    EXPECT_GT(d.inner, 2 * scan.sigma);
    EXPECT_LT(d.inner, 6 * scan.sigma + 2);
  }
}

TEST(Decide, WithoutCentringNothingMovesAndAxesStay) {
  testing::Scan scan;
  const FakeFrames source({scan.ny, scan.nx}, {scan.h, scan.w}, scan.frames());
  Options options;
  options.centring = Centring::none;
  const auto d = decide(survey(source, options), options);
  EXPECT_TRUE(d.transform.shifts.empty());
  EXPECT_EQ(d.output.signal, source.info().signal);
  EXPECT_NEAR(d.beam[0], scan.y0, 0.2);
  EXPECT_NEAR(d.beam[1], scan.x0, 0.2);
}

/// Every frame through the transform fits the type, and the type is no wider than it must be.
TEST(Decide, TheTypeHoldsEveryValueAfterBinning) {
  testing::Scan scan;
  scan.y_per_line = 0.5;
  scan.hot = {5 * 40 + 5};
  scan.hot_value = 65535;
  auto source = std::make_shared<FakeFrames>(std::vector{scan.ny, scan.nx}, std::vector{scan.h, scan.w}, scan.frames());
  for (const std::int64_t bin : {1, 2, 3, 4})
    for (const double inner : {0.0, 9.0}) {
      Options options;
      options.bin = bin;
      options.inner_radius = inner;
      const auto d = decide(survey(*source, options), options);
      Transform wide = d.transform;
      wide.output = Scalar::u32;
      const auto values = TransformedFrames(source, wide).read<std::uint32_t>({0, scan.ny * scan.nx});
      const double top = *std::max_element(values.begin(), values.end());
      EXPECT_LE(top, d.peak) << "bin " << bin;
      EXPECT_LE(d.peak, 1.5 * top + 10) << "bin " << bin << ": the bound is a good one, in spite of the hot pixel";
      EXPECT_EQ(d.transform.output, d.peak <= 255 ? Scalar::u8 : Scalar::u16);
    }
}

TEST(Decide, ASampleGetsRoomForFourTimesItsPeak) {
  FrameInfo raw;
  raw.type = Scalar::u16;
  raw.signal = {{"ky", "", 1, 0, 8}, {"kx", "", 1, 0, 8}};
  EXPECT_EQ(fitting_type(raw, 1, 200, false, true), Scalar::u8);
  EXPECT_EQ(fitting_type(raw, 1, 200, false, false), Scalar::u16);
  EXPECT_EQ(fitting_type(raw, 2, 65535, false, false), Scalar::u32);
  raw.type = Scalar::u8;
  EXPECT_EQ(fitting_type(raw, 1, 200, false, false), Scalar::u8) << "8-bit pixels that are not added need no more";
  raw.type = Scalar::i16;
  EXPECT_EQ(fitting_type(raw, 1, 200, true, true), Scalar::f32);
}

bool warns(const Decision& d, const std::string& about) {
  return std::any_of(d.warnings.begin(), d.warnings.end(),
                     [&](const std::string& w) { return w.find(about) != std::string::npos; });
}

TEST(Decide, WarnsOfSaturationLowCountsAndALostBeam) {
  testing::Scan scan;
  auto frames = scan.frames();
  const FakeFrames good({scan.ny, scan.nx}, {scan.h, scan.w}, frames);
  EXPECT_TRUE(decide(survey(good, {}), {}).warnings.empty());

  for (auto& v : frames) v = v > 150 ? 65535 : v;
  EXPECT_TRUE(warns(decide(survey(FakeFrames({scan.ny, scan.nx}, {scan.h, scan.w}, frames), {}), {}), "saturated"));

  testing::Scan faint;
  faint.background = 0.001;
  faint.beam_counts = 10;
  EXPECT_TRUE(warns(decide(survey(FakeFrames({faint.ny, faint.nx}, {faint.h, faint.w}, faint.frames()), {}), {}), "low counts"));

  testing::Scan leaving;
  leaving.y_per_line = -5;  // from row 25 to row 0
  EXPECT_TRUE(warns(decide(survey(FakeFrames({leaving.ny, leaving.nx}, {leaving.h, leaving.w}, leaving.frames()), {}), {}),
                    "leaves the detector"));
}

TEST(Decide, TheSumOverAllPixelsMayPass63Bits) {
  Findings f;
  f.raw.type = Scalar::u32;
  f.raw.navigation = {{"x", "", 1, 0, 1}};
  f.raw.signal = {{"Energy", "keV", 0.02, 1, 64}};
  f.frames = std::int64_t{1} << 32;
  f.sum.assign(64, std::int64_t{1} << 62);  // 2^30 per frame and channel; 2^68 in all, which is 0 in 64 bits
  f.nonzero.assign(64, f.frames);
  f.maximum.assign(64, std::int64_t{1} << 31);
  EXPECT_FALSE(warns(decide(f, {}), "low counts"));
}

TEST(Decide, MasksThatLeaveNothingAreRefused) {
  testing::Scan scan;
  const FakeFrames source({scan.ny, scan.nx}, {scan.h, scan.w}, scan.frames());
  Options options;
  options.inner_radius = 100;
  const auto findings = survey(source, options);
  EXPECT_THROW((void)decide(findings, options), Failure);
}

TEST(Decide, SpectraLoseTheirStrobe) {
  std::vector<std::uint8_t> spectra(6 * 4 * 64, 1);
  for (std::size_t i = 0; i < spectra.size(); ++i) {
    const auto c = i % 64;
    if (c < 14) spectra[i] = c >= 8 && c <= 12 ? 40 : 0;  // zero energy at channel 10
  }
  FakeFrames source({6, 4}, {64}, spectra);
  source.change().signal = {{"Energy", "keV", 0.02, -0.2, 64}};
  const auto d = decide(survey(source, {}), {});
  EXPECT_EQ(d.strobe, 14) << "up to the empty channel 13";
  for (std::size_t c = 0; c < 64; ++c) ASSERT_EQ(d.transform.mask[c], c < 14);
  EXPECT_EQ(d.transform.output, Scalar::u8);
  EXPECT_DOUBLE_EQ(d.peak, 1) << "the strobe is masked and needs no room";
}

}  // namespace
}  // namespace ronchi::survey
