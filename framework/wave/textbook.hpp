// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/wave/multislice.hpp"

/// The multislice of the textbooks, as slow as it is plain: what other programs compute, and what Multislice is held against.
namespace ronchi::wave {

/// Phase shift sigma v(x) in rad of the atoms whose index is in `chosen`, by the exact sum in Fourier space over all frequencies
/// of the grid: lambda gamma sum_k f_e(k) sum_a exp(2 pi i k (x - x_a)) / area. `phase` is [pixels]; `positions` [atoms, 3] in A.
void projected_phase(const Settings& settings, const physics::Particle& particle, std::span<const double> positions,
                     std::span<const std::int32_t> chosen, const Fft& fft, RealField& phase);

/// As Multislice::exit_wave, with transmissions exp(i sigma v) of the potential at the pixels, which are then limited to the band
/// (Kirkland 2010, section 6.8).
[[nodiscard]] Field textbook_exit_wave(const Settings& settings, const physics::Particle& particle, const Pose& pose);

}  // namespace ronchi::wave
