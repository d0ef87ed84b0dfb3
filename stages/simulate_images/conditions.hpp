// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "framework/wave/slicing.hpp"
#include "framework/wave/support.hpp"
#include "stages/simulate_images/options.hpp"

/// What is drawn at random, each number addressed by (seed of the job, structure, image or wave): nothing depends on what was drawn
/// before.
namespace ronchi::simulate_images {

inline constexpr std::uint32_t stream = 0x13a6e5u;  ///< of this stage's random numbers
/// Uses of a structure's numbers: 16 for each image, 16 for each wave, one for its split.
enum class Use : std::uint32_t { split = 0, orientation = 1, position = 2, lens = 3, dose = 4, film = 5, noise = 8 };
[[nodiscard]] std::uint32_t use_of(Use use, std::int64_t image_or_wave);

/// How a structure stands before the beam.
struct Stance {
  physics::Quaternion quaternion{1, 0, 0, 0};
  double x = 0, y = 0;  ///< of its middle, from the middle of the field, A
};
[[nodiscard]] Stance draw_stance(const Options& options, std::uint64_t seed, std::int64_t item, std::int64_t wave);

/// What exit waves are computed on: the field of the images, finer.
[[nodiscard]] wave::Grid field_of(const Options& options);

/// The film below a structure; none where there is to be none.
[[nodiscard]] std::optional<wave::Support> draw_film(const Options& options, const wave::Grid& field, std::uint64_t seed,
                                                     std::int64_t item, std::int64_t wave);

/// How an image is taken.
struct Conditions {
  wave::LensOptions lens;
  double dose = 0;  ///< electrons / A^2
};
[[nodiscard]] Conditions draw_conditions(const Options& options, std::uint64_t seed, std::int64_t item, std::int64_t image);

/// 0 training, 1 validation, 2 test: of the structure, whatever else is in the set.
[[nodiscard]] std::uint8_t draw_split(const Options& options, std::uint64_t seed, std::int64_t item);

/// Failure(usage) where ranges make no sense, or where an image that can be drawn from them could not be taken.
void check(const Options& options);

}  // namespace ronchi::simulate_images
