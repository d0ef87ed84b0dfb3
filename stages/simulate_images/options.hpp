// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "framework/physics/scattering.hpp"
#include "framework/wave/detector.hpp"
#include "framework/wave/lens.hpp"

namespace ronchi::simulate_images {

enum class Store { images, exit_waves, both };
enum class Number { float16, float32 };
enum class Distribution { uniform, normal, log_uniform };

/// A lens setting that is drawn anew for each image.
struct Variation {
  std::string what;
  double from = 0, to = 0;
  Distribution distribution = Distribution::uniform;
};
void describe(config::Schema<Variation>& s);
/// What can vary: the aberrations' names, then these two.
[[nodiscard]] std::vector<std::string> variable_settings();

/// A lens that is corrected up to C30, as one at rest is: aberrations that vary from image to image.
[[nodiscard]] std::vector<Variation> corrected_lens();

struct Options {
  std::int64_t images = 5, waves = 1;
  std::int64_t pixels = 256;
  double sampling = 0.0435;
  double wave_sampling = 0.022;
  double margin = 0.8;
  double wander = 1;
  double carbon = 0, carbon_density = 1.9;
  double energy = 200;
  physics::Parametrization scattering = physics::Parametrization::lobato;
  int slices = 20;
  double slice_thickness = 0;
  wave::LensOptions lens{.focal_spread = 3};
  std::vector<Variation> vary = corrected_lens();
  std::vector<double> dose{300, 10000};
  wave::DetectorOptions detector;
  Store store = Store::images;
  Number number = Number::float16;
  std::vector<double> shares{0.8, 0.1, 0.1};
  std::optional<config::Bytes> shard;
};
void describe(config::Schema<Options>& s);

}  // namespace ronchi::simulate_images
