// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/detector.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "framework/base/error.hpp"
#include "tests/support/files.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::wave {
namespace {

const Grid grid{96, 128, 0.5};
using Counts = std::vector<std::uint16_t>;

/// A perfect camera: whole electrons.
DetectorOptions perfect() {
  DetectorOptions o;
  o.mtf = {};
  o.gain = 1;
  o.readout_noise = 0;
  o.offset = 0;
  return o;
}

Counts record(const DetectorOptions& o, const RealField& image, std::uint64_t item = 1, Detector::Clipped* clipped = nullptr) {
  Detector detector(o, grid);
  Counts counts(image.size());
  const auto c = detector.record(image.data(), 1, 2, item, 3, counts.data());
  if (clipped != nullptr) *clipped = c;
  return counts;
}

RealField flat(float v = 1) { return RealField(static_cast<std::size_t>(grid.pixels()), v); }

struct Moments {
  double mean = 0, variance = 0;
};
Moments moments(const Counts& counts) {
  Moments m;
  for (const auto c : counts) m.mean += c;
  m.mean /= static_cast<double>(counts.size());
  for (const auto c : counts) m.variance += (c - m.mean) * (c - m.mean);
  m.variance /= static_cast<double>(counts.size());
  return m;
}

TEST(Detector, CountsTheElectronsOfItsDose) {
  DetectorOptions o = perfect();
  const double n = static_cast<double>(grid.pixels());
  for (const double electrons : {0.1, 1.0, 10.0, 100.0, 1000.0}) {
    o.dose = electrons / 0.25;
    const Moments m = moments(record(o, flat()));
    EXPECT_NEAR(m.mean, electrons, 4 * std::sqrt(electrons / n));
    EXPECT_NEAR(m.variance, electrons, 4 * std::sqrt((2 * electrons * electrons + electrons) / n));
    EXPECT_NEAR(moments(record(o, flat(0.5f))).mean, electrons / 2, 4 * std::sqrt(electrons / n)) << "in proportion to the image";
  }
}

TEST(Detector, AnotherDoseIsAnotherDetector) {
  DetectorOptions o;
  Detector detector(o, grid);
  detector.set_dose(123);
  Counts counts(static_cast<std::size_t>(grid.pixels()));
  detector.record(flat().data(), 1, 2, 1, 3, counts.data());
  o.dose = 123;
  EXPECT_EQ(record(o, flat()), counts);
  EXPECT_THROW(detector.set_dose(0), Failure);
}

TEST(Detector, NoiseIsThatOfItsAddress) {
  DetectorOptions o;
  const Counts a = record(o, flat(), 1);
  EXPECT_EQ(record(o, flat(), 1), a);
  const Counts b = record(o, flat(), 2);
  EXPECT_NE(a, b);
  const auto covariance = [&](const Counts& x, const Counts& y, std::size_t shift) {
    const Moments mx = moments(x), my = moments(y);
    double sum = 0;
    for (std::size_t i = 0; i + shift < x.size(); ++i) sum += (x[i] - mx.mean) * (y[i + shift] - my.mean);
    return sum / static_cast<double>(x.size()) / std::sqrt(mx.variance * my.variance);
  };
  const double limit = 4 / std::sqrt(static_cast<double>(grid.pixels()));
  EXPECT_LT(std::abs(covariance(a, b, 0)), 2 * limit) << "images are independent (neighbours are not: the MTF)";
  o.mtf = {};
  const Counts c = record(o, flat(), 3);
  for (const std::size_t shift : {1u, 2u, 128u, 129u}) EXPECT_LT(std::abs(covariance(c, c, shift)), limit) << "pixels too";
}

TEST(Detector, ReadoutNoiseGainAndOffsetAddUp) {
  DetectorOptions o = perfect();
  o.dose = 80;  // 20 electrons per pixel
  o.gain = 5;
  o.readout_noise = 7;
  o.offset = 100;
  const Moments m = moments(record(o, flat()));
  const double n = static_cast<double>(grid.pixels()), variance = 25 * 20 + 49 + 1.0 / 12;
  EXPECT_NEAR(m.mean, 5 * 20 + 100, 4 * std::sqrt(variance / n));
  EXPECT_NEAR(m.variance, variance, 5 * std::sqrt(2 * variance * variance / n));
  EXPECT_DOUBLE_EQ(Detector(o, grid).electrons_per_pixel(), 20);
  EXPECT_DOUBLE_EQ(Detector(o, grid).vacuum_counts(), 200);
}

/// Amplitude of cos(2 pi u x / 128) in counts.
double fringe(const Counts& counts, int u) {
  double sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i)
    sum += counts[i] * std::cos(2 * std::numbers::pi * u * static_cast<double>(i % 128) / 128);
  return 2 * sum / static_cast<double>(counts.size());
}

TEST(Detector, MtfActsOnSignalAndNoise) {
  DetectorOptions o = perfect();
  o.dose = 4e4 / 0.25;
  o.mtf = {1, 0.2, 0.3, 1.7};
  const DetectorCurve curve(o.mtf, "mtf");
  EXPECT_EQ(curve(0), 1);
  EXPECT_NEAR(DetectorCurve({2, 0.4, 0.3, 1.7}, "mtf")(0.37), curve(0.37), 1e-12) << "in units of its value at 0";
  EXPECT_NEAR(curve(0.6), 0.6, 1e-12) << "half way between c0 and c1 at q = 2 c2";
  for (const int u : {8, 32, 48}) {
    RealField image = flat();
    for (std::size_t i = 0; i < image.size(); ++i)
      image[i] += 0.3f * static_cast<float>(std::cos(2 * std::numbers::pi * u * static_cast<double>(i % 128) / 128));
    const double expected = 0.3 * 4e4 * curve(u / 64.0);
    EXPECT_NEAR(fringe(record(o, image), u), expected, 5 * 200 * std::sqrt(2 / 12288.0) + 1e-3 * expected);
  }
  const Counts counts = record(o, flat());
  EXPECT_NEAR(moments(counts).mean, 4e4, 4 * 200 / std::sqrt(12288.0)) << "MTF(0) = 1";
  // Noise: variance = electrons times the mean of MTF^2 over the frequencies.
  double power = 0;
  for (int v = -48; v < 48; ++v)
    for (int w = -64; w < 64; ++w) power += std::pow(curve(std::hypot(v / 48.0, w / 64.0)), 2) / 12288;
  EXPECT_NEAR(moments(counts).variance, 4e4 * power, 0.08 * 4e4 * power);
  EXPECT_LT(power, 0.5);
}

TEST(Detector, NtfActsOnTheNoiseAlone) {
  DetectorOptions o = perfect();
  o.dose = 4e4 / 0.25;
  o.mtf = {1, 0.2, 0.3, 1.7};
  o.ntf = {1, 0.8, 0.5, 2};
  const DetectorCurve mtf(o.mtf, "mtf"), ntf(o.ntf, "ntf");
  RealField image = flat();
  for (std::size_t i = 0; i < image.size(); ++i)
    image[i] += 0.3f * static_cast<float>(std::cos(2 * std::numbers::pi * 40 * static_cast<double>(i % 128) / 128));
  const double expected = 0.3 * 4e4 * mtf(40 / 64.0);
  EXPECT_NEAR(fringe(record(o, image), 40), expected, 5 * 200 * std::sqrt(2 / 12288.0) + 1e-3 * expected);
  double power = 0;
  for (int v = -48; v < 48; ++v)
    for (int w = -64; w < 64; ++w) power += std::pow(ntf(std::hypot(v / 48.0, w / 64.0)), 2) / 12288;
  EXPECT_NEAR(moments(record(o, flat())).variance, 4e4 * power, 0.08 * 4e4 * power);
  o.mtf = {};
  o.ntf = {1, 1, 0.5, 2};  // both perfect
  DetectorOptions plain = perfect();
  plain.dose = o.dose;
  EXPECT_EQ(record(o, flat()), record(plain, flat()));
}

TEST(Detector, ReadsMeasuredCurves) {
  const testing::TemporaryDirectory folder;
  const auto write = [&](const std::string& text) {
    testing::write_file(folder / "a.mtf", text);
    return (folder / "a.mtf").string();
  };
  const DetectorCurve curve = DetectorCurve::read(write("5\n 0.5\n 0.4\n 0.2\n 0.1\n 0.05\n"));
  EXPECT_EQ(curve(0), 1) << "the first value is that of frequency 0";
  EXPECT_DOUBLE_EQ(curve(0.25), 0.8);
  EXPECT_DOUBLE_EQ(curve(0.375), 0.6);
  EXPECT_DOUBLE_EQ(curve(1), 0.1);
  EXPECT_DOUBLE_EQ(curve(1.4), 0.1) << "held beyond";
  const auto fault = [&](const std::string& text) {
    try {
      (void)DetectorCurve::read(write(text));
    } catch (const Failure& f) { return std::string(describe(f.error().fault)) + ": " + f.error().message; }
    return std::string("accepted");
  };
  const std::string corrupt = describe(Fault::corrupt);
  EXPECT_NE(fault("5\n1\n1\n").find("ends after 3 numbers"), std::string::npos) << fault("5\n1\n1\n");
  EXPECT_NE(fault("2\n1\nx\n").find("'x' is not a number"), std::string::npos);
  EXPECT_NE(fault("2\n1\n0.5\n0.3\n").find("goes on with '0.3'"), std::string::npos);
  EXPECT_NE(fault("0.99\n1\n").find("begins with 0.99"), std::string::npos);
  EXPECT_NE(fault("2\n1\n-0.5\n").find("value 2 is -0.5"), std::string::npos);
  EXPECT_NE(fault("2\n0\n0.5\n").find("value 1 is 0"), std::string::npos);
  DetectorOptions o;
  o.mtf_file = "/nowhere/a.mtf";
  try {
    const Detector detector(o, grid);
    FAIL();
  } catch (const Failure& f) { EXPECT_EQ(f.error().fault, Fault::missing); }
  // A file stands in place of the numbers.
  o.mtf_file = write("2\n1\n1\n");
  DetectorOptions without = o;
  without.mtf_file.clear();
  without.mtf = {1, 1, 0.5, 2};
  EXPECT_EQ(record(o, flat()), record(without, flat()));
}

TEST(Detector, SaturationAndNegativeCountsAreCountedAndCut) {
  DetectorOptions o = perfect();
  o.dose = 400;  // 100 electrons
  o.saturation = 100;
  Detector::Clipped clipped;
  const Counts full = record(o, flat(), 1, &clipped);
  std::int64_t at = 0;
  for (const auto c : full) {
    EXPECT_LE(c, 100);
    at += c == 100;
  }
  o.saturation = 65535;
  std::int64_t above = 0;
  for (const auto c : record(o, flat())) above += c > 100;
  EXPECT_EQ(clipped.saturated, above);
  EXPECT_GT(at, above) << "a hundred counts are not above the limit";
  EXPECT_EQ(clipped.negative, 0);
  o.dose = 4e5;  // 10^5 electrons
  for (const auto c : record(o, flat(), 1, &clipped)) ASSERT_EQ(c, 65535);
  EXPECT_EQ(clipped.saturated, grid.pixels());
  o.dose = 0.004;
  o.readout_noise = 3;
  (void)record(o, flat(), 1, &clipped);
  // P(3 z < -1/2) = 0.4338 of the pixels
  EXPECT_NEAR(static_cast<double>(clipped.negative) / static_cast<double>(grid.pixels()), 0.4338, 0.02);
}

TEST(Detector, InstructionSetsGiveTheSameBytes) {
  DetectorOptions o;
  o.dose = 4e4;
  o.readout_noise = 300;
  o.saturation = 40000;
  const auto sets = available_transfer_kernels();
  std::vector<Counts> results;
  for (int s = 0; s < sets.count; ++s) {
    Detector detector(o, grid);
    detector.use(*sets.sets[s]);
    Counts counts(static_cast<std::size_t>(grid.pixels()));
    const auto clipped = detector.record(flat().data(), 1, 2, 3, 4, counts.data());
    counts.push_back(static_cast<std::uint16_t>(clipped.saturated));
    counts.push_back(static_cast<std::uint16_t>(clipped.negative));
    EXPECT_GT(clipped.saturated, 0);
    results.push_back(counts);
  }
  for (const auto& r : results) EXPECT_EQ(r, results.back());
}

TEST(Detector, SaysWhatIsWrong) {
  DetectorOptions o;
  o.mtf = {1, 2};
  EXPECT_THROW(Detector(o, grid), Failure);
  o.mtf = {0, 1, 1, 1};
  EXPECT_THROW(Detector(o, grid), Failure);
  o = {};
  o.dose = 1e9;
  EXPECT_THROW(Detector(o, grid), Failure);
  o = {};
  for (const float bad : {std::nanf(""), INFINITY, -5.f}) {
    RealField image = flat();
    image[77] = bad;
    try {
      (void)record(o, image);
      ADD_FAILURE() << bad;
    } catch (const Failure& f) { EXPECT_EQ(f.error().fault, Fault::numeric); }
  }
}

}  // namespace
}  // namespace ronchi::wave
