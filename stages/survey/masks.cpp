// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/masks.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/error.hpp"

namespace ronchi::survey {

namespace {

std::int64_t kept(const Transform& t, int axis, std::int64_t raw, std::int64_t bin) {
  return t.crop_size[axis] != 0 ? t.crop_size[axis] : raw / bin - t.crop_first[axis];
}

/// Raw position of the centre of binned pixel c.
double centre(std::int64_t c, std::int64_t bin) { return static_cast<double>(c * bin) + 0.5 * static_cast<double>(bin - 1); }

void crop_to(Transform& t, int axis, std::int64_t raw, double low, double high) {
  const double b = static_cast<double>(t.bin), half = 0.5 * (b - 1);
  const auto first = std::max<std::int64_t>(0, static_cast<std::int64_t>(std::ceil((low - half) / b - 1e-9)));
  const auto last = std::min<std::int64_t>(raw / t.bin - 1, static_cast<std::int64_t>(std::floor((high - half) / b + 1e-9)));
  if (last < first)
    fail(Fault::usage, "widen survey.crop_radius, keep_from or keep_to",
         "the crop keeps nothing: raw pixels {:.1f} to {:.1f} of {} in bins of {}", low, high, raw, t.bin);
  t.crop_first[axis] = first;
  t.crop_size[axis] = last - first + 1;
}

}  // namespace

ShiftRange shift_range(const Transform& t) {
  ShiftRange r;
  for (std::size_t i = 0; i < t.shifts.size(); ++i) {
    const std::size_t axis = i % 2;
    r.low[axis] = i < 2 ? t.shifts[i] : std::min<std::int64_t>(r.low[axis], t.shifts[i]);
    r.high[axis] = i < 2 ? t.shifts[i] : std::max<std::int64_t>(r.high[axis], t.shifts[i]);
  }
  return r;
}

void crop_around_beam(Transform& t, const Frame2D& f, double radius) {
  if (radius <= 0) return;
  crop_to(t, 0, f.height, f.beam[0] - radius / f.unit[0], f.beam[0] + radius / f.unit[0]);
  crop_to(t, 1, f.width, f.beam[1] - radius / f.unit[1], f.beam[1] + radius / f.unit[1]);
}

std::vector<std::uint8_t> pattern_mask(const Transform& t, const Frame2D& f, const Options& options, double inner,
                                       const std::vector<Spot>& found) {
  const std::int64_t rows = kept(t, 0, f.height, t.bin), columns = kept(t, 1, f.width, t.bin);
  const ShiftRange shifts = shift_range(t);
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(rows * columns), 0);
  for (std::int64_t r = 0; r < rows; ++r)
    for (std::int64_t c = 0; c < columns; ++c) {
      const std::int64_t bin_row = r + t.crop_first[0], bin_column = c + t.crop_first[1];
      const double y = centre(bin_row, t.bin), x = centre(bin_column, t.bin), dy = y - f.beam[0], dx = x - f.beam[1];
      bool out = inner > 0 && std::hypot(dy, dx) <= inner;
      const double ly = dy * f.unit[0], lx = dx * f.unit[1];
      out = out || (options.outer_radius > 0 && std::hypot(ly, lx) > options.outer_radius);
      for (const auto& s : options.spots) out = out || std::hypot(ly - s.y, lx - s.x) <= s.radius;
      for (const auto& s : found) out = out || std::hypot(y - s.y, x - s.x) <= s.radius * options.spot_margin;
      if (options.mask_uncovered) {
        const std::int64_t top = bin_row * t.bin, left = bin_column * t.bin;
        out = out || top < shifts.high[0] || top + t.bin > f.height + shifts.low[0] || left < shifts.high[1] ||
              left + t.bin > f.width + shifts.low[1];
      }
      mask[static_cast<std::size_t>(r * columns + c)] = out;
    }
  return mask;
}

void crop_spectrum(Transform& t, const Axis& energy, const Options& options) {
  if (!options.keep_from && !options.keep_to) return;
  const auto channel = [&](double e) { return (e - energy.offset) / energy.scale; };
  double low = options.keep_from ? channel(*options.keep_from) : 0,
         high = options.keep_to ? channel(*options.keep_to) : static_cast<double>(energy.size);
  if (low > high) std::swap(low, high);  // an axis that runs downwards
  crop_to(t, 1, energy.size, low, high);
}

std::vector<std::uint8_t> spectrum_mask(const Transform& t, const Axis& energy, const Options& options, std::int64_t strobe) {
  const std::int64_t channels = kept(t, 1, energy.size, t.bin);
  std::vector<std::uint8_t> mask(static_cast<std::size_t>(channels), 0);
  for (std::int64_t c = 0; c < channels; ++c)
    for (std::int64_t i = 0; i < t.bin; ++i) {
      const std::int64_t raw = (c + t.crop_first[1]) * t.bin + i;
      const double e = energy.offset + energy.scale * static_cast<double>(raw);
      bool out = raw < strobe;
      for (const auto& m : options.mask_ranges) out = out || (e >= std::min(m.from, m.to) && e <= std::max(m.from, m.to));
      if (out) mask[static_cast<std::size_t>(c)] = 1;
    }
  return mask;
}

}  // namespace ronchi::survey
