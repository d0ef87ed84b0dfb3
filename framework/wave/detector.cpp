// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/detector.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/error.hpp"

namespace ronchi::wave {

namespace {

DetectorCurve curve(const std::vector<double>& coefficients, const std::string& file, const char* option) {
  return file.empty() ? DetectorCurve(coefficients, option) : DetectorCurve::read(file);
}

/// The curve at the frequencies of a half spectrum. It is tabulated along the radius first: a power per pixel would cost more than
/// the noise.
std::vector<float> table(const DetectorCurve& curve, const RealFft& fft) {
  constexpr int per_nyquist = 1024;
  std::vector<float> radial(static_cast<std::size_t>(1.5 * per_nyquist));
  for (std::size_t i = 0; i < radial.size(); ++i) radial[i] = static_cast<float>(curve(static_cast<double>(i) / per_nyquist));
  const std::int64_t ny = fft.grid().ny, nx = fft.grid().nx;
  std::vector<float> values(static_cast<std::size_t>(fft.frequencies()));
  for (std::int64_t u = 0; u <= nx / 2; ++u)
    for (std::int64_t v = 0; v < ny; ++v) {
      const float y = 2 * static_cast<float>(v < (ny + 1) / 2 ? v : v - ny) / static_cast<float>(ny);
      const float x = 2 * static_cast<float>(u) / static_cast<float>(nx);
      const float at = std::sqrt(x * x + y * y) * per_nyquist;
      const auto i = static_cast<std::size_t>(at);
      const float t = at - static_cast<float>(i);
      values[static_cast<std::size_t>(u * ny + v)] = (1 - t) * radial[i] + t * radial[i + 1];
    }
  return values;
}

}  // namespace

void describe(config::Schema<DetectorOptions>& s) {
  s.field("dose", &DetectorOptions::dose).range(1e-6, 1e9).unit("electrons/A^2").help("Electrons per area of the specimen");
  s.field("mtf", &DetectorOptions::mtf)
      .range(0, 100)
      .help(
          "Modulation transfer of the detector, [c0, c1, c2, c3]: (c0 - c1) / (1 + (q / 2 c2)^c3) + c1 over c0, q in units of the "
          "Nyquist "
          "frequency; []: perfect");
  s.field("mtf_file", &DetectorOptions::mtf_file)
      .help("File with the measured MTF in place of `mtf`: number of values, then the values from frequency 0 to Nyquist");
  s.field("ntf", &DetectorOptions::ntf).range(0, 100).help("Transfer of the noise, like `mtf`; []: as the MTF");
  s.field("ntf_file", &DetectorOptions::ntf_file).help("File with the transfer of the noise, like `mtf_file`");
  s.field("gain", &DetectorOptions::gain).range(1e-3, 1e6).unit("counts/electron").help("Counts per electron");
  s.field("readout_noise", &DetectorOptions::readout_noise).range(0, 1e4).unit("counts").help("Readout noise, standard deviation");
  s.field("offset", &DetectorOptions::offset).range(0, 6e4).unit("counts").help("Counts without electrons");
  s.field("saturation", &DetectorOptions::saturation).range(1, 65535).unit("counts").help("Largest number of counts of a pixel");
}

Detector::Detector(const DetectorOptions& options, const Grid& image)
    : options_(options), fft_(image), kernels_(available_transfer_kernels().sets[0]) {
  set_dose(options.dose);
  const DetectorCurve mtf = curve(options.mtf, options.mtf_file, "mtf");
  const bool other = !options.ntf.empty() || !options.ntf_file.empty();
  const DetectorCurve ntf = other ? curve(options.ntf, options.ntf_file, "ntf") : DetectorCurve{};
  if (!mtf.perfect() || other) mtf_ = table(mtf, fft_);
  if (other) ntf_ = table(ntf, fft_);
  const auto pixels = static_cast<std::size_t>(image.pixels());
  expected_.resize(pixels);
  electrons_recorded_.resize(pixels);
  noise_.resize(pixels);
  if (!mtf_.empty()) spectrum_.resize(static_cast<std::size_t>(fft_.frequencies()));
  if (other) other_.resize(spectrum_.size());
}

void Detector::set_dose(double dose) {
  const double sampling = fft_.grid().sampling;
  electrons_ = dose * sampling * sampling;
  if (!(electrons_ > 0) || electrons_ > 1e6)
    fail(Fault::usage, "Choose dose and pixel size such that vacuum has at most a million electrons per pixel.",
         "a dose of {} electrons/A^2 on pixels of {} A is {} electrons per pixel", dose, sampling, electrons_);
}

/// What was recorded as the detector passes it on.
void Detector::transfer() {
  const float scale = static_cast<float>(1 / static_cast<double>(fft_.grid().pixels()));
  fft_.forward(electrons_recorded_.data(), spectrum_.data());
  if (ntf_.empty()) {
    for (std::size_t i = 0; i < spectrum_.size(); ++i) spectrum_[i] *= mtf_[i] * scale;
  } else {
    fft_.forward(expected_.data(), other_.data());
    for (std::size_t i = 0; i < spectrum_.size(); ++i)
      spectrum_[i] = ntf_[i] * scale * spectrum_[i] + (mtf_[i] - ntf_[i]) * scale * other_[i];
  }
  fft_.inverse(spectrum_.data(), electrons_recorded_.data());
}

Detector::Clipped Detector::record(const float* image, std::uint64_t seed, std::uint32_t stage, std::uint64_t item,
                                   std::uint32_t use, std::uint16_t* counts) {
  const auto scale = static_cast<float>(electrons_);
  const auto pixels = static_cast<long>(expected_.size());
  // A little below 0 is what a crop makes of sharp edges.
  if (const int wrong = kernels_->expect(image, pixels, scale, expected_.data()); wrong != 0)
    fail(Fault::numeric, "An image is 1 in vacuum and nowhere far below 0.",
         "{} pixels of an image have no number of electrons between -{} and 1e9", wrong, scale);
  RandomBlock(seed, stage, item, use).poisson(0, expected_, electrons_recorded_);
  if (!mtf_.empty()) transfer();
  if (options_.readout_noise > 0) RandomBlock(seed, stage, item, use + 1).normal(0, noise_);
  const Digitisation digitisation{static_cast<float>(options_.gain), static_cast<float>(options_.readout_noise),
                                  static_cast<float>(options_.offset), static_cast<int>(options_.saturation)};
  int high = 0, low = 0;
  kernels_->digitise(electrons_recorded_.data(), noise_.data(), pixels, digitisation, counts, &high, &low);
  return {high, low};
}

}  // namespace ronchi::wave
