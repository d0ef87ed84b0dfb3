// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truths: the exit wave of the whole field, computed without a box; the image that a lens makes of the exit wave that is kept.
#include "stages/simulate_images/microscope.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "framework/base/error.hpp"
#include "stages/simulate_images/exposures.hpp"
#include "tests/support/particles.hpp"

namespace ronchi::simulate_images {

namespace {

Options small() {
  Options o;
  o.pixels = 128;
  o.wander = 0.5;
  return o;
}

/// Root mean square difference over the standard deviation of the reference.
double error(const std::vector<float>& image, const std::vector<float>& reference) {
  double mean = 0, variance = 0, difference = 0;
  for (const float v : reference) mean += v / static_cast<double>(reference.size());
  for (std::size_t i = 0; i < image.size(); ++i) {
    variance += std::pow(reference[i] - mean, 2);
    difference += std::pow(image[i] - reference[i], 2);
  }
  return std::sqrt(difference / variance);
}

/// The first image alone.
Exposures take(Options o, const physics::Particle& p, std::int64_t item) {
  o.images = 1;
  const Microscope microscope(o, p.symbols);
  Microscope::Workspace workspace(microscope);
  Exposures exposures(o, microscope);
  exposures.make(microscope, o, p, 1, item, workspace);
  return exposures;
}

std::vector<float> clean(const Options& o, const physics::Particle& p, std::int64_t item) { return take(o, p, item).clean; }

}  // namespace

/// What the square leaves out is far below the error of the sampling itself (3 %).
TEST(Microscope, ASquareAboutTheParticleIsAsGoodAsTheField) {
  const Options o = small();
  Options whole = o;
  whole.margin = 100;
  for (const std::int64_t item : {3, 4}) {
    const auto p = testing::lattice_ball(static_cast<std::uint64_t>(item), 100);
    const double e = error(clean(o, p, item), clean(whole, p, item));
    EXPECT_LT(e, 0.005);
    EXPECT_GT(e, 0) << "it was computed otherwise";
  }
}

/// However small the margin, there is room for what atoms scatter.
TEST(Microscope, ASmallParticleNeedsNoLargerMargin) {
  Options o = small();
  o.margin = 0.2;
  const physics::Particle atom{{"Ag", "Co"}, {0}, {0, 0, 0}};
  std::vector<float> image;
  ASSERT_NO_THROW(image = clean(o, atom, 0));
  Options whole = o;
  whole.margin = 100;
  EXPECT_LT(error(image, clean(whole, atom, 0)), 0.02);
}

TEST(Microscope, TakesItsImagesAtTheDoseAndFieldAskedFor) {
  Options o = small();
  o.dose = {5000};
  o.detector.mtf = {};
  const auto p = testing::lattice_ball(1, 100);
  const Microscope microscope(o, p.symbols);
  EXPECT_DOUBLE_EQ(microscope.image().width(), 128 * 0.435);
  EXPECT_DOUBLE_EQ(microscope.field().width(), 128 * 0.435);
  EXPECT_LE(microscope.field().sampling, 0.22);
  const Exposures made = take(o, p, 0);
  double mean = 0, counts = 0;
  for (std::size_t i = 0; i < made.clean.size(); ++i) {
    mean += made.clean[i] / static_cast<double>(made.clean.size());
    counts += made.noisy[i] / static_cast<double>(made.clean.size());
  }
  EXPECT_NEAR(mean, 1, 0.02) << "vacuum is 1, and the particle takes few electrons away";
  const double electrons = 5000 * 0.435 * 0.435 * mean;
  EXPECT_NEAR(counts, electrons * o.detector.gain + o.detector.offset, 4 * o.detector.gain * std::sqrt(electrons) / 128 + 0.1);
}

/// Images may be drawn from the kept waves later: by lens and seed they are those of the set.
TEST(Microscope, KeepsWavesThatImagesCanBeMadeFrom) {
  Options o = small();
  o.store = Store::both;
  const auto p = testing::lattice_ball(2, 100);
  const Microscope microscope(o, p.symbols);
  Microscope::Workspace workspace(microscope);
  microscope.expose(p, draw_stance(o, 1, 0, 0), workspace);
  const Conditions conditions = draw_conditions(o, 1, 0, 0);
  std::vector<float> image(static_cast<std::size_t>(microscope.image().pixels())), later(image.size());
  microscope.take(conditions, workspace, image.data());

  const wave::Grid grid = microscope.stored();
  EXPECT_LT(grid.nx, microscope.field().nx);
  std::vector<float> kept(static_cast<std::size_t>(2 * grid.pixels()));
  microscope.keep(workspace, kept.data());
  wave::Field wave(static_cast<std::size_t>(grid.pixels()));
  double vacuum = 0;
  for (std::size_t i = 0; i < wave.size(); ++i) {
    wave[i] = {kept[2 * i], kept[2 * i + 1]};
    vacuum += std::norm(wave[i]) / static_cast<double>(wave.size());
  }
  EXPECT_NEAR(vacuum, 1, 0.02);
  wave::Fft(grid).forward(wave.data());
  wave::Imaging imaging(grid, microscope.band(), microscope.image());
  imaging(wave::Lens(conditions.lens, o.energy), wave.data(), later.data());
  EXPECT_LT(error(later, image), 1e-4);
}

TEST(Microscope, ParticlesMustFitIntoTheField) {
  Options o = small();
  o.pixels = 16;  // 0.7 nm
  const auto p = testing::lattice_ball(1, 1000);
  EXPECT_THROW((void)clean(o, p, 0), Failure);
}

TEST(Microscope, AFilmOfCarbonIsSeenEverywhere) {
  Options o = small(), film = o;
  film.carbon = 2;
  const auto p = testing::lattice_ball(1, 100);
  const auto without = clean(o, p, 0), with = clean(film, p, 0), again = clean(film, p, 0), other = clean(film, p, 1);
  const auto corner = [](const std::vector<float>& image) {  // 1.4 nm from the edge: vacuum beside the particle
    double square = 0;
    for (std::int64_t y = 0; y < 16; ++y)
      for (std::int64_t x = 0; x < 16; ++x) square += std::pow(image[static_cast<std::size_t>(y * 128 + x)] - 1, 2) / 256;
    return std::sqrt(square);
  };
  EXPECT_LT(corner(without), 0.01);
  EXPECT_GT(corner(with), 0.02);
  EXPECT_EQ(with, again);
  EXPECT_NE(with, other);
}

}  // namespace ronchi::simulate_images
