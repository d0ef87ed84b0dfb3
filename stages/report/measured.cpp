// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/report/measured.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "framework/report/base64.hpp"
#include "framework/report/html.hpp"
#include "stages/report/explorer.hpp"

namespace ronchi::report {

namespace {

/// `count` of [0, size), evenly, in the middles of equal pieces; all of them when there are no more.
std::vector<std::int64_t> spread(std::int64_t size, std::int64_t count) {
  std::vector<std::int64_t> chosen;
  count = std::clamp<std::int64_t>(count, 1, size);
  for (std::int64_t i = 0; i < count; ++i) chosen.push_back((2 * i + 1) * size / (2 * count));
  return chosen;
}

/// Counts of the patterns at these frame numbers (ascending), binned. Frames that lie in one stored chunk are read together.
std::vector<float> read_patterns(const FrameSource& source, const Layout& layout, const std::vector<std::int64_t>& frames,
                                 std::int64_t bin) {
  constexpr std::int64_t largest_read = 64 << 20;
  const std::int64_t frame_bytes = source.info().frame_bytes(), grain = std::max<std::int64_t>(1, source.grain());
  std::vector<float> all;
  std::vector<std::byte> raw;
  for (std::size_t i = 0; i < frames.size();) {
    std::size_t j = i + 1;
    while (j < frames.size() && frames[j] / grain == frames[i] / grain && (frames[j] + 1 - frames[i]) * frame_bytes <= largest_read)
      ++j;
    const Range range{frames[i], frames[j - 1] + 1};
    raw.resize(static_cast<std::size_t>(range.size() * frame_bytes));
    source.read(range, raw);
    for (; i < j; ++i) {
      std::vector<float> pattern(static_cast<std::size_t>(layout.pixels()));
      visit_scalar(source.info().type, [&](auto zero) {
        const std::byte* at = raw.data() + (frames[i] - range.first) * frame_bytes;
        for (auto& value : pattern) {
          std::memcpy(&zero, at, sizeof zero);
          value = static_cast<float>(zero);
          at += sizeof zero;
        }
      });
      const auto small = binned(pattern, layout.height, layout.width, bin);
      all.insert(all.end(), small.begin(), small.end());
    }
  }
  return all;
}

}  // namespace

std::optional<Measured> measured_patterns(const Content& content, const Layout& layout, std::int64_t bin, double most_bytes) {
  if (content.frames == nullptr || content.frames->info().frames() != layout.frames() ||
      content.frames->info().pixels() != layout.pixels())
    return std::nullopt;
  const std::int64_t pixels = ceil_div(layout.height, bin) * ceil_div(layout.width, bin);
  // Diffraction patterns deflate to between a third and all of their bytes: begin in the middle, then fit what was found.
  double count = std::min(
      {static_cast<double>(content.positions), most_bytes * 1.5 / static_cast<double>(pixels), 64e6 / static_cast<double>(pixels)});
  for (int attempt = 0; attempt < 6; ++attempt) {
    const double per_slice = count / static_cast<double>(layout.slices);
    if (per_slice < 1 && attempt > 0) return std::nullopt;
    const double side = std::sqrt(std::max(1.0, per_slice) / static_cast<double>(layout.ny * layout.nx));
    auto rows = std::clamp<std::int64_t>(std::llround(side * static_cast<double>(layout.ny)), 1, layout.ny);
    auto columns =
        std::clamp<std::int64_t>(static_cast<std::int64_t>(std::max(1.0, per_slice) / static_cast<double>(rows)), 1, layout.nx);
    Measured m;
    m.y = spread(layout.ny, rows);
    m.x = spread(layout.nx, columns);
    std::vector<std::int64_t> frames;
    for (std::int64_t slice = 0; slice < layout.slices; ++slice)
      for (const auto y : m.y)
        for (const auto x : m.x) frames.push_back((slice * layout.ny + y) * layout.nx + x);
    const auto counts = read_patterns(*content.frames, layout, frames, bin);
    float most = 0;
    bool whole = true;
    for (const float v : counts) {
      most = std::max(most, v);
      whole = whole && v >= 0 && v == std::floor(v);
    }
    m.scale = whole && most <= 255 ? "identity" : "log";
    std::vector<std::uint8_t> bytes(counts.size());
    const double unit = most > 0 ? 255 / std::log1p(static_cast<double>(most)) : 0;
    for (std::size_t i = 0; i < counts.size(); ++i)
      bytes[i] = static_cast<std::uint8_t>(m.scale == "identity"
                                               ? std::lround(counts[i])
                                               : std::lround(unit * std::log1p(std::max(0.0, static_cast<double>(counts[i])))));
    m.json = fmt::format(R"({{"y":[{}],"x":[{}],"scale":"{}","max":{},"bytes":"{}"}})", fmt::join(m.y, ","), fmt::join(m.x, ","),
                         m.scale, json_number(most, 9), base64(deflated(bytes)));
    if (static_cast<double>(m.json.size()) <= most_bytes) return m;
    count = 0.95 * static_cast<double>(frames.size()) * most_bytes / static_cast<double>(m.json.size());
  }
  return std::nullopt;
}

}  // namespace ronchi::report
