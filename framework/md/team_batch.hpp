// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "framework/md/team_steps.hpp"

namespace ronchi::md {
namespace {

/// An array on the host and its copy where the kernels run.
template <class T, class Space>
class TeamArray {
 public:
  void resize(const char* name, std::size_t size) {
    there_ = There(Kokkos::view_alloc(std::string(name), Kokkos::WithoutInitializing), size);
    here_ = Kokkos::create_mirror_view(there_);
    std::fill_n(here_.data(), size, T{});
  }
  [[nodiscard]] T* here() { return here_.data(); }
  [[nodiscard]] T* there() { return there_.data(); }
  void send() { Kokkos::deep_copy(there_, here_); }
  void bring() { Kokkos::deep_copy(here_, there_); }

 private:
  using There = Kokkos::View<T*, typename Space::memory_space>;
  There there_;
  decltype(Kokkos::create_mirror_view(std::declval<There&>())) here_;
};

/// The memory of a batch of clusters, and its launches.
template <class T, class Space>
class TeamBatch {
 public:
  static constexpr int most_threads = 256;

  TeamArray<TeamState, Space> states;
  TeamArray<TeamLeg, Space> legs;
  TeamArray<BussiDraw, Space> draws;
  TeamArray<double, Space> numbers;
  TeamArray<T, Space> force, table;
  TeamArray<unsigned char, Space> species;
  TeamArrays<T> arrays;  ///< of the other side

  TeamBatch(std::size_t clusters, std::size_t atoms, std::size_t all_legs, std::size_t draws_per_cluster) {
    states.resize("ronchi/md/states", clusters);
    legs.resize("ronchi/md/legs", all_legs);
    draws.resize("ronchi/md/draws", clusters * draws_per_cluster);
    numbers.resize("ronchi/md/numbers", number_rows * atoms);
    force.resize("ronchi/md/force", 3 * atoms);
    species.resize("ronchi/md/species", atoms);
    table.resize("ronchi/md/table", table_size);
    rows_ = Rows("ronchi/md/rows", atoms * (outer_capacity + inner_capacity));
    counts_ = Counts("ronchi/md/counts", 2 * atoms);
    arrays.total = atoms;
    arrays.states = states.there();
    arrays.legs = legs.there();
    arrays.draws = draws.there();
    arrays.numbers = numbers.there();
    arrays.force = force.there();
    arrays.species = species.there();
    arrays.table = table.there();
    arrays.outer_row = rows_.data();
    arrays.inner_row = rows_.data() + atoms * outer_capacity;
    arrays.outer_count = counts_.data();
    arrays.inner_count = counts_.data() + atoms;
    arrays.draws_per_cluster = static_cast<int>(draws_per_cluster);
  }

  /// Starts `count` clusters from `first` on; all have at most `padded` atoms. 0 threads: as many as suit that.
  void launch(int first, int count, int padded, int threads) const {
    using Policy = Kokkos::TeamPolicy<Space, Kokkos::LaunchBounds<most_threads, 2>>;
    const int bytes = static_cast<int>(TeamBody<T>::scratch_bytes(padded));
    TeamSteps<T> steps{arrays, first, 0};
    Policy policy(count, threads > 0 ? threads : 1);
    steps.scratch_level = bytes <= policy.scratch_size_max(0) ? 0 : 1;
    policy.set_scratch_size(steps.scratch_level, Kokkos::PerTeam(bytes));
    if (threads == 0) {
      // Two atoms per thread hide the way to memory; more threads than that would wait at the barriers for few.
      const int suited = std::clamp((padded / 2 + 31) / 32 * 32, 32, most_threads);
      const int most = policy.team_size_max(steps, Kokkos::ParallelForTag());
      policy = Policy(count, std::min(suited, most));
      policy.set_scratch_size(steps.scratch_level, Kokkos::PerTeam(bytes));
    }
    Kokkos::parallel_for("ronchi/md/team_steps", policy, steps);
  }

 private:
  using Memory = typename Space::memory_space;
  using Rows = Kokkos::View<Index*, Memory>;
  using Counts = Kokkos::View<int*, Memory>;
  Rows rows_;
  Counts counts_;
};

}  // namespace
}  // namespace ronchi::md
