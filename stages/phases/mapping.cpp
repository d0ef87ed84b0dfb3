// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/phases/mapping.hpp"

#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/data/threshold.hpp"

namespace ronchi::phases {

Map map_phases(std::span<const float> loadings, std::span<const double> totals, std::span<const int> names, int phases,
               std::span<const std::uint8_t> navigation_mask, std::optional<double> vacuum) {
  const std::size_t components = totals.size(), frames = components > 0 ? loadings.size() / components : 0;
  Map map;
  map.labels.assign(frames, 0);
  std::vector<double> all(frames, 0), counts(static_cast<std::size_t>(phases));
  for (std::size_t n = 0; n < frames; ++n) {
    std::fill(counts.begin(), counts.end(), 0.0);
    for (std::size_t k = 0; k < components; ++k)
      if (names[k] >= 0) counts[static_cast<std::size_t>(names[k])] += loadings[n * components + k] * totals[k];
    std::size_t best = 0;
    for (std::size_t p = 0; p < counts.size(); ++p) {
      all[n] += counts[p];
      if (counts[p] > counts[best]) best = p;
    }
    if (all[n] > 0) map.labels[n] = static_cast<std::uint8_t>(1 + best);
  }
  const auto masked = [&](std::size_t n) { return !navigation_mask.empty() && navigation_mask[n] != 0; };
  if (vacuum) {
    map.threshold = *vacuum;
  } else {
    std::vector<double> considered;
    for (std::size_t n = 0; n < frames; ++n)
      if (!masked(n)) considered.push_back(all[n]);
    map.threshold = li_threshold(considered);
  }
  for (std::size_t n = 0; n < frames; ++n)
    if (masked(n) || all[n] < map.threshold) map.labels[n] = 0;
  return map;
}

Comparison compare(std::span<const std::uint8_t> truth, const std::vector<std::string>& truth_names,
                   std::span<const std::uint8_t> labels, const std::vector<std::string>& names) {
  if (truth.size() != labels.size())
    fail(Fault::usage, "Put the simulate_scan stage that the decomposed data come from into `after:`.",
         "the truth has {} positions, the phase map {}", truth.size(), labels.size());
  Comparison c;
  c.confusion.assign(truth_names.size() * names.size(), 0);
  for (std::size_t n = 0; n < truth.size(); ++n) {
    const std::size_t t = truth[n], l = labels[n];
    if (t >= truth_names.size() || l >= names.size()) fail(Fault::corrupt, "", "position {} has a label without a name", n);
    ++c.confusion[t * names.size() + l];
    if (t == 0) continue;
    ++c.inside;
    if (l != 0 && truth_names[t] == names[l]) ++c.right;
  }
  return c;
}

}  // namespace ronchi::phases
