// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/imaging.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/error.hpp"

namespace ronchi::wave {

namespace {

bool smooth(std::int64_t n) {
  for (const std::int64_t p : {2, 3, 5, 7})
    while (n % p == 0) n /= p;
  return n == 1;
}

/// The next number from n on that FFTs like: a multiple of 8 without prime factors above 7.
std::int64_t good_size(std::int64_t n) {
  n = (n + 7) / 8 * 8;
  while (!smooth(n)) n += 8;
  return n;
}

float* floats(Complex* p) { return reinterpret_cast<float*>(p); }
const float* floats(const Complex* p) { return reinterpret_cast<const float*>(p); }

}  // namespace

Imaging::Work::Work(const Grid& grid, bool crop) : fft(grid), field(static_cast<std::size_t>(grid.pixels())) {
  if (!crop) return;
  real.emplace(grid);
  spectrum.resize(static_cast<std::size_t>(real->frequencies()));
  intensity.resize(static_cast<std::size_t>(grid.pixels()));
}

Imaging::Imaging(const Grid& wave, double band, const Grid& image)
    : wave_(wave),
      image_(image),
      band_(band > 0 ? std::min(band, wave.nyquist()) : wave.nyquist()),
      image_fft_(image),
      image_spectrum_(static_cast<std::size_t>(image_fft_.frequencies())),
      kernels_(available_transfer_kernels().sets[0]) {
  const double tolerance = 1e-6 * wave.height();
  if (std::abs(wave.height() - image.height()) > tolerance || std::abs(wave.width() - image.width()) > tolerance)
    fail(Fault::usage, "Choose pixels of the image such that whole numbers of both span the field.",
         "an image of {} x {} pixels of {} A is {:.6f} A x {:.6f} A, its wave {:.6f} A x {:.6f} A", image.ny, image.nx,
         image.sampling, image.height(), image.width(), wave.height(), wave.width());
  if (image.ny % 8 != 0 || image.nx % 8 != 0)
    fail(Fault::usage, "Take a multiple of 8 pixels a side.", "an image of {} x {} pixels", image.ny, image.nx);
}

Grid Imaging::working_grid(const Lens& lens) const {
  const double reach = std::min(lens.reach(), band_);
  // The intensity's frequencies go up to 2 reach; what is folded must not come back below the image's Nyquist frequency.
  const auto size = [&](std::int64_t pixels, double length) {
    const auto highest = static_cast<std::int64_t>(std::floor(reach * length * (1 + 1e-12)));
    return std::max(pixels, good_size(2 * highest + pixels / 2));
  };
  const std::int64_t ny = size(image_.ny, wave_.height()), nx = size(image_.nx, wave_.width());
  // One sampling for both axes: the coarser axis needs no more pixels than that.
  return {ny, nx, wave_.width() / static_cast<double>(nx)};
}

Imaging::Work& Imaging::work(const Grid& grid) {
  const auto key = std::make_pair(grid.ny, grid.nx);
  const auto found = works_.find(key);
  if (found != works_.end()) return found->second;
  return works_.try_emplace(key, grid, grid.ny != image_.ny || grid.nx != image_.nx).first->second;
}

/// field = H spectrum on the working grid, zero where nothing passes.
void Imaging::pass(const Lens& lens, const CoherentPart& part, const Complex* spectrum, const Grid& grid, Field& field) const {
  const double reach = std::min(lens.reach(), band_) * (1 + 1e-12);
  const double step_y = 1 / wave_.height(), step_x = 1 / wave_.width();
  const auto highest_y = std::min({static_cast<std::int64_t>(reach / step_y), (wave_.ny - 1) / 2, (grid.ny - 1) / 2});
  std::fill(field.begin(), field.end(), Complex{});
  for (std::int64_t v = -highest_y; v <= highest_y; ++v) {
    const double ky = static_cast<double>(v) * step_y;
    const double half = std::sqrt(std::max(0.0, reach * reach - ky * ky));
    const auto n = std::min({static_cast<std::int64_t>(half / step_x), (wave_.nx - 1) / 2, (grid.nx - 1) / 2});
    const Complex* from = spectrum + (v < 0 ? v + wave_.ny : v) * wave_.nx;
    Complex* to = field.data() + (v < 0 ? v + grid.ny : v) * grid.nx;
    kernels_->apply(lens.row(ky, 0, step_x, part), n + 1, floats(from), floats(to));
    if (n > 0)
      kernels_->apply(lens.row(ky, -static_cast<double>(n) * step_x, step_x, part), n, floats(from + wave_.nx - n),
                      floats(to + grid.nx - n));
  }
}

/// Keeps the frequencies below the image's Nyquist frequency.
void Imaging::crop(Work& work, float* image) {
  const std::int64_t ny = work.fft.grid().ny, columns = work.real->columns();
  const std::int64_t my = image_.ny, kept = image_fft_.columns();
  const float scale = static_cast<float>(1 / static_cast<double>(work.fft.grid().pixels()));
  work.real->forward(work.intensity.data(), work.spectrum.data());
  for (std::int64_t v = 0; v < my; ++v) {
    Complex* to = image_spectrum_.data() + v * kept;
    const std::int64_t frequency = v < my / 2 ? v : v - my;
    const Complex* from = work.spectrum.data() + (frequency < 0 ? frequency + ny : frequency) * columns;
    for (std::int64_t u = 0; u < kept; ++u) to[u] = frequency == -my / 2 || u == kept - 1 ? Complex{} : from[u] * scale;
  }
  image_fft_.inverse(image_spectrum_.data(), image);
}

void Imaging::operator()(const Lens& lens, const Complex* spectrum, float* image) {
  const Grid grid = working_grid(lens);
  Work& w = work(grid);
  const bool cropped = w.real.has_value();
  float* intensity = cropped ? w.intensity.data() : image;
  const double pixels = static_cast<double>(wave_.pixels());
  bool first = true;
  for (const CoherentPart& part : lens.parts()) {
    pass(lens, part, spectrum, grid, w.field);
    w.fft.inverse(w.field.data());
    const float scale = static_cast<float>(part.weight / (pixels * pixels));
    (first ? kernels_->intensity : kernels_->add_intensity)(floats(w.field.data()), grid.pixels(), scale, intensity);
    first = false;
  }
  if (cropped) crop(w, image);
}

}  // namespace ronchi::wave
