// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/spots.hpp"

#include <algorithm>
#include <cmath>

namespace ronchi::survey {

namespace {

std::vector<double> blurred(const std::vector<double>& in, std::int64_t h, std::int64_t w, double sigma) {
  const auto reach = static_cast<std::int64_t>(std::ceil(4 * sigma));
  std::vector<double> kernel;
  double total = 0;
  for (std::int64_t i = -reach; i <= reach; ++i) {
    kernel.push_back(std::exp(-0.5 * static_cast<double>(i * i) / (sigma * sigma)));
    total += kernel.back();
  }
  for (auto& k : kernel) k /= total;
  const auto along = [&](const std::vector<double>& from, bool rows) {
    std::vector<double> to(from.size(), 0);
    for (std::int64_t y = 0; y < h; ++y)
      for (std::int64_t x = 0; x < w; ++x) {
        double sum = 0;
        for (std::int64_t i = -reach; i <= reach; ++i) {
          const std::int64_t v = rows ? std::clamp<std::int64_t>(y + i, 0, h - 1) : y,
                             u = rows ? x : std::clamp<std::int64_t>(x + i, 0, w - 1);
          sum += kernel[static_cast<std::size_t>(i + reach)] * from[static_cast<std::size_t>(v * w + u)];
        }
        to[static_cast<std::size_t>(y * w + x)] = sum;
      }
    return to;
  };
  return along(along(in, true), false);
}

}  // namespace

std::vector<Spot> find_spots(std::span<const double> pattern, std::int64_t h, std::int64_t w, double beam_y, double beam_x,
                             double inner, double threshold) {
  // The direct beam, which outshines the rest, is cut down to the median of the pixels on its rim.
  std::vector<double> image(pattern.begin(), pattern.end());
  const auto distance = [&](std::int64_t p) {
    return std::hypot(static_cast<double>(p / w) - beam_y, static_cast<double>(p % w) - beam_x);
  };
  std::vector<double> rim;
  for (std::int64_t p = 0; p < h * w; ++p)
    if (const double d = distance(p); d >= inner && d < inner + 2) rim.push_back(image[static_cast<std::size_t>(p)]);
  std::sort(rim.begin(), rim.end());
  const double level = rim.empty() ? 0 : rim[rim.size() / 2];
  for (std::int64_t p = 0; p < h * w; ++p)
    if (distance(p) < inner) image[static_cast<std::size_t>(p)] = std::min(image[static_cast<std::size_t>(p)], level);

  constexpr int steps = 10;
  const double largest = std::max(2.0, static_cast<double>(std::min(h, w)) / 16);
  std::vector<std::vector<double>> response;
  std::vector<double> sigmas;
  for (int s = 0; s < steps; ++s) {
    const double sigma = std::pow(largest, static_cast<double>(s) / (steps - 1));
    sigmas.push_back(sigma);
    const auto smooth = blurred(image, h, w, sigma);
    auto& r = response.emplace_back(smooth.size(), 0);
    for (std::int64_t y = 1; y + 1 < h; ++y)
      for (std::int64_t x = 1; x + 1 < w; ++x) {
        const auto p = static_cast<std::size_t>(y * w + x);
        const auto row = static_cast<std::size_t>(w);
        r[p] = -sigma * sigma * (smooth[p - 1] + smooth[p + 1] + smooth[p - row] + smooth[p + row] - 4 * smooth[p]);
      }
  }
  std::vector<Spot> found;
  for (int s = 0; s < steps; ++s)
    for (std::int64_t y = 1; y + 1 < h; ++y)
      for (std::int64_t x = 1; x + 1 < w; ++x) {
        const double v = response[static_cast<std::size_t>(s)][static_cast<std::size_t>(y * w + x)];
        if (!(v > 0) || distance(y * w + x) < inner) continue;
        bool peak = true;
        for (int t = std::max(0, s - 1); peak && t <= std::min(steps - 1, s + 1); ++t)
          for (std::int64_t p = (y - 1) * w + x - 1, k = 0; peak && k < 9; ++k) {
            const std::int64_t q = p + k / 3 * w + k % 3;
            peak = (t == s && q == y * w + x) || response[static_cast<std::size_t>(t)][static_cast<std::size_t>(q)] < v;
          }
        if (peak)
          found.push_back(
              {static_cast<double>(y), static_cast<double>(x), std::sqrt(2.0) * sigmas[static_cast<std::size_t>(s)], v});
      }
  std::stable_sort(found.begin(), found.end(), [](const Spot& a, const Spot& b) { return a.strength > b.strength; });
  std::vector<Spot> kept;
  for (const auto& s : found) {
    if (s.strength < threshold * found.front().strength) break;
    const bool apart = std::all_of(kept.begin(), kept.end(),
                                   [&](const Spot& k) { return std::hypot(k.y - s.y, k.x - s.x) > 0.5 * (k.radius + s.radius); });
    if (apart) kept.push_back(s);
  }
  return kept;
}

}  // namespace ronchi::survey
