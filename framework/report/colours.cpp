// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/report/colours.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace ronchi::report {

namespace {

constexpr Rgb rgb(std::uint32_t hex) {
  return {static_cast<std::uint8_t>(hex >> 16), static_cast<std::uint8_t>(hex >> 8), static_cast<std::uint8_t>(hex)};
}

// viridis and magma by S. van der Walt, N. Smith and E. Firing, released under CC0; every eighth colour, between which
// straight lines stay within two steps of 255.
using Anchors = std::array<std::uint32_t, 33>;
constexpr Anchors viridis{0x440154, 0x470d60, 0x48186a, 0x482374, 0x472d7b, 0x453681, 0x424086, 0x3f4989, 0x3b528b,
                          0x375a8d, 0x33638d, 0x2f6a8e, 0x2c728e, 0x297a8e, 0x26818e, 0x23898e, 0x21908c, 0x1f988b,
                          0x1f9f88, 0x21a685, 0x28ae80, 0x31b57b, 0x3ebc74, 0x4cc26c, 0x5dc963, 0x6ece58, 0x82d34c,
                          0x96d83f, 0xabdc32, 0xc0df24, 0xd5e21a, 0xeae51a, 0xfde725};
constexpr Anchors magma{0x000004, 0x030311, 0x0a0822, 0x130d33, 0x1d1146, 0x28115a, 0x36106a, 0x430f76, 0x50127c,
                        0x5d177f, 0x691c81, 0x762181, 0x822681, 0x8f2a81, 0x9c2e7f, 0xa9327d, 0xb63779, 0xc33b75,
                        0xcf4170, 0xdb486a, 0xe65163, 0xee5c5e, 0xf5695c, 0xf9785d, 0xfb8761, 0xfd9668, 0xfea571,
                        0xfeb47b, 0xfec387, 0xfed194, 0xfde0a2, 0xfceeb0, 0xfcfdbf};

std::array<Rgb, 256> interpolated(const Anchors& anchors) {
  std::array<Rgb, 256> table;
  for (std::size_t i = 0; i < table.size(); ++i) {
    const double t = 32.0 * static_cast<double>(i) / 255.0;
    const auto k = std::min<std::size_t>(31, static_cast<std::size_t>(t));
    const double f = t - static_cast<double>(k);
    const Rgb a = rgb(anchors[k]), b = rgb(anchors[k + 1]);
    const auto mix = [f](std::uint8_t x, std::uint8_t y) { return static_cast<std::uint8_t>(std::lround(x + f * (y - x))); };
    table[i] = {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
  }
  return table;
}

std::array<Rgb, 256> grey_table() {
  std::array<Rgb, 256> table;
  for (std::size_t i = 0; i < table.size(); ++i)
    table[i] = {static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i), static_cast<std::uint8_t>(i)};
  return table;
}

}  // namespace

const std::array<Rgb, 256>& colours(ColourMap map) {
  static const std::array<std::array<Rgb, 256>, 3> tables{grey_table(), interpolated(viridis), interpolated(magma)};
  return tables[static_cast<std::size_t>(map)];
}

Rgb label_colour(std::size_t index) {
  static constexpr std::array<std::uint32_t, 8> okabe_ito{0x0072b2, 0xe69f00, 0x009e73, 0xcc79a7,
                                                          0x56b4e9, 0xd55e00, 0xf0e442, 0x8c6bb1};
  Rgb colour = rgb(okabe_ito[index % okabe_ito.size()]);
  for (std::size_t round = index / okabe_ito.size(); round > 0; --round) {
    const auto lighter = [](std::uint8_t v) { return static_cast<std::uint8_t>(v + (255 - v) * 2 / 5); };
    colour = {lighter(colour.red), lighter(colour.green), lighter(colour.blue)};
  }
  return colour;
}

Rgb neutral_colour() { return rgb(0x3a3f45); }

std::vector<Rgb> label_colours(const std::vector<std::string>& names) {
  std::vector<Rgb> set;
  bool neutral = false;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i == 0)
      for (const char* word : {"outside", "vacuum", "none", "unassigned", "background"})
        neutral = neutral || names[0].find(word) != std::string::npos;
    set.push_back(i == 0 && neutral ? neutral_colour() : label_colour(i - (neutral ? 1 : 0)));
  }
  return set;
}

std::string css(Rgb c) { return fmt::format("#{:02x}{:02x}{:02x}", c.red, c.green, c.blue); }

}  // namespace ronchi::report
