// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_scan/simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "framework/base/error.hpp"
#include "framework/physics/electrons.hpp"

namespace ronchi::simulate_scan {

namespace {

Options small() {
  Options o;
  o.scan = {12, 30};
  o.step = 8;
  o.diameter = 60;
  o.detector = 64;
  o.pixel = 0.032;
  return o;
}

Options clean() {
  Options o = small();
  o.charge_sharing = 0;
  o.hot_pixels = o.dead_pixels = 0;
  return o;
}

std::vector<std::uint16_t> counted(const Simulation& s, std::int64_t frame, const Simulation::Expected& e) {
  std::vector<std::uint16_t> counts(static_cast<std::size_t>(s.pixels()));
  s.count(frame, e, counts);
  return counts;
}

std::int64_t total(const std::vector<std::uint16_t>& counts) {
  return std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
}

}  // namespace

TEST(Simulation, FramesDoNotDependOnTheOrderTheyAreMadeIn) {
  const Simulation a(small(), 11), b(small(), 11), other(small(), 12);
  std::vector<std::uint16_t> x(static_cast<std::size_t>(a.pixels())), y(x.size()), z(x.size());
  std::vector<std::vector<std::uint16_t>> forward;
  for (std::int64_t f = 0; f < a.frames(); f += 7) {
    a.frame(f, x);
    forward.push_back(x);
  }
  int different = 0;
  for (std::int64_t i = static_cast<std::int64_t>(forward.size()) - 1; i >= 0; --i) {
    b.frame(7 * i, y);
    EXPECT_EQ(y, forward[static_cast<std::size_t>(i)]) << "frame " << 7 * i;
    other.frame(7 * i, z);
    different += z != y;
  }
  EXPECT_GT(different, 45) << "another seed, other frames";
}

TEST(Simulation, DoseIsTheMeanOverTheWire) {
  Options o = small();
  o.dose = 150;
  o.carbon_film = 0.1;
  const Simulation s(o, 4);
  double sum = 0;
  std::int64_t inside = 0;
  for (std::int64_t f = 0; f < s.frames(); ++f) {
    const auto e = s.expected(f);
    if (!e.point.inside) {
      if (e.point.share == 0) { EXPECT_NEAR(e.scattered(), 150 * (0.02 + 0.1), 1e-9) << "vacuum has the weak background alone"; }
      continue;
    }
    sum += e.scattered();
    ++inside;
  }
  ASSERT_GT(inside, 100);
  EXPECT_NEAR(sum / static_cast<double>(inside), 150, 1.5);  // spots move over the detector's edge with the drifting beam
}

TEST(Simulation, CountsArePoissonDistributed) {
  const Simulation s(clean(), 21);
  Simulation::Expected e;
  e.beam_y = e.beam_x = 32;
  e.spots = {{20, 40, 5.0}, {44, 24, 3.0}};
  // Chi-square of the electron numbers of 4000 frames against Poisson(8), bins 0-2, 3, ..., 14, 15+.
  std::vector<double> seen(14, 0), probability(14, 0);
  double p = std::exp(-8.0), tail = 1;
  const auto bin = [](std::int64_t n) { return static_cast<std::size_t>(std::clamp<std::int64_t>(n - 2, 0, 13)); };
  for (std::int64_t n = 0; n < 15; ++n) {
    probability[bin(n)] += p;
    tail -= p;
    p *= 8.0 / static_cast<double>(n + 1);
  }
  probability[13] += tail;
  double first = 0;
  for (std::int64_t f = 0; f < 4000; ++f) {
    const auto counts = counted(s, f, e);
    seen[bin(total(counts))] += 1;
    for (std::int64_t y = 0; y < 32; ++y)
      for (std::int64_t x = 32; x < 64; ++x) first += counts[static_cast<std::size_t>(y * 64 + x)];
  }
  double chi_square = 0;
  for (std::size_t i = 0; i < seen.size(); ++i)
    chi_square += std::pow(seen[i] - 4000 * probability[i], 2) / (4000 * probability[i]);
  EXPECT_LT(chi_square, 34.5);  // 13 degrees of freedom, probability 0.001
  EXPECT_NEAR(first / 4000, 5, 4 * std::sqrt(5.0 / 4000));
}

TEST(Simulation, ElectronsOfASpotLandInItsDisk) {
  Options o = clean();
  o.convergence = 3;  // a disk of several pixels
  const Simulation s(o, 2);
  const double radius = 3e-3 / physics::wavelength(o.energy) / o.pixel;
  Simulation::Expected e;
  e.spots = {{30.3, 33.8, 20000}};
  const auto counts = counted(s, 0, e);
  double y = 0, x = 0, square = 0;
  for (std::int64_t i = 0; i < s.pixels(); ++i) {
    const double n = counts[static_cast<std::size_t>(i)], dy = static_cast<double>(i / 64) - 30.3,
                 dx = static_cast<double>(i % 64) - 33.8;
    if (n > 0) { EXPECT_LT(std::hypot(dy, dx), radius + std::sqrt(0.5)); }
    y += n * dy;
    x += n * dx;
    square += n * (dy * dy + dx * dx);
  }
  const auto n = static_cast<double>(total(counts));
  EXPECT_NEAR(n, 20000, 4 * std::sqrt(20000.0));
  EXPECT_NEAR(y / n, 0, 4 * radius / 2 / std::sqrt(n));
  EXPECT_NEAR(x / n, 0, 4 * radius / 2 / std::sqrt(n));
  EXPECT_NEAR(square / n, radius * radius / 2 + 1.0 / 6, 0.05 * radius * radius);  // a uniform disk, and the pixel's own width
}

TEST(Simulation, ChargeSharingAddsCountsInNeighboursAndTakesNone) {
  Options with = clean();
  with.charge_sharing = 0.3;
  const Simulation a(clean(), 5), b(with, 5);
  std::int64_t electrons = 0, added = 0;
  for (std::int64_t f = 0; f < a.frames(); ++f) {
    const auto e = a.expected(f);
    const auto x = counted(a, f, e), y = counted(b, f, e);
    electrons += total(x);
    for (std::int64_t i = 0; i < a.pixels(); ++i) {
      const auto here = static_cast<std::size_t>(i);
      ASSERT_GE(y[here], x[here]);
      const int more = y[here] - x[here];
      added += more;
      if (more == 0) continue;
      const std::int64_t row = i / 64, column = i % 64;
      int neighbours = 0;
      if (row > 0) neighbours += x[here - 64];
      if (row < 63) neighbours += x[here + 64];
      if (column > 0) neighbours += x[here - 1];
      if (column < 63) neighbours += x[here + 1];
      ASSERT_LE(more, neighbours) << "a shared count needs an electron next to it";
    }
  }
  // Binomial(electrons, 0.3); the few at the detector's edge share over it.
  const auto n = static_cast<double>(electrons);
  EXPECT_NEAR(static_cast<double>(added) / n, 0.3, 4 * std::sqrt(0.3 * 0.7 / n) + 0.002);
}

TEST(Simulation, HotAndDeadPixelsAreWhereTheTruthSays) {
  Options o = small();
  o.hot_pixels = 3;
  o.dead_pixels = 5;
  o.hot_rate = 50;
  const Simulation s(o, 8);
  ASSERT_EQ(s.hot().size(), 3u);
  ASSERT_EQ(s.dead().size(), 5u);
  double hot = 0;
  for (std::int64_t f = 0; f < s.frames(); ++f) {
    const auto counts = counted(s, f, Simulation::Expected{});
    for (const auto pixel : s.dead()) ASSERT_EQ(counts[static_cast<std::size_t>(pixel)], 0);
    hot += static_cast<double>(total(counts));
  }
  const double n = 3.0 * static_cast<double>(s.frames());
  EXPECT_NEAR(hot / n, 50, 4 * std::sqrt(50 / n));
}

TEST(Simulation, ElectronsAreConservedBetweenTheDirectBeamAndTheRest) {
  const Simulation s(small(), 3);
  for (std::int64_t f = 0; f < s.frames(); ++f) {
    const auto e = s.expected(f);
    EXPECT_NEAR(e.direct + e.scattered(), s.options().dose * s.options().beam, 1e-9);
  }
}

TEST(Simulation, CalibrationFollowsFromTheSettings) {
  const Simulation s(small(), 1);
  const FrameInfo info = s.info();
  ASSERT_EQ(info.signal.size(), 2u);
  EXPECT_EQ(info.signal[0].units, "1/A");
  EXPECT_NEAR(info.signal[0].offset + 32 * info.signal[0].scale, 0, 1e-12) << "zero lies on pixel 32";
  EXPECT_EQ(info.navigation[1].units, "nm");
  EXPECT_EQ(info.frames(), 360);
  // Small angles: one pixel = pitch / (lambda L).
  const double length = std::get<double>(info.metadata.at("Acquisition_instrument.TEM.camera_length"));  // mm
  EXPECT_NEAR(55e-6 / (physics::wavelength(200) * length * 1e-3), 0.032, 1e-9);
}

TEST(Simulation, AnglesAreWrittenInMilliradiansAsPyxemDoes) {
  Options options = small();
  options.precession = 1.5;
  options.convergence = 0.7;
  const FrameInfo info = Simulation(options, 1).info();
  EXPECT_NEAR(std::get<double>(info.metadata.at("Acquisition_instrument.TEM.rocking_angle")), 26.1799388, 1e-6);  // 1.5 pi / 0.18
  EXPECT_EQ(std::get<double>(info.metadata.at("Acquisition_instrument.TEM.convergence_angle")), 0.7);
}

TEST(Simulation, OptionsThatContradictEachOtherAreRefused) {
  const auto refused = [](auto change) {
    Options o;
    change(o);
    EXPECT_THROW((void)Simulation(o, 1), Failure);
  };
  refused([](Options& o) { o.scan = {5}; });
  refused([](Options& o) { o.mistilt = {}; });
  refused([](Options& o) { o.phases.clear(); });
  refused([](Options& o) { o.phases[0].elements = {"Ga", "Nothing"}; });
  refused([](Options& o) { o.phases[0].up = {1, 0, 0}; });
  refused([](Options& o) { o.carbon_film = 1; });
}

}  // namespace ronchi::simulate_scan
