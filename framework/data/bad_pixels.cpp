// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/data/bad_pixels.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <type_traits>

namespace ronchi {

BadPixels::BadPixels(const std::vector<std::int64_t>& pixels, std::int64_t height, std::int64_t width) : pixels_(pixels) {
  const auto bad = [&](std::int64_t p) { return std::binary_search(pixels_.begin(), pixels_.end(), p); };
  for (const std::int64_t p : pixels_) {
    auto& found = neighbours_.emplace_back();
    const std::int64_t y = p / width, x = p % width;
    for (std::int64_t ring = 1; found.empty() && ring < std::max(height, width); ++ring)
      for (std::int64_t v = y - ring; v <= y + ring; ++v)
        for (std::int64_t u = x - ring; u <= x + ring; ++u) {
          if (std::max(std::abs(v - y), std::abs(u - x)) != ring || v < 0 || v >= height || u < 0 || u >= width) continue;
          if (!bad(v * width + u)) found.push_back(v * width + u);
        }
  }
}

void BadPixels::repair(std::byte* frame, Scalar type) const {
  if (pixels_.empty()) return;
  visit_scalar(type, [&](auto t) {
    using T = decltype(t);
    T* values = reinterpret_cast<T*>(frame);
    T near[8 * 64];
    for (std::size_t k = 0; k < pixels_.size(); ++k) {
      const std::size_t most = std::min(neighbours_[k].size(), std::size(near));
      std::size_t n = 0;
      for (std::size_t i = 0; i < most; ++i) {
        const T value = values[neighbours_[k][i]];
        if constexpr (std::is_floating_point_v<T>) {
          if (!std::isfinite(value)) continue;  // NaN has no place in an order
        }
        near[n++] = value;
      }
      T& pixel = values[pixels_[k]];
      if (n == 0) {
        pixel = 0;
        continue;
      }
      std::sort(near, near + n);
      const T low = near[(n - 1) / 2], high = near[n / 2];
      // low <= high: half of their distance is added, so nothing overflows and integers are rounded down.
      if constexpr (std::is_floating_point_v<T>) {
        pixel = low + (high - low) / 2;
      } else {
        using U = std::make_unsigned_t<T>;
        const U half = static_cast<U>(static_cast<U>(static_cast<U>(high) - static_cast<U>(low)) / 2);
        pixel = static_cast<T>(static_cast<U>(static_cast<U>(low) + half));
      }
    }
  });
}

}  // namespace ronchi
