// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/batch_images.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/wave/batch_kernels.hpp"
#include "framework/wave/transfer_pixel.hpp"

namespace ronchi::wave {
namespace {

KOKKOS_INLINE_FUNCTION int signed_frequency(int i, int n) { return i < n / 2 ? i : i - n; }
KOKKOS_INLINE_FUNCTION int place_of(int frequency, int n) { return frequency < 0 ? frequency + n : frequency; }

/// What passes the lens, on the grid of the intensities.
struct Pass {
  BatchGrid grid, wave;
  const Value* spectra;
  Value* fields;
  const TransferColumn* columns;
  const int* of_wave;
  const double* reach2;
  double step_x, step_y;
  int highest_x, highest_y;

  KOKKOS_INLINE_FUNCTION void operator()(const std::int64_t i) const {
    const int item = grid.wave(i), u = signed_frequency(grid.x(i), grid.nx), v = signed_frequency(grid.y(i), grid.ny);
    const double kx = u * step_x, ky = v * step_y;
    fields[i] = Value(0, 0);
    if (of_wave[item] < 0 || u > highest_x || -u > highest_x || v > highest_y || -v > highest_y) return;
    if (kx * kx + ky * ky > reach2[item]) return;
    const TransferColumn& column = columns[item * (2 * highest_x + 1) + highest_x + u];
    const double k = column.first + v * column.step;
    float real, imaginary;
    transfer(column, static_cast<float>(k), phase_of(column, k), real, imaginary);
    const std::int64_t at =
        static_cast<std::int64_t>(of_wave[item]) * wave.pixels() + place_of(v, wave.ny) * wave.nx + place_of(u, wave.nx);
    fields[i] = spectra[at] * Value(real, imaginary);
  }
};

struct Intensity {
  BatchGrid grid;
  const Value* fields;
  float* intensity;
  const float* scale;
  bool add;

  KOKKOS_INLINE_FUNCTION void operator()(const std::int64_t i) const {
    const float re = fields[i].real(), im = fields[i].imag(), here = scale[grid.wave(i)] * (re * re + im * im);
    intensity[i] = add ? intensity[i] + here : here;
  }
};

/// Keeps the frequencies below the image's Nyquist frequency.
struct Crop {
  BatchGrid grid, image;
  const Value* fields;
  Value* images;
  float scale;

  KOKKOS_INLINE_FUNCTION void operator()(const std::int64_t i) const {
    const int u = signed_frequency(image.x(i), image.nx), v = signed_frequency(image.y(i), image.ny);
    const bool kept = 2 * u > -image.nx && 2 * v > -image.ny;
    const std::int64_t at =
        static_cast<std::int64_t>(image.wave(i)) * grid.pixels() + place_of(v, grid.ny) * grid.nx + place_of(u, grid.nx);
    images[i] = kept ? scale * fields[at] : Value(0, 0);
  }
};

struct ToField {
  const float* intensity;
  Value* fields;
  KOKKOS_INLINE_FUNCTION void operator()(const std::int64_t i) const { fields[i] = Value(intensity[i], 0); }
};
struct RealPart {
  const Value* fields;
  float* intensity;
  KOKKOS_INLINE_FUNCTION void operator()(const std::int64_t i) const { intensity[i] = fields[i].real(); }
};

BatchGrid of(const Grid& grid) { return {static_cast<int>(grid.ny), static_cast<int>(grid.nx)}; }

int highest(double reach, double length, std::int64_t wave, std::int64_t grid) {
  return static_cast<int>(std::min({static_cast<std::int64_t>(reach * length), (wave - 1) / 2, (grid - 1) / 2}));
}

}  // namespace

template <class Space>
BatchImages<Space>::BatchImages(const Grid& wave, double band, const Grid& image, int batch)
    : wave_(wave),
      image_(image),
      batch_(batch),
      imaging_(wave, band, image),
      grid_(imaging_.working_grid(imaging_.band() * (1 + 1e-12))),
      cropped_(grid_.ny != image.ny || grid_.nx != image.nx),
      highest_x_(highest(imaging_.band() * (1 + 1e-12), wave.width(), wave.nx, grid_.nx)),
      highest_y_(highest(imaging_.band() * (1 + 1e-12), wave.height(), wave.ny, grid_.ny)),
      fft_(grid_, batch),
      image_fft_(image, batch) {
  const auto pixels = static_cast<std::size_t>(batch * grid_.pixels());
  fields_ = Waves("ronchi/wave/fields", pixels);
  intensity_ = Array<float>("ronchi/wave/intensity", pixels);
  if (cropped_) images_ = Waves("ronchi/wave/images", static_cast<std::size_t>(batch * image.pixels()));
}

template <class Space>
void BatchImages<Space>::add_part(const Waves& spectra, std::span<const ImageItem> items, const std::vector<Parts>& parts,
                                  std::size_t part) {
  std::vector<TransferColumn> columns(static_cast<std::size_t>(batch_ * (2 * highest_x_ + 1)));
  std::vector<int> of_wave(static_cast<std::size_t>(batch_), -1);
  std::vector<double> reach2(static_cast<std::size_t>(batch_), 0);
  std::vector<float> scale(static_cast<std::size_t>(batch_), 0);
  const double step_x = 1 / wave_.width(), step_y = 1 / wave_.height(), pixels = static_cast<double>(wave_.pixels());
  for (std::size_t m = 0; m < items.size(); ++m) {
    const Lens& lens = *items[m].lens;
    if (part >= parts[m].size()) continue;
    of_wave[m] = items[m].wave;
    reach2[m] = std::pow(imaging_.reach(lens), 2);
    scale[m] = static_cast<float>(parts[m][part].weight / (pixels * pixels));
    for (int u = -highest_x_; u <= highest_x_; ++u)
      columns[m * static_cast<std::size_t>(2 * highest_x_ + 1) + static_cast<std::size_t>(u + highest_x_)] =
          lens.column(u * step_x, 0, step_y, parts[m][part]);
  }
  const auto* bytes = reinterpret_cast<const char*>(columns.data());
  upload(columns_, "ronchi/wave/columns", std::vector<char>(bytes, bytes + columns.size() * sizeof(TransferColumn)));
  upload(of_wave_, "ronchi/wave/of_wave", of_wave);
  upload(reach2_, "ronchi/wave/reach2", reach2);
  upload(scale_, "ronchi/wave/scale", scale);
  const std::int64_t all = batch_ * grid_.pixels();
  each_pixel<Space>(
      "ronchi/wave/pass", all,
      Pass{of(grid_), of(wave_), spectra.data(), fields_.data(), reinterpret_cast<const TransferColumn*>(columns_.data()),
           of_wave_.data(), reach2_.data(), step_x, step_y, highest_x_, highest_y_});
  fft_.inverse(raw(fields_.data()));
  each_pixel<Space>("ronchi/wave/intensity", all, Intensity{of(grid_), fields_.data(), intensity_.data(), scale_.data(), part > 0});
  Space().fence();
}

template <class Space>
void BatchImages<Space>::crop() {
  const std::int64_t all = batch_ * grid_.pixels(), kept = batch_ * image_.pixels();
  each_pixel<Space>("ronchi/wave/to_field", all, ToField{intensity_.data(), fields_.data()});
  fft_.forward(raw(fields_.data()));
  each_pixel<Space>("ronchi/wave/crop", kept,
                    Crop{of(grid_), of(image_), fields_.data(), images_.data(), 1 / static_cast<float>(grid_.pixels())});
  image_fft_.inverse(raw(images_.data()));
  each_pixel<Space>("ronchi/wave/real_part", kept, RealPart{images_.data(), intensity_.data()});
}

template <class Space>
void BatchImages<Space>::run(const Waves& spectra, std::span<const ImageItem> items, float* images) {
  if (items.empty() || items.size() > static_cast<std::size_t>(batch_))
    fail(Fault::internal, "", "{} images for a batch of {}", items.size(), batch_);
  std::vector<Parts> parts;
  std::size_t most = 0;
  for (const ImageItem& item : items) {
    parts.push_back(item.lens->parts(imaging_.band()));
    most = std::max(most, parts.back().size());
  }
  for (std::size_t part = 0; part < most; ++part) add_part(spectra, items, parts, part);
  if (cropped_) crop();
  const auto size = items.size() * static_cast<std::size_t>(image_.pixels());
  const Kokkos::View<float*, Kokkos::HostSpace, Kokkos::MemoryTraits<Kokkos::Unmanaged>> here(images, size);
  Kokkos::deep_copy(here, Kokkos::subview(intensity_, std::make_pair(std::size_t{0}, size)));
}

template class BatchImages<HostSpace>;
#ifdef KOKKOS_ENABLE_CUDA
template class BatchImages<Kokkos::Cuda>;
#endif

}  // namespace ronchi::wave
