// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace ronchi::report {

struct Rgb {
  std::uint8_t red = 0, green = 0, blue = 0;
  friend bool operator==(Rgb, Rgb) = default;
};
static_assert(sizeof(Rgb) == 3);

/// Perceptually uniform, readable by the colour-blind and in grey print.
enum class ColourMap { grey, viridis, magma };

/// 256 colours, dark to bright.
[[nodiscard]] const std::array<Rgb, 256>& colours(ColourMap map);

/// The colour of label `index`: Okabe and Ito's set (Color Universal Design, 2008) with a purple for its black, told apart with
/// any colour vision; from the ninth label on, lighter variants.
[[nodiscard]] Rgb label_colour(std::size_t index);
/// For label 0 when its name says that it is no phase at all ("outside", "vacuum", ...).
[[nodiscard]] Rgb neutral_colour();
/// The colours of a set of labels, with the neutral one for a label 0 of such a name.
[[nodiscard]] std::vector<Rgb> label_colours(const std::vector<std::string>& names);

[[nodiscard]] std::string css(Rgb colour);  ///< "#rrggbb"

}  // namespace ronchi::report
