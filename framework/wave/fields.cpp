// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/fields.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/error.hpp"

namespace ronchi::wave {

std::int64_t good_side(std::int64_t n) {
  for (std::int64_t side = std::max<std::int64_t>(8, (n + 7) / 8 * 8);; side += 8) {
    std::int64_t rest = side;
    for (const std::int64_t p : {2, 3, 5})
      while (rest % p == 0) rest /= p;
    if (rest == 1) return side;
  }
}

std::int64_t quick_side(std::int64_t n) {
  std::int64_t best = 0;
  for (const std::int64_t odd : {1, 3, 5, 25}) {
    std::int64_t m = 8 * odd;
    while (m < n) m *= 2;
    if (best == 0 || m < best) best = m;
  }
  return best;
}

void resample(const Grid& from, const Complex* spectrum, const Grid& to, Complex* out) {
  if (std::abs(from.height() - to.height()) > 1e-6 * to.height() || std::abs(from.width() - to.width()) > 1e-6 * to.width())
    fail(Fault::internal, "", "a field of {} x {} A cannot become one of {} x {} A", from.height(), from.width(), to.height(),
         to.width());
  const float scale = static_cast<float>(static_cast<double>(to.pixels()) / static_cast<double>(from.pixels()));
  // Frequencies from -(half - 1) to half - 1: those that both have on either side of 0.
  const std::int64_t y_half = (std::min(from.ny, to.ny) + 1) / 2, x_half = (std::min(from.nx, to.nx) + 1) / 2;
  std::fill_n(out, to.pixels(), Complex(0));
  for (std::int64_t v = 1 - y_half; v < y_half; ++v) {
    const Complex* in_row = spectrum + (v < 0 ? v + from.ny : v) * from.nx;
    Complex* out_row = out + (v < 0 ? v + to.ny : v) * to.nx;
    for (std::int64_t u = 0; u < x_half; ++u) out_row[u] = scale * in_row[u];
    for (std::int64_t u = 1; u < x_half; ++u) out_row[to.nx - u] = scale * in_row[from.nx - u];
  }
}

void embed(const Fft& box, Complex* spectrum, const Fft& field, std::int64_t y, std::int64_t x, Complex* out) {
  const Grid &small = box.grid(), &large = field.grid();
  if (small.sampling != large.sampling || small.ny > large.ny || small.nx > large.nx)
    fail(Fault::internal, "", "a box of {} x {} pixels of {} A does not fit into a field of {} x {} of {} A", small.ny, small.nx,
         small.sampling, large.ny, large.nx, large.sampling);
  box.inverse(spectrum);
  std::fill_n(out, large.pixels(), Complex(1));
  const float scale = 1.f / static_cast<float>(small.pixels());
  const auto wrapped = [](std::int64_t i, std::int64_t n) { return ((i % n) + n) % n; };
  for (std::int64_t i = 0; i < small.ny; ++i) {
    Complex* row = out + wrapped(y + i, large.ny) * large.nx;
    for (std::int64_t j = 0; j < small.nx; ++j) row[wrapped(x + j, large.nx)] = scale * spectrum[i * small.nx + j];
  }
  field.forward(out);
}

}  // namespace ronchi::wave
