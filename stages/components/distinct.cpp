// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/distinct.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace ronchi::components {

Places::Places(const FrameInfo& info, std::span<const std::int64_t> pixel_of_column, const std::optional<Mirror>& mirror)
    : pixel(pixel_of_column.begin(), pixel_of_column.end()) {
  if (info.signal.size() == 2) rows = info.signal[0].size;
  columns = info.pixels() / rows;
  for (const auto p : pixel) mirrored.push_back(mirror ? mirror->of(p) : -1);
}

std::vector<float> peaks_of(std::span<const double> z, const Places& places, int width) {
  constexpr float missing = std::numeric_limits<float>::infinity();  // never the smaller one
  const std::int64_t ny = places.rows, nx = places.columns;
  std::vector<float> image(static_cast<std::size_t>(ny * nx), missing);
  for (std::size_t j = 0; j < z.size(); ++j) {
    image[static_cast<std::size_t>(places.pixel[j])] = static_cast<float>(z[j]);
    if (places.mirrored[j] >= 0) image[static_cast<std::size_t>(places.mirrored[j])] = static_cast<float>(z[j]);
  }
  std::vector<float> background = image, next = image;
  constexpr std::array<std::array<int, 2>, 4> directions{{{0, 1}, {1, 0}, {1, 1}, {1, -1}}};
  for (int p = 1; p <= width; ++p) {
    for (std::int64_t y = 0; y < ny; ++y)
      for (std::int64_t x = 0; x < nx; ++x) {
        const auto at = static_cast<std::size_t>(y * nx + x);
        if (image[at] == missing) continue;
        float least = background[at];
        for (const auto& [dy, dx] : directions) {
          const std::int64_t y0 = y - dy * p, y1 = y + dy * p, x0 = x - dx * p, x1 = x + dx * p;
          if (y0 < 0 || y1 >= ny || std::min(x0, x1) < 0 || std::max(x0, x1) >= nx) continue;
          least = std::min(
              least, (background[static_cast<std::size_t>(y0 * nx + x0)] + background[static_cast<std::size_t>(y1 * nx + x1)]) / 2);
        }
        next[at] = least;
      }
    background = next;
  }
  for (std::size_t i = 0; i < image.size(); ++i)
    image[i] = image[i] == missing ? 0.f : std::sqrt(std::max(0.f, image[i] - background[i] - 2));
  return image;
}

std::vector<double> similarities(const std::vector<std::vector<float>>& peaks) {
  const std::size_t n = peaks.size();
  std::vector<double> s(n * n, 0);
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = 0; b <= a; ++b) {
      double sum = 0;
      for (std::size_t i = 0; i < peaks[a].size(); ++i) sum += static_cast<double>(peaks[a][i]) * static_cast<double>(peaks[b][i]);
      s[a * n + b] = s[b * n + a] = sum;
    }
  std::vector<double> norm(n);
  for (std::size_t a = 0; a < n; ++a) norm[a] = std::sqrt(s[a * n + a]);
  for (std::size_t a = 0; a < n; ++a)
    for (std::size_t b = 0; b < n; ++b) {
      const double product = norm[a] * norm[b];
      s[a * n + b] = product > 0 ? s[a * n + b] / product : 0;
    }
  return s;
}

std::vector<int> groups_of(std::vector<double> s, int n, double threshold) {
  std::vector<int> group(static_cast<std::size_t>(n)), size(static_cast<std::size_t>(n), 1);
  for (int i = 0; i < n; ++i) group[static_cast<std::size_t>(i)] = i;
  const auto at = [n](int a, int b) { return static_cast<std::size_t>(a * n + b); };
  for (;;) {
    int first = -1, second = -1;
    double best = threshold;
    for (int a = 0; a < n; ++a)
      for (int b = a + 1; b < n; ++b)
        if (size[static_cast<std::size_t>(a)] > 0 && size[static_cast<std::size_t>(b)] > 0 && s[at(a, b)] >= best) {
          best = s[at(a, b)];
          first = a;
          second = b;
        }
    if (first < 0) break;
    int &na = size[static_cast<std::size_t>(first)], &nb = size[static_cast<std::size_t>(second)];
    for (int c = 0; c < n; ++c) s[at(first, c)] = s[at(c, first)] = (na * s[at(first, c)] + nb * s[at(second, c)]) / (na + nb);
    na += nb;
    nb = 0;
    for (int& g : group)
      if (g == second) g = first;
  }
  std::vector<int> number(static_cast<std::size_t>(n), -1);
  int groups = 0;
  for (int& g : group) {
    int& known = number[static_cast<std::size_t>(g)];
    if (known < 0) known = groups++;
    g = known;
  }
  return group;
}

namespace {

using Peaks = std::vector<float>;

double height(float peak) { return peak > 0 ? static_cast<double>(peak) * static_cast<double>(peak) + 2 : 0; }

/// Clears in `own` what b has too: where a is less than eight times as high as b in the measure of b's highest peaks.
void clear_shared(const Peaks& a, const Peaks& b, Peaks& own) {
  constexpr std::size_t highest = 60;
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < b.size(); ++i)
    if (b[i] > 0) order.push_back(i);
  std::sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) { return b[x] != b[y] ? b[x] > b[y] : x < y; });
  order.resize(std::min(order.size(), highest));
  std::vector<double> ratios;
  for (const auto i : order) ratios.push_back(height(a[i]) / height(b[i]));
  std::sort(ratios.begin(), ratios.end());
  const double measure = ratios.empty() ? 1e-3 : std::max(1e-3, ratios[3 * ratios.size() / 4]);
  for (std::size_t i = 0; i < a.size(); ++i)
    if (height(a[i]) <= 8 * measure * (height(b[i]) + 1)) own[i] = 0;
}

double norm_of(const Peaks& p) {
  double sum = 0;
  for (const float v : p) sum += static_cast<double>(v) * static_cast<double>(v);
  return std::sqrt(sum);
}

/// Whether another pattern has the peaks `own`: their cosine, with all of the other pattern.
bool has(const Peaks& other, const Peaks& own) {
  double sum = 0;
  for (std::size_t i = 0; i < own.size(); ++i) sum += static_cast<double>(own[i]) * static_cast<double>(other[i]);
  return sum > 0.5 * norm_of(own) * norm_of(other);
}

}  // namespace

int distinct_patterns(const std::vector<std::vector<float>>& peaks, const std::vector<double>& mass, double threshold) {
  const int n = static_cast<int>(peaks.size());
  const auto group = groups_of(similarities(peaks), n, threshold);
  const int groups = n == 0 ? 0 : *std::max_element(group.begin(), group.end()) + 1;
  std::vector<std::size_t> hidden;
  for (int g = 0; g < groups; ++g) {
    std::vector<std::size_t> members, usual;
    for (std::size_t i = 0; i < peaks.size(); ++i)
      if (group[i] == g) members.push_back(i);
    std::stable_sort(members.begin(), members.end(), [&](std::size_t a, std::size_t b) { return mass[a] > mass[b]; });
    for (const auto a : members) {
      Peaks own = peaks[a];
      for (const auto b : usual) clear_shared(peaks[a], peaks[b], own);
      const double part = norm_of(own) / std::max(1e-30, norm_of(peaks[a]));
      bool found = !usual.empty() && part * part > 0.5 && std::count_if(own.begin(), own.end(), [](float v) { return v > 2; }) >= 8;
      for (std::size_t i = 0; i < peaks.size() && found; ++i)
        if (group[i] != g) found = !has(peaks[i], own);
      for (const auto h : hidden) found = found && !has(peaks[h], own);
      (found ? hidden : usual).push_back(a);
    }
  }
  return groups + static_cast<int>(hidden.size());
}

}  // namespace ronchi::components
