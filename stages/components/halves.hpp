// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "framework/engine/team.hpp"
#include "stages/components/distinct.hpp"
#include "stages/decompose/sketch.hpp"

namespace ronchi::components {

/// The first half as it is factorised, and the second in the same coordinates.
struct Halves {
  decompose::Matrix first, second;
  decompose::Scaling scaling;
  decompose::Sketch sketch;  ///< of the first
  std::vector<float> held;   ///< scores of the second, of the first's size
  double noise = 0;          ///< variance of an element
  double neighbours = 0;     ///< correlation of the noise of neighbouring pixels
  double held_noise = 0;     ///< of one of the second, once it has the first's size
};

/// Reads both halves (`window` as in Matrix), measures and sketches the first with `size` directions, and projects the second on
/// them. `fraction`: of the counts that the first one has. Collective; throws engine::Stopped when the team should stop.
[[nodiscard]] Halves split(const FrameSource& first, const FrameSource& second, const decompose::Masks& masks, int size,
                           double fraction, std::uint64_t seed, std::int64_t window, const engine::Team& team,
                           const std::function<Places(const decompose::Matrix&)>& places_of);

/// The sketch with more noise in its scores, of this standard deviation; addressed by frame and `number`.
[[nodiscard]] decompose::Sketch perturbed(const decompose::Sketch& sketch, const decompose::Matrix& x, double deviation,
                                          std::uint64_t seed, int number);

/// Upper bounds of the sum of squares of the scores, the same for any number of ranks: of the second half (collective), and
/// of any perturbed sketch.
[[nodiscard]] double bound_of_held(const Halves& halves);
[[nodiscard]] double bound_of_perturbed(const Halves& halves, double deviation);

}  // namespace ronchi::components
