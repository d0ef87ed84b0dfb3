// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Energies of relaxed clusters. Those marked LAMMPS were computed by its `minimize` from a table of the same potential; the others
// by an independent program in Python with another minimiser.
#include <gtest/gtest.h>

#include <vector>

#include "framework/md/gupta.hpp"
#include "framework/md/icosahedron.hpp"
#include "framework/md/trajectory.hpp"

namespace ronchi::md {
namespace {

constexpr std::uint8_t ag = 0, co = 1;
constexpr double tolerance = 1e-5;  // eV

double relaxed(const std::string& set, physics::Particle particle) { return relax(particle, potential(set), 1e-6); }

double relaxed(const std::string& set, const std::vector<std::uint8_t>& shells) {
  return relaxed(set, icosahedron(shells.back() == ag ? 2.75 : 2.45, {"Ag", "Co"}, shells));
}

/// All of silver but one atom.
double with_one_cobalt(const std::string& set, int shells, std::size_t where) {
  physics::Particle p = icosahedron(2.75, {"Ag", "Co"}, std::vector<std::uint8_t>(static_cast<std::size_t>(shells + 1), ag));
  p.species[where] = co;
  return relaxed(set, p);
}

double dimer(const std::string& set, std::uint8_t a, std::uint8_t b, double& distance) {
  physics::Particle p{{"Ag", "Co"}, {a, b}, {0, 0, 0, 0, 2.4, 0}};
  const double energy = relax(p, potential(set), 1e-9);
  distance = p.positions[4] - p.positions[1];
  return energy;
}

}  // namespace

TEST(ClusterEnergies, OfIcosahedraByLammps) {
  EXPECT_NEAR(relaxed("AgCo-P1", {ag, ag, ag}), -142.50501549, tolerance);
  EXPECT_NEAR(relaxed("AgCo-P1", {co, co, ag}), -161.43979477, tolerance);
  EXPECT_NEAR(relaxed("AgCo-P1", {co, co, co, ag}), -471.55873925, tolerance);
}

TEST(ClusterEnergies, OfPureIcosahedra) {
  EXPECT_NEAR(relaxed("AgCo-P1", {ag, ag}), -30.748845, tolerance);
  EXPECT_NEAR(relaxed("AgCo-P1", {ag, ag, ag, ag}), -395.846488, tolerance);
  EXPECT_NEAR(relaxed("AgCo-P1", {ag, ag, ag, ag, ag}), -849.447931, tolerance);
  EXPECT_NEAR(relaxed("AgCo-P1", {co, co}), -46.581965, tolerance);
  EXPECT_NEAR(relaxed("AgCo-P1", {co, co, co}), -214.032382, tolerance);
  EXPECT_NEAR(relaxed("AgCo-P1", {co, co, co, co}), -592.922061, tolerance);
  EXPECT_NEAR(relaxed("AgCo-P1", {co, co, co, co, co}), -1270.450576, tolerance);
}

TEST(ClusterEnergies, OfCoreAndShell) {
  EXPECT_NEAR(relaxed("AgCo-P2", {co, co, ag}), -158.629465, tolerance);
  EXPECT_NEAR(relaxed("AgCo-P2", {co, co, co, ag}), -464.812719, tolerance);
  const double cobalt_inside = relaxed("AgCo-P1", {co, co, co, co, ag});
  const double silver_inside = relaxed("AgCo-P1", {ag, ag, ag, ag, co});
  EXPECT_NEAR(cobalt_inside, -1049.592900, tolerance);
  EXPECT_NEAR(silver_inside, -979.660016, tolerance);
}

TEST(ClusterEnergies, OneCobaltAtomPrefersTheCentre) {
  const double centre = with_one_cobalt("AgCo-P1", 2, 0);
  EXPECT_NEAR(centre, -144.115474, tolerance);
  EXPECT_NEAR(with_one_cobalt("AgCo-P1", 2, 1) - centre, 0.3905, 1e-4) << "inner vertex";
  EXPECT_NEAR(with_one_cobalt("AgCo-P1", 2, 13) - centre, 0.8671, 1e-4) << "vertex of the surface";
  const double larger = with_one_cobalt("AgCo-P1", 3, 0);
  EXPECT_NEAR(larger, -397.573141, tolerance);
  EXPECT_NEAR(with_one_cobalt("AgCo-P1", 3, 55) - larger, 0.9564, 1e-4);
  const double other = with_one_cobalt("AgCo-P2", 2, 0);
  EXPECT_NEAR(other, -143.588695, tolerance);
  EXPECT_NEAR(with_one_cobalt("AgCo-P2", 2, 13) - other, 0.6790, 1e-4);
}

TEST(ClusterEnergies, OfDimers) {
  double distance = 0;
  EXPECT_NEAR(dimer("AgCo-P1", ag, ag, distance), -2.805606, 1e-6);
  EXPECT_NEAR(distance, 2.42650, 1e-5);
  EXPECT_NEAR(dimer("AgCo-P1", co, co, distance), -4.466939, 1e-6);
  EXPECT_NEAR(distance, 2.01070, 1e-5);
  EXPECT_NEAR(dimer("AgCo-P1", ag, co, distance), -3.412524, 1e-6);
  EXPECT_NEAR(distance, 2.24709, 1e-5);
  EXPECT_NEAR(dimer("AgCo-P2", ag, co, distance), -3.187008, 1e-6);
  EXPECT_NEAR(distance, 2.27937, 1e-5);
}

}  // namespace ronchi::md
