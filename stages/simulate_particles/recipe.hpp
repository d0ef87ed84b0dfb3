// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "framework/md/gupta.hpp"
#include "stages/simulate_particles/protocols.hpp"

/// The random streams of this stage are Random(seed, stream, item, use).
namespace ronchi::simulate_particles {

inline constexpr std::uint32_t stream = 0x5041524D;  // "PARM"
/// `use` of what is drawn. The molecular dynamics of an item have items of their own: see dynamics_item().
enum Use : std::uint32_t { use_recipe = 0, use_start = 1, use_first_droplet = 2, use_second_droplet = 3, use_axis = 4 };

/// Pieces of a simulation that are advanced one after the other, each with random numbers of its own.
enum class Piece : std::uint64_t { first_droplet = 0, second_droplet = 1, main = 2, last = 3 };
[[nodiscard]] inline std::uint64_t dynamics_item(std::int64_t item, Piece piece) {
  return 4 * static_cast<std::uint64_t>(item) + static_cast<std::uint64_t>(piece);
}

/// What one particle is made by: drawn from (job seed, item) alone.
struct Recipe {
  std::size_t protocol = 0;              ///< in protocols_of()
  std::array<std::int64_t, 2> counts{};  ///< atoms of each species
  double box = 0;                        ///< edge, A; 0: none
  std::vector<md::Leg> prepare, legs, last;

  [[nodiscard]] std::int64_t atoms() const { return counts[0] + counts[1]; }
  /// K/ps, of the leg that cools most; where none cools, of that which heats most, then negative.
  [[nodiscard]] double quench_rate() const;
};

class Recipes {
 public:
  /// Throws Failure(usage) for options that contradict each other.
  Recipes(const Options& options, const md::Gupta& potential, std::uint64_t seed);
  [[nodiscard]] Recipe draw(std::int64_t item) const;
  [[nodiscard]] const std::vector<Protocol>& protocols() const { return protocols_; }
  [[nodiscard]] const Protocol& protocol(const Recipe& recipe) const { return protocols_[recipe.protocol]; }
  [[nodiscard]] std::uint64_t seed() const { return seed_; }
  [[nodiscard]] double least_box() const { return least_box_; }  ///< A; a pair of atoms must not see two images of each other

 private:
  std::vector<Protocol> protocols_;
  std::array<std::int64_t, 2> atoms_;
  Span composition_;
  Leg last_;
  bool pure_;
  double least_box_;
  std::uint64_t seed_;
};

}  // namespace ronchi::simulate_particles
