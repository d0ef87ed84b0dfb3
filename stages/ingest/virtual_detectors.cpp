// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/ingest/virtual_detectors.hpp"

#include <cmath>

namespace ronchi::ingest {

namespace {

void append(VirtualDetector& d, std::int64_t y, std::int64_t x) {
  if (!d.runs.empty() && d.runs.back().y == y && d.runs.back().last == x)
    ++d.runs.back().last;
  else
    d.runs.push_back({y, x, x + 1});
}

}  // namespace

VirtualDetector ring(std::string name, std::int64_t height, std::int64_t width, const double (&beam)[2], const double (&unit)[2],
                     double inner, double outer) {
  VirtualDetector d;
  d.name = std::move(name);
  for (std::int64_t y = 0; y < height; ++y)
    for (std::int64_t x = 0; x < width; ++x) {
      const double r = std::hypot((static_cast<double>(y) - beam[0]) * unit[0], (static_cast<double>(x) - beam[1]) * unit[1]);
      if (r >= inner && r <= outer) append(d, y, x);
    }
  return d;
}

VirtualDetector window(std::string name, const Axis& energy, double from, double to) {
  VirtualDetector d;
  d.name = std::move(name);
  for (std::int64_t c = 0; c < energy.size; ++c) {
    const double e = energy.offset + energy.scale * static_cast<double>(c);
    if (e >= from && e <= to) append(d, 0, c);
  }
  return d;
}

}  // namespace ronchi::ingest
