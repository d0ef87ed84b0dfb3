// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "framework/kokkos.hpp"
#include "framework/wave/batch_fft.hpp"
#include "framework/wave/imaging.hpp"

namespace ronchi::wave {

/// An image that is asked for: of which wave of a batch, through which lens.
struct ImageItem {
  int wave = 0;
  const Lens* lens = nullptr;
};

/// Images as `Imaging` has them, many abreast, of waves that lie in the memory of an execution space (BatchWaves::spectra): for
/// devices, and the same kernels on the host's threads. All intensities are computed on one grid, the one that the wave's whole
/// band needs, so that an image does not depend on the others. Agrees with `Imaging` to rounding.
template <class Space>
class BatchImages {
 public:
  using Waves = Kokkos::View<Kokkos::complex<float>*, typename Space::memory_space>;
  template <class T>
  using Array = Kokkos::View<T*, typename Space::memory_space>;

  /// As Imaging's, with room for `batch` images.
  BatchImages(const Grid& wave, double band, const Grid& image, int batch);

  [[nodiscard]] int batch() const { return batch_; }
  /// At most `batch` images of the waves in `spectra`, [waves, wave pixels]; `images` is [items, image pixels] on the host.
  void run(const Waves& spectra, std::span<const ImageItem> items, float* images);

 private:
  using Parts = std::vector<CoherentPart>;
  void add_part(const Waves& spectra, std::span<const ImageItem> items, const std::vector<Parts>& parts, std::size_t part);
  void crop();

  Grid wave_, image_;
  int batch_;
  Imaging imaging_;
  Grid grid_;  ///< of intensities
  bool cropped_;
  int highest_x_, highest_y_;  ///< frequencies that are looked at, in steps
  BatchFft<Space> fft_, image_fft_;
  Waves fields_, images_;   ///< [batch, grid pixels], [batch, image pixels]
  Array<float> intensity_;  ///< [batch, grid pixels]
  Array<char> columns_;     ///< the lenses' coefficients: TransferColumn [batch, 2 highest_x + 1]
  Array<int> of_wave_;      ///< [batch]; -1: nothing to do
  Array<double> reach2_;    ///< [batch]
  Array<float> scale_;      ///< [batch]
};

extern template class BatchImages<HostSpace>;

}  // namespace ronchi::wave
