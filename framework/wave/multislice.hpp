// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "framework/physics/particle.hpp"
#include "framework/physics/rotation.hpp"
#include "framework/physics/scattering.hpp"
#include "framework/wave/atom.hpp"
#include "framework/wave/fft.hpp"
#include "framework/wave/kernels.hpp"
#include "framework/wave/slicing.hpp"
#include "framework/wave/support.hpp"

namespace ronchi::wave {

/// How the exit wave of a particle is computed (Cowley & Moodie's multislice; Kirkland 2010, chapter 6).
struct Settings {
  Grid grid;                                                          ///< of the simulation
  double energy = 200;                                                ///< kV
  physics::Parametrization table = physics::Parametrization::lobato;  ///< of scattering factors
  int slices = 20;                                                    ///< equal ones, from the first atom to the last
  double thickness = 0;                                               ///< of a slice, A; more than 0: instead of `slices`
  double tilt[2] = {0, 0};                                            ///< of the beam towards x and y, mrad
};

/// Exit waves of particles. Electrons travel towards +z, away from the viewer (x right, y down). The plane wave that comes in is 1;
/// the wave that comes out is referred to the plane z = 0 through the middle of the particle, as if it had travelled in vacuum
/// from the last atom to there, so that a defocus means the same for every particle. Fields are periodic.
///
/// What is made once (tables, plans) is constant; any number of threads may use one Multislice, each with a workspace.
class Multislice {
 public:
  /// `symbols`: the chemical symbols that particles may have.
  Multislice(const Settings& settings, std::span<const std::string> symbols);
  ~Multislice();

  /// Scratch of one thread. Nothing of it enters a result.
  class Workspace {
   public:
    explicit Workspace(const Multislice& multislice);

   private:
    friend class Multislice;
    Field mixed_;        // see Multislice::Layout
    RealField re_, im_;  // transmission over nx, [ny, nx + room]; only rows that are touched mean something
    std::vector<std::uint8_t> touched_;
    Field row_, column_;   // of one transform
    Field step_;           // propagator: a factor for each kx, then for each ky
    double distance_ = 0;  // that it goes, A
    Slicing slicing_;
    std::vector<std::int32_t> kinds_;  // of the particle's species, index into atoms_
  };

  /// The exit wave in Fourier space (Fft::forward of it), [pixels]; frequencies outside band() are 0. Takes no memory but the first
  /// time that a workspace meets so many atoms. A support lies behind the particle, in slices of about 2 A. Failure(internal) if
  /// there is a species that was not announced. `incident`: another wave that comes in, such as a probe, [pixels] in Fourier space,
  /// it too as it would be at z = 0 had it travelled there in vacuum; may be the same memory as `spectrum`.
  void exit_wave(const physics::Particle& particle, const Pose& pose, Workspace& workspace, Complex* spectrum,
                 const Support* support = nullptr, const Complex* incident = nullptr) const;

  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] const Fft& fft() const { return fft_; }
  /// The stamps of the symbols that were announced, and which of them is that of a symbol. Failure(internal) for another one.
  [[nodiscard]] std::span<const AtomTransmission> atoms() const { return atoms_; }
  [[nodiscard]] int kind(const std::string& symbol) const;
  /// [nx] rows iy of each column of frequencies that are within the band: iy < height or iy > ny - height; 0: none.
  [[nodiscard]] const std::vector<std::int64_t>& heights() const;
  /// Width that a field must have for the stamp of an atom, A.
  [[nodiscard]] static double least_width(const AtomTransmission& atom, double sampling);
  /// Largest frequency that is kept, 2/3 of the Nyquist frequency, 1/A.
  [[nodiscard]] double band() const { return settings_.grid.nyquist() * 2 / 3; }

 private:
  struct Layout;
  void set_step(Workspace& workspace, double distance) const;
  void begin(Workspace& workspace, const Complex* incident) const;
  void transmit(Workspace& workspace) const;
  void stamp(Workspace& workspace, const AtomTransmission& atom, double x, double y) const;
  void transmit_row(Workspace& workspace, std::int64_t y) const;
  void propagate(Workspace& workspace) const;
  void advance(Workspace& workspace, const Complex* columns, std::int64_t first) const;
  void finish(Workspace& workspace, Complex* spectrum) const;

  Settings settings_;
  const Kernels& kernels_ = best_kernels();
  Fft fft_;
  std::vector<std::string> symbols_;
  std::vector<AtomTransmission> atoms_;
  std::unique_ptr<Layout> layout_;
};

}  // namespace ronchi::wave
