// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "framework/md/kernels.hpp"
#include "framework/md/trajectory.hpp"

namespace ronchi::md {

inline constexpr double largest_inner_skin = 0.4;  ///< A
/// Distances of the lists are taken in T, from positions rounded to T: that adds at most this share of how far out atoms may be
/// when a list is made. The radii hold up to twice the largest coordinate, and up to `least_extent` in any case, A.
inline constexpr double rounding_share = 0x1p-20, least_extent = 2000;

/// What the lists are built with, A. A pair enters the outer list within the cut-off + `outer`, the inner one within the
/// cut-off + `inner`; the result does not depend on either.
struct Skins {
  double outer = 1, inner = largest_inner_skin;
};

/// One cluster on its way: its state, its lists and the kernels that advance it. Positions are kept relative to the centre of mass
/// that it had at the start (open boundary), so that single precision serves a cluster that lies anywhere.
template <class T>
class Cluster {
 public:
  Cluster(const physics::Particle& particle, const Gupta& potential, Boundary boundary, double box, const Skins& skins,
          const Kernels<T>& kernels);
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  [[nodiscard]] const Body<T>& body() const { return body_; }
  [[nodiscard]] const Kernels<T>& kernels() const { return kernels_; }
  [[nodiscard]] std::int64_t rebuilds() const { return rebuilds_; }
  [[nodiscard]] std::int64_t prunings() const { return prunings_; }

  /// v += kick f / m, x += drift v; the lists are made anew when they might miss a pair. False: an atom is nowhere, or its velocity
  /// takes it farther than `longest_step` in a step, of which this drift is one of `drifts`; there is no going on.
  [[nodiscard]] bool move(double kick, double drift, int drifts = 1);
  void forces() { kernels_.forces(body_); }
  /// v += dt f / m; returns the kinetic energy, eV.
  double kick(double dt) { return 0.5 * kernels_.kick(body_, dt); }
  [[nodiscard]] double potential_energy() const { return kernels_.energy(body_); }
  [[nodiscard]] double kinetic_energy() const;

  void read(physics::Particle& particle, std::vector<double>& velocities) const;
  void set_velocities(const std::vector<double>& velocities);

 private:
  template <class U>
  U* room(std::size_t count);
  void place(const physics::Particle& particle);
  void reach();
  void rebuild();
  void prune();
  void group();
  [[nodiscard]] int species_of(int i) const;
  [[nodiscard]] bool beyond(double* const (&reference)[3], double bound) const;

  const Kernels<T>& kernels_;
  const Gupta& potential_;
  Body<T> body_;
  Skins skins_;
  double centre_[3] = {};
  double extent_ = 0;   ///< up to which coordinates the radii of the lists hold, A
  double bound2_ = -1;  ///< square of the way that the inner list allows; negative: there is none
  std::vector<std::unique_ptr<std::byte[]>> memory_;
  std::vector<T> outer_reach2_;  ///< [2][padded]
  T inner_reach2_[lanes] = {};
  T* coordinates_[3] = {};
  std::vector<Index> outer_row_, inner_row_;
  std::unique_ptr<std::byte[]> row_memory_;  ///< of `bond` and `near`
  std::size_t rows_ = 0;
  std::vector<int> outer_begin_, inner_count_, group_begin_;
  std::vector<int> order_, start_of_count_;
  std::int64_t rebuilds_ = 0, prunings_ = 0;
};

extern template class Cluster<float>;
extern template class Cluster<double>;

}  // namespace ronchi::md
