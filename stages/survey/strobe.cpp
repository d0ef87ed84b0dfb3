// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/strobe.hpp"

#include <algorithm>
#include <cmath>

namespace ronchi::survey {

std::int64_t strobe_channels(std::span<const std::int64_t> sum, const Axis& energy) {
  const double kev = energy.units == "keV" ? 1 : energy.units == "eV" ? 1e-3 : 0;
  if (kev == 0 || !(energy.scale > 0)) return 0;
  const auto size = static_cast<std::int64_t>(sum.size());
  const auto channel = [&](double e) { return static_cast<std::int64_t>(std::llround((e / kev - energy.offset) / energy.scale)); };
  const std::int64_t low = std::max<std::int64_t>(0, channel(-0.08)), high = std::min(size - 1, channel(0.08));
  if (high < low) return 0;
  const auto peak = std::max_element(sum.begin() + low, sum.begin() + high + 1) - sum.begin();
  const std::int64_t limit = std::min(size - 1, channel(0.25));
  if (limit <= peak) return 0;
  const auto valley = std::min_element(sum.begin() + peak, sum.begin() + limit + 1) - sum.begin();
  // A maximum at the rim of the window is the flank of a line further up, not a peak at zero.
  if (peak == high || sum[static_cast<std::size_t>(peak)] <= 0) return 0;
  if (sum[static_cast<std::size_t>(peak)] < 5 * std::max<std::int64_t>(1, sum[static_cast<std::size_t>(valley)])) return 0;
  return valley + 1;
}

}  // namespace ronchi::survey
