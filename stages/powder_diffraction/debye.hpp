// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "framework/physics/particle.hpp"
#include "framework/physics/scattering.hpp"
#include "stages/powder_diffraction/debye_kernels.hpp"

namespace ronchi::powder_diffraction {

enum class Radiation { electrons, xrays };

/// Scattering factor at q = 1/d = 2 sin(theta) / lambda, 1/A. Electrons: of the atom at rest, A. X-rays: electrons, from that by
/// Mott and Bethe's formula f_x = Z - 2 pi^2 a0 q^2 f_e.
[[nodiscard]] double form_factor(Radiation radiation, physics::Parametrization table, int atomic_number, double q);

/// Intensity per atom that particles in all orientations scatter kinematically (P. Debye, Ann. Phys. 351, 809 (1915)):
///   I(q) = 1/N sum_ij f_i f_j sin(2 pi q r_ij) / (2 pi q r_ij).
/// Distances are counted in bins of width h; each is shared by the four bins about it as cubic interpolation wants, so that
///   |error| <= 1/N sum_{i != j} |f_i f_j| 0.0047 (2 pi q h)^4.
class DebyeSum {
 public:
  struct Settings {
    Radiation radiation = Radiation::electrons;
    physics::Parametrization table = physics::Parametrization::lobato;
    double bin = 0.02;  ///< A
  };
  /// `q`: 1/A. One or two species.
  DebyeSum(const Settings& settings, std::span<const std::string> symbols, std::vector<double> q);
  /// Another instruction set, for tests.
  void use_kernel(const DebyeKernel& kernel) { kernel_ = &kernel; }

  struct Workspace {
    std::vector<double> weights, sums;
  };
  /// Into `intensity`, [q]: A^2 (electrons) or squared electrons (X-rays), per atom.
  void operator()(const physics::Particle& particle, Workspace& workspace, std::span<double> intensity) const;

  [[nodiscard]] const std::vector<double>& q() const { return q_; }
  /// f of a species at q[j].
  [[nodiscard]] double factor(std::size_t species, std::size_t j) const { return factors_[species * q_.size() + j]; }

 private:
  std::int64_t count_pairs(const physics::Particle& particle, Workspace& workspace) const;

  double bin_;
  std::vector<double> q_, factors_, sine_, cosine_;
  std::int64_t species_, types_;
  const DebyeKernel* kernel_ = debye_kernels().sets[0];
};

/// Reduced pair distribution function from an intensity (Egami & Billinge, Underneath the Bragg Peaks, chapter 3):
///   G(r) = 2/pi integral Q (S(Q) - 1) sin(Q r) dQ,   S = 1 + (I - <f^2>) / <f>^2,   Q = 2 pi q,
/// by the trapezoidal rule over equal steps of q, with Lorch's window sin(x)/x, x = pi q / q_most. 1/A^2.
[[nodiscard]] std::vector<double> pair_distribution(const DebyeSum& sum, const physics::Particle& particle,
                                                    std::span<const double> intensity, std::span<const double> r);

}  // namespace ronchi::powder_diffraction
