// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "framework/physics/scattering.hpp"
#include "framework/wave/probe.hpp"
#include "framework/wave/slicing.hpp"

/// Annular dark field images by incoherent imaging (Pennycook & Jesson, Ultramicroscopy 37, 14 (1991)): each atom adds an image of
/// the probe, as strong as its cross-section for scattering onto the detector. See docs/stem.md for where that holds.
namespace ronchi::wave {

/// An annular detector, mrad.
struct Annulus {
  double inner = 70, outer = 200;
};

/// What one atom adds to the image, as a function of the image's spatial frequency q:
///   O(q) = < integral over the detector of S(k - p - q/2) S*(k - p + q/2) d^2k >,
/// S the transform of exp(i phi) - 1 (the whole of the atom's phase shift, not its first order), the mean over all p for which
/// p - q/2 and p + q/2 are both in the aperture. O(0) is the cross-section for a convergent probe: the integral over all positions
/// of the probe of what the atom scatters onto the detector, exact whatever the aberrations. That O falls with q is the atom's
/// width; for a probe without aberrations the image of one atom is exact.
class AdfAtom {
 public:
  AdfAtom(const ProbeLens& lens, physics::Parametrization table, int atomic_number, const Annulus& annulus);
  /// O in A^2 at q = 0, `step`, 2 `step` ... (1/A), at least once; beyond, as the last one.
  AdfAtom(double step, std::vector<double> table) : step_(step), table_(std::move(table)) {}

  [[nodiscard]] double cross_section() const { return table_.front(); }  ///< A^2
  [[nodiscard]] double operator()(double q) const;                       ///< A^2; q in 1/A, up to twice the aperture's edge

 private:
  double step_ = 0;  // 1/A
  std::vector<double> table_;
};

struct AdfSettings {
  Grid grid;  ///< of probe positions; the field is periodic
  ProbeLens lens;
  Annulus detector;
  double source = 0;        ///< full width at half maximum of the source's image on the particle, a Gaussian, A
  double displacement = 0;  ///< of atoms beyond those of the snapshot: root mean square along each axis, A
};

/// Fast images of particles: the sum over atoms of the probe's intensity convolved with what the atom scatters, with the probe's
/// spreading over the particle's depth, exact in Fourier space up to twice the aperture's edge, where the probe's intensity ends. A
/// sampling that is coarser than that asks for is sampled, as the microscope does, not smoothed. What is made once is constant: any
/// number of threads may use one AdfModel, each with a workspace.
class AdfModel {
 public:
  /// `atoms`: of each of a particle's species, for the settings' lens and detector. Failure(usage) if the field is too small for
  /// the probe.
  AdfModel(const AdfSettings& settings, std::vector<AdfAtom> atoms);

  /// Scratch of one thread. Nothing of it enters a result.
  struct Workspace {
    Slicing slicing;
    Field spectrum, probe;
    std::vector<std::int32_t> chosen;
    std::vector<Complex> sums;  // of the atoms in hand, then of all; [frequencies] each
    std::vector<float> along_y, along_x_re, along_x_im;
  };

  /// The part of the beam's electrons that is counted at each position, [pixels]. `lens` may differ from the settings' in c10 and
  /// c30.
  void image(const physics::Particle& particle, const Pose& pose, const ProbeLens& lens, Workspace& workspace,
             std::span<float> image) const;

  [[nodiscard]] const AdfSettings& settings() const { return settings_; }
  /// Where the probe's intensity is computed: the same field, sampled finely enough for it.
  [[nodiscard]] const Grid& probe_grid() const { return fine_.grid(); }

 private:
  bool sum_atoms(const physics::Particle& particle, Workspace& w, int layer, std::uint8_t species) const;
  void set_transfer(const ProbeLens& lens, Workspace& w) const;
  void add(Workspace& w, const AdfAtom& atom) const;

  AdfSettings settings_;
  std::vector<AdfAtom> atoms_;
  std::int64_t rows_, columns_;  ///< of frequencies: -rows to rows, 0 to columns
  double thickness_;             ///< of a layer in which the probe counts as the same, A
  Fft fine_, image_;
};

}  // namespace ronchi::wave
