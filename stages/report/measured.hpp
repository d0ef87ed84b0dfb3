// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "stages/report/content.hpp"

namespace ronchi::report {

/// Measured patterns at the crossings of chosen rows and columns, as JSON for the page:
/// {"y":[..],"x":[..],"scale":"identity"|"log","max":..,"bytes":".."}; slices x rows x columns patterns, one byte a pixel.
/// "identity": the bytes are the counts. "log": 255 log(1 + counts) / log(1 + max).
struct Measured {
  std::string json;
  std::vector<std::int64_t> y, x;
  std::string scale;  ///< "identity" or "log"
};

/// Embeds at most content.positions patterns, but at least one of every slice, in at most `most_bytes` of JSON; pixels are sums
/// over `bin` x `bin`. Nothing if there are no frames or no room for one.
[[nodiscard]] std::optional<Measured> measured_patterns(const Content& content, const Layout& layout, std::int64_t bin,
                                                        double most_bytes);

}  // namespace ronchi::report
