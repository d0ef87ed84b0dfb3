// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/md/trajectory.hpp"

namespace ronchi::md {

/// How clusters are advanced on a device. Nothing of it can change a bit of a result.
struct TeamOptions {
  std::int64_t steps = 1000;  ///< per launch
  int team = 0;               ///< threads per cluster; 0: as its size asks for
};

/// As `advance` of framework/md/trajectory.hpp, with a team of threads per cluster: for devices (the default execution space of
/// Kokkos where that is none of the host), and the same kernel on the host's threads. The result has the same bytes as that of
/// `advance` for the host, but for the kinetic energy of what exploded. A cluster whose atoms have more neighbours than the
/// lists of a device have room for is advanced by the host.
void advance_on_device(std::span<Trajectory> batch, const Gupta& potential, const Settings& settings,
                       const TeamOptions& options = {});
void advance_in_teams(std::span<Trajectory> batch, const Gupta& potential, const Settings& settings,
                      const TeamOptions& options = {});

/// Whether kernels run on a device that has memory of its own.
[[nodiscard]] bool has_device();

}  // namespace ronchi::md
