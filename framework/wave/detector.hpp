// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "framework/base/random_block.hpp"
#include "framework/config/schema.hpp"
#include "framework/wave/real_fft.hpp"
#include "framework/wave/transfer_kernels.hpp"

namespace ronchi::wave {

struct DetectorOptions {
  double dose = 1000;                             ///< electrons / A^2
  std::vector<double> mtf{1, 0.1, 0.35, 2}, ntf;  ///< [c0, c1, c2, c3], or nothing
  std::string mtf_file, ntf_file;
  double gain = 4;                        ///< counts per electron
  double readout_noise = 4, offset = 40;  ///< counts
  std::int64_t saturation = 65535;        ///< counts
};
void describe(config::Schema<DetectorOptions>& s);

/// What a detector leaves of the amplitude of a spatial frequency, 1 at frequency 0.
class DetectorCurve {
 public:
  /// Perfect: 1 everywhere.
  DetectorCurve() = default;
  /// (c0 - c1) / (1 + (q / 2 c2)^c3) + c1, q in units of the Nyquist frequency, divided by its value c0 at 0 (Madsen et al., Adv.
  /// Theory Simul. 1 (2018) 1800037, with the frequency in units of the Nyquist frequency).
  explicit DetectorCurve(const std::vector<double>& coefficients, const std::string& option);
  /// A file as Dr. Probe reads it: the number of values, then the values, equally far apart from frequency 0 to the Nyquist
  /// frequency, each on its line. Values between are interpolated, beyond the Nyquist frequency the last one is taken.
  [[nodiscard]] static DetectorCurve read(const std::string& path);

  [[nodiscard]] double operator()(double q) const;
  /// Of a file, over the first one; empty: it is none.
  [[nodiscard]] const std::vector<double>& values() const { return values_; }
  [[nodiscard]] bool perfect() const { return coefficients_.empty() && values_.empty(); }

 private:
  std::vector<double> coefficients_, values_;
};

/// A camera. With the clean image I (mean 1 for vacuum) it records
///   N = Poisson(dose pixel^2 I),   counts = gain FT^-1{ NTF FT{N} + (MTF - NTF) FT{dose pixel^2 I} } + offset + readout noise
/// rounded to whole counts from 0 to `saturation`: the expected image is transferred by the MTF, its noise by the NTF (the same
/// unless given), DQE(k) = DQE(0) (MTF / NTF)^2 (Meyer & Kirkland, Microsc. Res. Tech. 49 (2000) 269). Holds the scratch for one
/// image at a time: one object per thread.
class Detector {
 public:
  /// `image`: pixels of the images. Failure where options or files do not make sense.
  Detector(const DetectorOptions& options, const Grid& image);

  struct Clipped {
    std::int64_t saturated = 0, negative = 0;  ///< pixels
  };

  /// Records `image` [ny, nx] into `counts`. The noise is that of (seed, stage, item) with uses `use` and `use` + 1, pixel by
  /// pixel. Failure (numeric) if the image has what is no intensity.
  Clipped record(const float* image, std::uint64_t seed, std::uint32_t stage, std::uint64_t item, std::uint32_t use,
                 std::uint16_t* counts);

  /// Another dose from now on, electrons / A^2: what differs from image to image need not cost a new detector.
  void set_dose(double dose);
  /// Expected electrons per pixel of vacuum.
  [[nodiscard]] double electrons_per_pixel() const { return electrons_; }
  /// Counts that vacuum gives.
  [[nodiscard]] double vacuum_counts() const { return electrons_ * options_.gain + options_.offset; }

  /// Another instruction set, for tests; the results are the same.
  void use(const TransferKernels& kernels) { kernels_ = &kernels; }

 private:
  void transfer();

  DetectorOptions options_;
  double electrons_ = 0;
  RealFft fft_;
  const TransferKernels* kernels_;
  std::vector<float> mtf_, ntf_;  ///< over the frequencies of fft_; empty where they are 1, or equal
  RealField expected_, electrons_recorded_, noise_;
  Field spectrum_, other_;
};

}  // namespace ronchi::wave
