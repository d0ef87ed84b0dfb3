// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The kernels for devices, run by the threads of the host, against the host's own multislice.
#include <gtest/gtest.h>

#include <cmath>

#include "framework/base/error.hpp"
#include "framework/wave/batch_images.hpp"
#include "framework/wave/batch_waves.hpp"
#include "tests/unit/wave/particles.hpp"

namespace ronchi::wave {
namespace {

const std::vector<std::string> symbols{"Ag", "Co", "C"};

Settings tilted() {
  Settings settings;
  settings.grid = {128, 144, 0.25};
  settings.slices = 7;
  settings.tilt[0] = 3;
  settings.tilt[1] = -2;
  return settings;
}

const Multislice& the_multislice() {
  static const Multislice multislice(tilted(), symbols);
  return multislice;
}

Field by_host(const Multislice& multislice, const WaveItem& item) {
  Field spectrum(static_cast<std::size_t>(multislice.settings().grid.pixels()));
  Multislice::Workspace workspace(multislice);
  multislice.exit_wave(*item.particle, item.pose, workspace, spectrum.data(), item.support);
  return spectrum;
}

/// Largest deviation, of the beam that goes straight on over that beam, of the others over the strongest of those.
double deviation(const Field& expected, const Complex* found) {
  double largest = 0, most = 0;
  for (std::size_t i = 1; i < expected.size(); ++i) {
    largest = std::max<double>(largest, std::abs(expected[i] - found[i]));
    most = std::max<double>(most, std::abs(expected[i]));
  }
  return std::max<double>(std::abs(expected[0] - found[0]) / std::abs(expected[0]), largest / most);
}

struct Scene {
  physics::Particle small = icosahedron(2, 1), large = icosahedron(3, 1);
  Support film;
  std::vector<WaveItem> items;
  Scene() {
    Random random(1, 2, 3, 4);
    film = amorphous_carbon(36, 32, 6, random);
    // The second stands across the edge of the field; films make waves of other numbers of slices.
    items = {{&small, {physics::no_rotation, 18, 16}, nullptr},
             {&large, {physics::no_rotation, 35, 1}, nullptr},
             {&small, {physics::no_rotation, 15, 14}, &film},
             {&large, {physics::no_rotation, 20.3, 17.7}, nullptr},
             {&large, {physics::no_rotation, 18, 16}, &film}};
  }
};

TEST(BatchWaves, AgreeWithTheHostsMultislice) {
  const Scene scene;
  const Multislice& multislice = the_multislice();
  BatchWaves<HostSpace> batch(multislice, 2);
  const auto pixels = static_cast<std::size_t>(multislice.settings().grid.pixels());
  Field spectra(scene.items.size() * pixels);
  batch.exit_waves(scene.items, spectra.data());
  for (std::size_t k = 0; k < scene.items.size(); ++k)
    EXPECT_LT(deviation(by_host(multislice, scene.items[k]), spectra.data() + k * pixels), 2e-5) << k;
}

TEST(BatchWaves, AWaveDoesNotDependOnTheOthers) {
  const Scene scene;
  const Multislice& multislice = the_multislice();
  BatchWaves<HostSpace> batch(multislice, 3);
  const auto pixels = static_cast<std::size_t>(multislice.settings().grid.pixels());
  Field together(scene.items.size() * pixels), alone(pixels);
  batch.exit_waves(scene.items, together.data());
  for (std::size_t k = 0; k < scene.items.size(); ++k) {
    batch.exit_waves(std::span(scene.items).subspan(k, 1), alone.data());
    EXPECT_TRUE(std::equal(alone.begin(), alone.end(), together.begin() + static_cast<std::ptrdiff_t>(k * pixels))) << k;
  }
}

TEST(BatchWaves, OneBatchHasOneNumberOfSlices) {
  const Scene scene;
  const Multislice& multislice = the_multislice();
  BatchWaves<HostSpace> batch(multislice, 3);
  EXPECT_THROW(batch.run(std::span(scene.items).subspan(1, 2)), Failure);
  EXPECT_THROW(batch.run(scene.items), Failure);
}

/// Lenses with and without aberrations, apertures and averages.
std::vector<Lens> lenses() {
  LensOptions o;
  o.aberrations.C10 = -60;
  o.aberrations.C30 = 1.2e3;
  o.source_angle = 0.3;
  std::vector<Lens> all{Lens(o, 200)};
  o.aberrations.C12 = 8;
  o.aberrations.phi12 = 30;
  o.aberrations.C21 = 300;
  o.aperture = 14;
  o.aperture_edge = 1;
  all.emplace_back(o, 200);
  o.coherence = Coherence::focal;
  all.emplace_back(o, 200);
  o.focal_spread = 0;
  o.aperture = 0;
  all.emplace_back(o, 200);
  return all;
}

TEST(BatchImages, AgreeWithTheHostsImaging) {
  const Scene scene;
  const Multislice& multislice = the_multislice();
  const Grid& grid = multislice.settings().grid;
  const auto through = lenses();
  for (const Grid& image_grid : {Grid{64, 72, 0.5}, Grid{256, 288, 0.125}}) {
    BatchWaves<HostSpace> waves(multislice, 2);
    BatchImages<HostSpace> images(grid, multislice.band(), image_grid, 5);
    waves.run(std::span(scene.items).first(2));
    const std::vector<ImageItem> items{{0, &through[0]}, {1, &through[0]}, {1, &through[1]}, {0, &through[2]}, {1, &through[3]}};
    const auto pixels = static_cast<std::size_t>(image_grid.pixels());
    RealField found(items.size() * pixels), expected(pixels), alone(pixels);
    images.run(waves.spectra(), items, found.data());
    Imaging host(grid, multislice.band(), image_grid);
    for (std::size_t k = 0; k < items.size(); ++k) {
      host(*items[k].lens, by_host(multislice, scene.items[static_cast<std::size_t>(items[k].wave)]).data(), expected.data());
      double largest = 0, contrast = 0;
      for (std::size_t i = 0; i < pixels; ++i) {
        largest = std::max<double>(largest, std::abs(expected[i] - found[k * pixels + i]));
        contrast = std::max<double>(contrast, std::abs(expected[i] - 1));
      }
      EXPECT_GT(contrast, 0.1);
      EXPECT_LT(largest, 2e-5 * contrast) << k;
      images.run(waves.spectra(), std::span(items).subspan(k, 1), alone.data());
      EXPECT_TRUE(std::equal(alone.begin(), alone.end(), found.begin() + static_cast<std::ptrdiff_t>(k * pixels))) << k;
    }
  }
}

}  // namespace
}  // namespace ronchi::wave
