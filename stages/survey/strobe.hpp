// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

#include "framework/data/frames.hpp"

namespace ronchi::survey {

/// The channels below the end of the zero-energy (strobe, noise) peak of an X-ray detector, counted from channel 0; 0 if there is
/// none. A peak within 0.08 keV of zero that stands 5 times above the lowest channel up to 0.25 keV; it ends there. Axes in eV or
/// keV; without units none is looked for.
[[nodiscard]] std::int64_t strobe_channels(std::span<const std::int64_t> sum, const Axis& energy);

}  // namespace ronchi::survey
