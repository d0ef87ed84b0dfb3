// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <complex>
#include <optional>
#include <vector>

#include "framework/wave/aberrations.hpp"
#include "framework/wave/transfer_kernels.hpp"

namespace ronchi::wave {

/// How the spread of focus and of the illumination's direction enters an image.
enum class Coherence {
  envelopes,  ///< both as envelopes of the transfer function: exact for weak objects, too strong between scattered beams
  focal,      ///< images at several foci are averaged; the direction as an envelope
  full,       ///< images at several foci and directions are averaged
};

struct LensOptions {
  Aberrations aberrations;
  std::optional<double> focal_spread;                                 ///< nm
  double Cc = 1.2;                                                    ///< mm
  double energy_width = 0.7, voltage_ripple = 0, current_ripple = 0;  ///< eV, ppm, ppm
  double source_angle = 0;                                            ///< mrad
  double aperture = 0, aperture_edge = 0;                             ///< mrad
  Coherence coherence = Coherence::envelopes;
  std::optional<std::int64_t> focal_steps, angle_steps;  ///< none: as many as it takes
};
void describe(config::Schema<LensOptions>& s);

/// A part of an average: what is added to C10 and the direction of the illumination.
struct CoherentPart {
  double defocus = 0;     ///< A
  double qx = 0, qy = 0;  ///< 1/A
  double weight = 1;      ///< they add up to 1
};

/// An objective lens at a beam energy: the transfer function
///   H(k) = A(k) E_t(k) E_s(k) exp(-i chi(k))
/// with the envelopes of a Gaussian spread of focus (1/e half width D) and of directions (1/e half angle a)
///   E_t = exp(-(pi D lambda k^2 / 2)^2),   E_s = exp(-(a / 2)^2 |grad_alpha chi|^2) = exp(-(a / 2 lambda)^2 |grad_k chi|^2)
/// (Frank, Optik 38 (1973) 519; Wade & Frank, Optik 49 (1977) 81). In terms of a standard deviation d = D / sqrt 2,
/// E_t = exp(-(pi lambda d)^2 k^4 / 2).
class Lens {
 public:
  /// `energy` in kV. Failure (usage) if no number can be made of the options.
  Lens(const LensOptions& options, double energy);

  [[nodiscard]] double wavelength() const { return wavelength_; }      ///< A
  [[nodiscard]] double focal_spread() const { return focal_spread_; }  ///< A, 1/e half width
  [[nodiscard]] double source_angle() const { return source_angle_; }  ///< rad, 1/e half angle
  [[nodiscard]] const AberrationFunction& aberrations() const { return aberrations_; }
  /// Beyond this spatial frequency (1/A) nothing passes that could be seen: the aperture, or an envelope below 1e-6.
  [[nodiscard]] double reach() const { return reach_; }
  /// The coherent images whose average is the image of a wave without frequencies beyond `band` (1/A): so close to each other that
  /// each beam and each pair of beams has its amplitude to 1e-4. Failure(usage) where the steps that are asked for are too few for
  /// that, or where it would take too many.
  [[nodiscard]] std::vector<CoherentPart> parts(double band) const;

  /// H of a coherent part in double precision; (kx, ky) is the frequency in the exit wave of an untilted beam.
  [[nodiscard]] std::complex<double> transfer(double kx, double ky, const CoherentPart& part = {}) const;
  /// The coefficients of the column kx for the fast path: ky = first, first + step, ...
  [[nodiscard]] TransferColumn column(double kx, double first, double step, const CoherentPart& part) const;

 private:
  [[nodiscard]] double turn_of_direction(double most) const;

  double wavelength_, focal_spread_ = 0, source_angle_ = 0;
  double focal_envelope_ = 0, angle_envelope_ = 0;  ///< of k^2, and of the gradient of the turns; 0 where averaged
  double aperture_ = 0, edge_ = 0, reach_ = 0;      ///< 1/A
  AberrationFunction aberrations_;
  Coherence coherence_;
  std::optional<std::int64_t> focal_steps_, angle_steps_;
};

/// 1/e half width of the focal spread in nm, sqrt 2 times its standard deviation
///   Cc sqrt( (r dE / E)^2 + (r dU / U)^2 + (2 dI / I)^2 ),   r = (1 + E / m c^2) / (1 + E / 2 m c^2),
/// since a magnetic lens has f ~ U* / I^2 with U* = U (1 + eU / 2 m c^2). The width of the energy is a full width at half
/// maximum (eV), ripples are standard deviations (ppm), Cc in mm, the energy in kV.
[[nodiscard]] double focal_spread_of(double Cc, double energy_width, double voltage_ripple, double current_ripple, double energy);

}  // namespace ronchi::wave
