// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/strobe.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace ronchi::survey {
namespace {

/// Lines of 0.06 keV width (sigma 0.025) at given energies on a flat background.
std::vector<std::int64_t> spectrum(const Axis& e, const std::vector<std::pair<double, double>>& lines, double background,
                                   double from) {
  std::vector<std::int64_t> s;
  for (std::int64_t c = 0; c < e.size; ++c) {
    const double x = e.offset + e.scale * static_cast<double>(c);
    double v = x >= from ? background : 0;
    for (const auto& [energy, height] : lines) v += height * std::exp(-0.5 * std::pow((x - energy) / 0.025, 2));
    s.push_back(std::llround(v));
  }
  return s;
}

TEST(Strobe, ChannelsUpToTheEndOfTheZeroPeakAreMasked) {
  const Axis e{"Energy", "keV", 0.01, -0.47, 1024};
  const auto masked = strobe_channels(spectrum(e, {{0, 50000}, {0.277, 3000}, {8.04, 20000}}, 200, 0.13), e);
  const double end = e.offset + e.scale * static_cast<double>(masked);
  EXPECT_GT(end, 3 * 0.025);          // all but a permille of the peak
  EXPECT_LT(end, 0.277 - 3 * 0.025);  // and nothing of carbon
}

TEST(Strobe, InElectronVoltsToo) {
  const Axis kev{"Energy", "keV", 0.01, -0.2, 512}, ev{"Energy", "eV", 10, -200, 512};
  const auto s = spectrum(kev, {{0, 9000}, {0.525, 800}}, 20, 0.1);
  EXPECT_GT(strobe_channels(s, kev), 0);
  EXPECT_EQ(strobe_channels(s, kev), strobe_channels(s, ev));
}

TEST(Strobe, NoneWhereThereIsNone) {
  const Axis late{"Energy", "keV", 0.01, 0.157, 985};  // begins above zero
  EXPECT_EQ(strobe_channels(spectrum(late, {{0.277, 8000}}, 1200, 0), late), 0);
  const Axis e{"Energy", "keV", 0.01, -0.47, 1024};
  EXPECT_EQ(strobe_channels(spectrum(e, {{0.277, 8000}}, 200, 0.1), e), 0) << "the flank of carbon is no zero peak";
  EXPECT_EQ(strobe_channels(std::vector<std::int64_t>(1024, 0), e), 0);
  const Axis bare{"Energy", "", 0.01, -0.47, 1024};
  EXPECT_EQ(strobe_channels(spectrum(e, {{0, 50000}}, 200, 0.13), bare), 0);
}

}  // namespace
}  // namespace ronchi::survey
