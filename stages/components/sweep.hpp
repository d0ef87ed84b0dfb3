// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "framework/data/frames.hpp"
#include "framework/engine/team.hpp"
#include "stages/components/recommend.hpp"
#include "stages/decompose/matrix.hpp"

namespace ronchi::components {

struct SweepOptions {
  int least = 2, most = 20;
  int perturbations = 20;
  double perturbation = 1;  ///< noise that is added, in standard deviations of the noise that the data have
  double fraction = 0.5;    ///< of the counts that models are fitted to
  int sketch = 64;
  int iterations = 60, sweeps = 4;
  double similarity = 0.5;        ///< at which patterns are one
  std::optional<int> peak_width;  ///< pixels; absent: a sixteenth of a pattern's edge, a 64th of a spectrum
  std::optional<bool> friedel;
  double checkpoint_every = 60;
};

struct SweepResult {
  Findings findings;
  bool friedel = false;
  double neighbours = 0;  ///< correlation of the noise of neighbouring pixels
  double noise = 0;       ///< variance of an element of the scaled data
};

/// Splits the counts, sketches the first half, factorises perturbed copies of the sketch into `least` to `most` components, and
/// looks at the models with the second half. `window`: bytes of data in memory at a time (see Matrix). Collective; the same bytes
/// for any number of ranks and threads, and after a stop.
[[nodiscard]] SweepResult sweep(const FrameSource& source, const decompose::Masks& masks, const SweepOptions& options,
                                std::uint64_t seed, std::int64_t window, const engine::Team& team);

}  // namespace ronchi::components
