// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>

namespace ronchi::physics {

inline constexpr double electron_rest_energy = 510.99895;  ///< keV (CODATA 2018)
inline constexpr double planck_light = 12.398419843;       ///< h c in keV A

/// Relativistic wavelength in A of electrons accelerated by `energy` kV: lambda = h c / sqrt(E (2 m c^2 + E)).
[[nodiscard]] inline double wavelength(double energy) {
  return planck_light / std::sqrt(energy * (2 * electron_rest_energy + energy));
}

/// Relativistic mass over rest mass, gamma = 1 + E / (m c^2).
[[nodiscard]] inline double relativistic_mass(double energy) { return 1 + energy / electron_rest_energy; }

/// h^2 / (2 pi m0 e) in V A^2: the projected potential of an atom is this times the Fourier transform of its scattering factor.
inline constexpr double potential_of_scattering =
    1e3 * planck_light * planck_light / (2 * 3.14159265358979323846 * electron_rest_energy);

/// Interaction parameter sigma = 2 pi gamma m0 e lambda / h^2 in rad/(V A): phase per projected potential.
[[nodiscard]] inline double interaction_parameter(double energy) {
  return wavelength(energy) * relativistic_mass(energy) / potential_of_scattering;
}

}  // namespace ronchi::physics
