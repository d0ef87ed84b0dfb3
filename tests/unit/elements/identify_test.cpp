// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "tests/unit/elements/planted.hpp"

namespace ronchi::elements {

using testing::planted;
using testing::symbols;
using testing::these;

namespace {
const std::map<std::string, double> alumina_on_copper{{"Al K", 30000}, {"O K", 20000}, {"Cu K", 8000}, {"Cu L", 4000}};
}

TEST(Identify, PlantedElementsComeBackFromAList) {
  const auto s = planted(alumina_on_copper);
  const auto found = identify(s, these({"Al", "C", "Ca", "Cr", "Cu", "Fe", "Ga", "Mg", "N", "Na", "O", "Pt", "S", "Si", "Ti"}), {});
  EXPECT_EQ(symbols(found), "Al O Cu");
  EXPECT_EQ(component_name(found), "Al-O-Cu");
  // Net counts as planted; five standard deviations of the counts, and the background under them, are about 4 %.
  EXPECT_NEAR(found[0].net, 30000, 1200);
  EXPECT_NEAR(found[1].net, 20000, 1200);
  EXPECT_NEAR(found[2].net, 12000, 1000);
}

TEST(Identify, PlantedElementsComeBackFromASearch) {
  const auto s = planted(alumina_on_copper);
  const auto found = identify(s, candidates_at(s, find_peaks(s)), {});
  EXPECT_EQ(symbols(found), "Al O Cu");
}

TEST(Identify, LinesAreNamedWithTheirShells) {
  const auto found = identify(planted(alumina_on_copper), these({"Al", "O", "Cu"}), {});
  ASSERT_EQ(symbols(found), "Al O Cu");
  std::string lines;
  for (const auto& line : found[2].lines) lines += line.name + " ";
  EXPECT_EQ(lines, "Ka Kb La Lb ");
}

TEST(Identify, OverlappingLinesAreToldApartByTheRestOfTheirFamilies) {
  // S Ka 2.307 and Mo La 2.293 keV: 14 eV apart at a width of 85 eV. Ti Ka 4.511 and Ba La 4.466 keV.
  EXPECT_EQ(symbols(identify(planted({{"Mo L", 20000}, {"Mo K", 6000}}), these({"S", "Mo", "Pb"}), {})), "Mo");
  EXPECT_EQ(symbols(identify(planted({{"S K", 20000}, {"Fe K", 10000}}), these({"S", "Mo", "Pb", "Fe"}), {})), "S Fe");
  EXPECT_EQ(symbols(identify(planted({{"Ba L", 20000}}), these({"Ti", "Ba"}), {})), "Ba");
  EXPECT_EQ(symbols(identify(planted({{"Ti K", 20000}}), these({"Ti", "Ba"}), {})), "Ti");
  const auto both = identify(planted({{"Ti K", 20000}, {"Ba L", 15000}}), these({"Ti", "Ba"}), {});
  ASSERT_EQ(symbols(both), "Ti Ba");
  EXPECT_NEAR(both[0].net, 20000, 1500);
  EXPECT_NEAR(both[1].net, 15000, 1500);
}

TEST(Identify, ATraceSeenInItsKLinesDoesNotClaimAPeakThatIsNotItsOwn) {
  // Zr La 2.042 keV lies on Pt Ma 2.050 keV; a little Zr K from the pole piece must not turn the Pt M peak into Zr.
  const auto found = identify(planted({{"Pt M", 60000}, {"Pt L", 60000}, {"Zr K", 2500}}), these({"Pt", "Zr"}), {});
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].element->symbol, "Pt");
  EXPECT_NEAR(found[0].net, 120000, 6000);
}

TEST(Identify, BackgroundAloneShowsNoElement) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto s = planted({}, 300, seed);
    EXPECT_EQ(
        symbols(identify(s, these({"Al", "C", "Ca", "Cr", "Cu", "Fe", "Ga", "Mg", "N", "Na", "O", "Pt", "S", "Si", "Ti"}), {})), "")
        << "seed " << seed;
    EXPECT_TRUE(find_peaks(s).empty()) << "seed " << seed;
  }
}

TEST(Identify, MaskedLinesAreNotClaimed) {
  auto s = planted(alumina_on_copper);
  s.masked.assign(s.counts.size(), 0);
  for (std::size_t c = 0; c < s.counts.size(); ++c) s.masked[c] = s.energy(static_cast<double>(c)) < 0.7;
  for (std::size_t c = 0; c < s.counts.size(); ++c)
    if (s.masked[c]) s.counts[c] = 0;
  EXPECT_EQ(symbols(identify(s, these({"Al", "O", "Cu", "C"}), {})), "Al Cu");
}

TEST(Peaks, AreFoundWhereTheyWerePlanted) {
  const auto peaks = find_peaks(planted({{"Si K", 20000}, {"Fe K", 20000}}));
  ASSERT_EQ(peaks.size(), 3U);  // Si Ka (Kb lies in its flank), Fe Ka, Fe Kb
  EXPECT_NEAR(peaks[0].energy, 1.740, 0.01);
  EXPECT_NEAR(peaks[1].energy, 6.404, 0.005);
  EXPECT_NEAR(peaks[2].energy, 7.058, 0.01);
  const double fe_ka = families(*find_element("Fe"))[0].lines[0].weight * 20000;
  EXPECT_NEAR(peaks[1].net, fe_ka, 0.03 * fe_ka);
}

TEST(Peaks, WhatTheListDoesNotExplainIsSaid) {
  const auto s = planted({{"Al K", 30000}, {"K K", 3000}});
  const auto found = identify(s, these({"Al", "O"}), {});
  ASSERT_EQ(symbols(found), "Al");
  const auto left = unexplained(s, find_peaks(s), found);
  ASSERT_EQ(left.size(), 1U);
  EXPECT_NEAR(left[0].energy, 3.314, 0.01);
}

TEST(Peaks, WhatOtherComponentsLeaveIsNotMistakenForALine) {
  const Spectrum s = planted({});
  const std::vector<std::vector<Peak>> peaks{{{2.05, 300, 50000}, {6.28, 20, 600}, {9.0, 30, 15000}, {3.31, 20, 900}},
                                             {{6.40, 200, 30000}, {1.25, 100, 20000}}};
  const std::vector<Peak> all{{2.05, 300, 50000}, {6.40, 200, 30000}, {3.32, 12, 1000}};
  EXPECT_TRUE(is_remnant(s, peaks[0][1], 0, peaks, all)) << "in the flank of the other's larger peak";
  EXPECT_FALSE(is_remnant(s, peaks[0][2], 0, peaks, all)) << "a main line of the component";
  EXPECT_FALSE(is_remnant(s, peaks[0][3], 0, peaks, all)) << "weak, but the sum shows it";
  EXPECT_TRUE(is_remnant(s, peaks[0][3], 0, peaks, {})) << "weak, and the sum does not show it";
  EXPECT_FALSE(is_remnant(s, peaks[1][0], 1, peaks, all)) << "the larger one itself";
}

TEST(Names, AreTheLargestThreeAboveSixPerCent) {
  const auto f = [](const char* symbol, double share) { return Found{find_element(symbol), 0, share, 10, {}}; };
  EXPECT_EQ(component_name(std::vector<Found>{f("Al", 0.6), f("O", 0.35), f("C", 0.05)}), "Al-O");
  EXPECT_EQ(component_name(std::vector<Found>{f("Al", 0.3), f("O", 0.3), f("Si", 0.2), f("Cu", 0.2)}), "Al-O-Si");
  EXPECT_EQ(component_name(std::vector<Found>{f("O", 0.6), f("Si", 0.31), f("Al", 0.09)}), "O-Si-Al");
  EXPECT_EQ(component_name(std::vector<Found>{}), "");
}

}  // namespace ronchi::elements
