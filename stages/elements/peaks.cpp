// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <cmath>

#include "stages/elements/spectrum.hpp"

namespace ronchi::elements {

namespace {
constexpr double mn_ka = 5.8988;         // keV
constexpr double to_sigma = 0.42466;     // FWHM -> standard deviation of a Gaussian
constexpr double silicon_escape = 1.74;  // keV
}  // namespace

double Spectrum::width(double energy) const {
  return std::sqrt(std::max(0.030 * 0.030, resolution * resolution + 0.0025 * (energy - mn_ka)));
}

bool Spectrum::sees(const Line& line) const {
  const double at = channel(line.energy);
  if (at < 0 || at > static_cast<double>(counts.size()) - 1) return false;
  // Half a width to either side must be measured, or the peak is cut.
  for (const double side : {-0.5, 0.0, 0.5}) {
    const auto c = std::llround(channel(line.energy + side * width(line.energy)));
    if (c < 0 || c >= static_cast<long long>(counts.size()) || !used(c)) return false;
  }
  return line.energy * 1.1 < beam_energy;
}

std::vector<Peak> find_peaks(const Spectrum& s, double least_significance) {
  const auto n = static_cast<std::int64_t>(s.counts.size());
  std::vector<double> significance(s.counts.size(), 0), height(s.counts.size(), 0);
  for (std::int64_t c = 0; c < n; ++c) {
    if (!s.used(c)) continue;
    const double sigma = to_sigma * s.width(s.energy(static_cast<double>(c))) / std::abs(s.scale);
    const auto reach = static_cast<std::int64_t>(std::ceil(3.5 * sigma));
    double sum = 0, variance = 0, norm = 0, correction = 0, support = 0;
    bool whole = true;
    std::array<double, 2> weight{};
    for (std::int64_t d = -reach; d <= reach && whole; ++d) {
      if (c + d < 0 || c + d >= n || !s.used(c + d)) {
        whole = false;
        break;
      }
      const double u = static_cast<double>(d) / sigma;
      weight[0] = (1 - u * u) * std::exp(-u * u / 2);
      correction += weight[0];
      support += 1;
    }
    if (!whole) continue;
    correction /= support;  // the filter cut off at 3.5 sigma and sampled has not quite zero area
    for (std::int64_t d = -reach; d <= reach; ++d) {
      const double u = static_cast<double>(d) / sigma, gauss = std::exp(-u * u / 2), w = (1 - u * u) * gauss - correction;
      const double y = s.counts[static_cast<std::size_t>(c + d)];
      sum += w * y;
      variance += w * w * std::max(y, 0.0);
      norm += w * gauss;
    }
    significance[static_cast<std::size_t>(c)] = variance > 0 ? sum / std::sqrt(variance + 1) : 0;
    height[static_cast<std::size_t>(c)] = sum / norm * sigma * 2.5066;
  }
  std::vector<Peak> peaks;
  for (std::int64_t c = 1; c + 1 < n; ++c) {
    const auto i = static_cast<std::size_t>(c);
    if (significance[i] < least_significance || height[i] < height[i - 1] || height[i] <= height[i + 1]) continue;
    const double bend = height[i - 1] - 2 * height[i] + height[i + 1];
    const double shift = bend < 0 ? 0.5 * (height[i - 1] - height[i + 1]) / bend : 0;
    peaks.push_back({s.energy(static_cast<double>(c) + shift), significance[i], height[i]});
  }
  return peaks;
}

std::vector<Peak> unexplained(const Spectrum& s, std::span<const Peak> peaks, std::span<const Found> found) {
  // Weak lines that the fit leaves out, by their nearly constant ratio to a strong one: Ll, Lg3, Mz, Mg, M2-N4; L eta of heavy
  // elements.
  static constexpr std::pair<std::string_view, double> minor[] = {
      {"La", 0.876}, {"Lg", 1.032}, {"Ma", 0.781}, {"Ma", 1.137}, {"Ma", 1.314}};
  std::vector<double> lines, strong;
  for (const auto& f : found)
    for (const auto& family : families(*f.element))
      for (const auto& line : family.lines) {
        lines.push_back(line.energy);
        for (const auto& [of, ratio] : minor)
          if (line.name == of) lines.push_back(ratio * line.energy);
        if (line.name == "La" && line.energy > 5) lines.push_back(1.057 * line.energy);
        if (f.share > 0.1 && line.weight > 0.5) strong.push_back(line.energy);
      }
  for (const double e : strong) {
    lines.push_back(e - silicon_escape);
    for (const double other : strong) lines.push_back(e + other);
  }
  double most = 0;
  for (const auto& p : peaks) most = std::max(most, p.net);
  std::vector<Peak> left;
  for (const auto& p : peaks) {
    // A component whose strong line is dented by another component has false peaks in its flanks.
    const double near = (p.net < 0.2 * most ? 1.5 : 0.6) * s.width(p.energy);
    if (p.net > 0.01 * most && std::none_of(lines.begin(), lines.end(), [&](double e) { return std::abs(e - p.energy) < near; }))
      left.push_back(p);
  }
  return left;
}

bool is_remnant(const Spectrum& s, const Peak& peak, std::size_t component, std::span<const std::vector<Peak>> peaks,
                std::span<const Peak> all) {
  for (std::size_t c = 0; c < peaks.size(); ++c)
    if (c != component && std::any_of(peaks[c].begin(), peaks[c].end(), [&](const Peak& other) {
          return std::abs(other.energy - peak.energy) < 1.5 * s.width(peak.energy) && other.net > 2 * peak.net;
        }))
      return true;
  double most = 0;
  for (const auto& p : peaks[component]) most = std::max(most, p.net);
  return peak.net < 0.2 * most && std::none_of(all.begin(), all.end(), [&](const Peak& p) {
           return std::abs(p.energy - peak.energy) < 0.6 * s.width(peak.energy);
         });
}

std::vector<const Element*> candidates_at(const Spectrum& s, std::span<const Peak> peaks) {
  static constexpr std::array<std::string_view, 14> unlikely{"Ne", "Ar", "Kr", "Xe", "Rn", "Tc", "Pm",
                                                             "Po", "At", "Fr", "Ra", "Ac", "Pa", "Be"};
  std::vector<const Element*> all;
  for (const auto& element : all_elements()) {
    if (std::find(unlikely.begin(), unlikely.end(), element.symbol) != unlikely.end()) continue;
    bool near = false;
    for (const auto& family : families(element))
      for (const auto& p : peaks)
        near = near || (s.sees(family.lines[0]) && std::abs(family.lines[0].energy - p.energy) < 0.5 * s.width(p.energy));
    if (near) all.push_back(&element);
  }
  return all;
}

}  // namespace ronchi::elements
