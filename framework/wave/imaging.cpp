// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/imaging.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "framework/base/error.hpp"
#include "framework/wave/fields.hpp"

namespace ronchi::wave {

namespace {

constexpr std::int64_t group = Fft::group;

float* floats(Complex* p) { return reinterpret_cast<float*>(p); }
const float* floats(const Complex* p) { return reinterpret_cast<const float*>(p); }

}  // namespace

Imaging::Work::Work(const Grid& grid, const Grid& image)
    : fft(grid),
      stride((grid.ny + 2) * group),
      mixed(static_cast<std::size_t>(grid.nx / group * stride)),
      columns(static_cast<std::size_t>(group * grid.ny)),
      passed(columns.size()),
      row(static_cast<std::size_t>(2 * grid.nx)) {
  if (grid.ny == image.ny && grid.nx == image.nx) return;
  real.emplace(grid);
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

double Imaging::reach(const Lens& lens) const { return std::min(lens.reach(), band_) * (1 + 1e-12); }

Grid Imaging::working_grid(double reach) const {
  // The intensity's frequencies go up to twice the reach; what is folded must not come back below the image's Nyquist frequency.
  const auto size = [&](std::int64_t pixels, double length) {
    const auto needed = 2 * static_cast<std::int64_t>(reach * length) + pixels / 2;
    return needed <= pixels ? pixels : std::max(pixels, quick_side(needed));
  };
  const std::int64_t ny = size(image_.ny, wave_.height()), nx = size(image_.nx, wave_.width());
  return {ny, nx, wave_.width() / static_cast<double>(nx)};
}

Imaging::Work& Imaging::work(const Grid& grid) {
  const auto key = std::make_pair(grid.ny, grid.nx);
  const auto found = works_.find(key);
  return found != works_.end() ? found->second : works_.try_emplace(key, grid, image_).first->second;
}

/// The transfer function times the spectrum, columns in real space.
void Imaging::pass_columns(const Lens& lens, const CoherentPart& part, const Complex* spectrum, Work& work) const {
  const std::int64_t nx = work.fft.grid().nx;
  const auto highest = std::min({static_cast<std::int64_t>(reach(lens) * wave_.width()), (wave_.nx - 1) / 2, (nx - 1) / 2});
  for (std::int64_t first = 0; first <= highest; first += group) pass_group(lens, part, spectrum, first, work);
  for (std::int64_t first = (nx - highest) / group * group; first < nx; first += group)
    pass_group(lens, part, spectrum, first, work);
}

void Imaging::pass_group(const Lens& lens, const CoherentPart& part, const Complex* spectrum, std::int64_t first,
                         Work& work) const {
  const std::int64_t ny = work.fft.grid().ny, nx = work.fft.grid().nx;
  const double step_x = 1 / wave_.width(), step_y = 1 / wave_.height();
  const std::int64_t frequency = first < nx / 2 ? first : first - nx;
  const Complex* from = spectrum + (frequency < 0 ? frequency + wave_.nx : frequency);
  std::int64_t height[group], highest = -1;  // frequencies -height ... height pass
  for (std::int64_t c = 0; c < group; ++c) {
    const double kx = static_cast<double>(frequency + c) * step_x, left = reach(lens) * reach(lens) - kx * kx;
    const auto limit = std::min((wave_.ny - 1) / 2, (ny - 1) / 2);
    height[c] = left < 0 ? -1 : std::min(static_cast<std::int64_t>(std::sqrt(left) / step_y), limit);
    highest = std::max(highest, height[c]);
  }
  for (std::int64_t v = -highest; v <= highest; ++v)
    for (std::int64_t c = 0; c < group; ++c)
      work.columns[static_cast<std::size_t>(c * ny + (v < 0 ? v + ny : v))] = from[(v < 0 ? v + wave_.ny : v) * wave_.nx + c];
  for (std::int64_t c = 0; c < group; ++c) {
    const double kx = static_cast<double>(frequency + c) * step_x;
    const std::int64_t h = height[c];
    const Complex* in = work.columns.data() + c * ny;
    Complex* out = work.passed.data() + c * ny;
    if (h >= 0) kernels_->apply(lens.column(kx, 0, step_y, part), h + 1, floats(in), floats(out));
    std::fill(out + h + 1, out + ny - std::max<std::int64_t>(h, 0), Complex{});
    if (h > 0)
      kernels_->apply(lens.column(kx, -static_cast<double>(h) * step_y, step_y, part), h, floats(in + ny - h),
                      floats(out + ny - h));
  }
  work.fft.inverse_columns(work.passed.data(), work.mixed.data() + first / group * work.stride);
}

/// Rows to real space, and their intensity times `scale`.
void Imaging::pass_rows(const Lens& lens, float scale, bool add, Work& work, float* intensity) const {
  const std::int64_t ny = work.fft.grid().ny, nx = work.fft.grid().nx;
  const auto highest = std::min({static_cast<std::int64_t>(reach(lens) * wave_.width()), (wave_.nx - 1) / 2, (nx - 1) / 2});
  const std::int64_t positive = highest / group + 1, negative = (nx - highest) / group;
  Complex *frequencies = work.row.data(), *row = frequencies + nx;
  std::fill_n(frequencies, nx, Complex{});
  for (std::int64_t y = 0; y < ny; ++y) {
    const Complex* from = work.mixed.data() + y * group;
    const auto copy = [&](std::int64_t g) {  // of a size that the compiler knows
      std::memcpy(frequencies + g * group, from + g * work.stride, group * sizeof(Complex));
    };
    for (std::int64_t g = 0; g < positive; ++g) copy(g);
    for (std::int64_t g = negative; g < nx / group; ++g) copy(g);
    work.fft.inverse_row(frequencies, row);
    (add ? kernels_->add_intensity : kernels_->intensity)(floats(row), nx, scale, intensity + y * nx);
  }
}

/// Keeps the frequencies below the image's Nyquist frequency.
void Imaging::crop(Work& work, float* image) {
  const std::int64_t ny = work.real->grid().ny, my = image_.ny, kept = image_.nx / 2;
  const auto scale = static_cast<float>(1 / static_cast<double>(work.real->grid().pixels()));
  work.real->forward(work.intensity.data(), kept, work.mixed.data());
  for (std::int64_t u = 0; u < kept; ++u) {
    const Complex* from = work.mixed.data() + u * ny;
    Complex* to = image_spectrum_.data() + u * my;
    for (std::int64_t v = 0; v < my / 2; ++v) to[v] = scale * from[v];
    for (std::int64_t v = my / 2 + 1; v < my; ++v) to[v] = scale * from[v + ny - my];
  }
  image_fft_.inverse(image_spectrum_.data(), image);
}

void Imaging::operator()(const Lens& lens, const Complex* spectrum, float* image) {
  Work& w = work(working_grid(lens));
  const bool cropped = w.real.has_value();
  float* intensity = cropped ? w.intensity.data() : image;
  const auto pixels = static_cast<double>(wave_.pixels());
  bool add = false;
  for (const CoherentPart& part : lens.parts(band_)) {
    pass_columns(lens, part, spectrum, w);
    pass_rows(lens, static_cast<float>(part.weight / (pixels * pixels)), add, w, intensity);
    add = true;
  }
  if (cropped) crop(w, image);
}

}  // namespace ronchi::wave
