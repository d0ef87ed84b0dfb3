// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <map>

#include "framework/wave/lens.hpp"
#include "framework/wave/real_fft.hpp"

namespace ronchi::wave {

/// Makes images of exit waves. An image is the intensity
///   I = |FT^-1{ H FT{psi} }|^2
/// (averaged over the lens's coherent parts) without what lies beyond the Nyquist frequency of the image's pixels: FT{I} is
/// cropped, not FT{psi}, since I has twice the band of the wave. Where the lens leaves so little of the wave that I fits into the
/// image's pixels anyway, it is computed there. The mean over an image is the part of the electrons that the lens lets through: 1
/// without an aperture.
///
/// Holds the scratch for one image at a time: one object per thread.
class Imaging {
 public:
  /// `wave`: the grid of exit waves, which have nothing outside |k| <= band (1/A; 0: up to the wave's Nyquist frequency).
  /// `image`: pixels of the same field. Failure (usage) where the two do not fit.
  Imaging(const Grid& wave, double band, const Grid& image);

  [[nodiscard]] const Grid& image() const { return image_; }
  /// The grid that such a lens's intensity is computed on.
  [[nodiscard]] Grid working_grid(const Lens& lens) const { return working_grid(reach(lens)); }
  /// The same for all lenses that pass nothing beyond `reach` 1/A.
  [[nodiscard]] Grid working_grid(double reach) const;
  /// Beyond this frequency, 1/A, there is nothing to be imaged.
  [[nodiscard]] double reach(const Lens& lens) const;
  [[nodiscard]] double band() const { return band_; }

  /// `spectrum`: Fft::forward of an exit wave whose vacuum is 1, [wave.ny, wave.nx]; `image`: [image.ny, image.nx].
  void operator()(const Lens& lens, const Complex* spectrum, float* image);

  /// Another instruction set, for tests and benchmarks; the results are the same.
  void use(const TransferKernels& kernels) { kernels_ = &kernels; }

 private:
  /// A grid that intensities are computed on. The wave lies between the transforms of its columns and of its rows: groups of
  /// Fft::group columns of frequencies that the band touches, [groups, ny, group].
  struct Work {
    Work(const Grid& grid, const Grid& image);
    Fft fft;
    std::int64_t stride;  ///< of groups; a cache line more than they need, or all would fall into the same set
    Field mixed, columns, passed, row;
    std::optional<RealFft> real;  ///< where there is something to crop
    RealField intensity;
  };
  Work& work(const Grid& grid);
  void pass_columns(const Lens& lens, const CoherentPart& part, const Complex* spectrum, Work& work) const;
  void pass_group(const Lens& lens, const CoherentPart& part, const Complex* spectrum, std::int64_t first, Work& work) const;
  void pass_rows(const Lens& lens, float scale, bool add, Work& work, float* intensity) const;
  void crop(Work& work, float* image);

  Grid wave_, image_;
  double band_;
  std::map<std::pair<std::int64_t, std::int64_t>, Work> works_;
  RealFft image_fft_;
  Field image_spectrum_;
  const TransferKernels* kernels_;
};

}  // namespace ronchi::wave
