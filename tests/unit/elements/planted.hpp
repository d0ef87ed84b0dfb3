// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <map>
#include <string>

#include "framework/base/random.hpp"
#include "stages/elements/spectrum.hpp"

namespace ronchi::elements::testing {

/// A spectrum of 2048 channels of 10 eV from -0.47 keV on: bremsstrahlung-like background and, for each family such as
/// "Cu K", a number of counts; every channel is then a Poisson number.
inline Spectrum planted(const std::map<std::string, double>& counts, double background = 200, std::uint64_t seed = 1) {
  Spectrum s;
  s.offset = -0.47;
  std::vector<double> mean(2048, 0);
  for (std::size_t c = 0; c < mean.size(); ++c) {
    const double e = s.energy(static_cast<double>(c));
    if (e > 0.08) mean[c] = background * std::exp(-e / 5) * (1 - std::exp(-e / 0.4));
  }
  for (const auto& [what, number] : counts)
    for (const auto& family : families(*find_element(what.substr(0, what.find(' '))))) {
      if (family.shell != what.back()) continue;
      for (const auto& line : family.lines) {
        const double sigma = s.width(line.energy) / 2.354820;
        for (std::size_t c = 0; c < mean.size(); ++c)
          mean[c] += number * line.weight * s.scale / (sigma * 2.506628) *
                     std::exp(-std::pow((s.energy(static_cast<double>(c)) - line.energy) / sigma, 2) / 2);
      }
    }
  for (std::size_t c = 0; c < mean.size(); ++c) s.counts.push_back(static_cast<double>(Random(seed, 5, c, 0).poisson(mean[c])));
  return s;
}

inline std::vector<const Element*> these(std::initializer_list<const char*> symbols) {
  std::vector<const Element*> all;
  for (const char* symbol : symbols) all.push_back(find_element(symbol));
  return all;
}

inline std::string symbols(const std::vector<Found>& found) {
  std::string text;
  for (const auto& f : found) text += std::string(text.empty() ? "" : " ") + std::string(f.element->symbol);
  return text;
}

}  // namespace ronchi::elements::testing
