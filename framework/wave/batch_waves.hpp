// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include "framework/kokkos.hpp"
#include "framework/wave/batch_fft.hpp"
#include "framework/wave/multislice.hpp"

namespace ronchi::wave {

/// What an exit wave is made of.
struct WaveItem {
  const physics::Particle* particle = nullptr;
  Pose pose;
  const Support* support = nullptr;
};

/// Exit waves as `Multislice` has them, of many particles abreast: for devices, and the same kernels on the host's threads. Whole
/// fields are transformed, slice after slice, by one plan for all; between the transforms a kernel gathers for each pixel the
/// atoms of the slice that reach it, in their order, so that nothing is added atomically and a wave does not depend on the others.
/// Agrees with `Multislice` to rounding; the same bytes for the same `batch` on the same device.
template <class Space>
class BatchWaves {
 public:
  using Waves = Kokkos::View<Kokkos::complex<float>*, typename Space::memory_space>;
  using Factors = Kokkos::View<Kokkos::complex<float>*, typename Space::memory_space>;
  template <class T>
  using Array = Kokkos::View<T*, typename Space::memory_space>;

  /// Room for `batch` waves. `multislice` must outlive this.
  BatchWaves(const Multislice& multislice, int batch);

  [[nodiscard]] int batch() const { return batch_; }
  /// At most `batch` items go through their slices; all must have the same number of them. The waves' spectra (Fft::forward of
  /// them) then lie in spectra(), [batch, pixels]. Failure (internal) for other items.
  void run(std::span<const WaveItem> items);
  [[nodiscard]] const Waves& spectra() const { return waves_; }

  /// Any number of items of any numbers of slices, sorted into batches; `spectra` is [items, pixels] on the host.
  void exit_waves(std::span<const WaveItem> items, Complex* spectra);

 private:
  [[nodiscard]] Slicing slicing_of(const WaveItem& item) const;
  void set_atoms(std::span<const WaveItem> items, const std::vector<Slicing>& slicings, int slices);
  void set_steps(const std::vector<Slicing>& slicings, int slice);

  const Multislice& multislice_;
  int batch_;
  BatchFft<Space> fft_;
  Waves waves_;
  Array<int> height_;          ///< [nx] as in Multislice::Layout
  Array<float> tables_;        ///< stamps of all kinds, one after the other
  Array<int> table_first_;     ///< [kinds] where, in pairs
  Array<int> entries_;         ///< [kinds]
  Array<float> per_square_;    ///< [kinds] entries per square pixel
  Array<double> places_;       ///< [atoms, 2] x, y in pixels, by wave and slice
  Array<int> kinds_, firsts_;  ///< [atoms]; [batch, slices + 1]
  Array<double> distances_;    ///< [batch] of the next step, A
  Factors along_x_, along_y_;  ///< [batch, nx], [batch, ny]
};

extern template class BatchWaves<HostSpace>;

}  // namespace ronchi::wave
