// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/physics/phase.hpp"

#include <cmath>
#include <numbers>

#include "framework/base/error.hpp"
#include "framework/physics/scattering.hpp"

namespace ronchi::physics {

namespace {

Miller indices(const std::vector<int>& list, const Phase& phase, const char* what) {
  if (list.size() != 3)
    fail(Fault::usage, "Write three indices; for hexagonal crystals leave out the third of four and use the three-axis form.",
         "{} of phase '{}' has {} numbers, 3 expected", what, phase.name, list.size());
  return {list[0], list[1], list[2]};
}

}  // namespace

void describe(config::Schema<Phase>& s) {
  s.field("name", &Phase::name).required().help("Name on maps and in tables");
  s.field("structure", &Phase::structure)
      .choices({"zinc_blende", "wurtzite", "fcc", "theta_prime"})
      .help(
          "Structure type; zinc blende of two equal elements is diamond; fcc takes the first element; theta_prime is Al2Cu's, with "
          "elements [Cu, Al]");
  s.field("elements", &Phase::elements).help("The two elements (one: both sites)");
  s.field("a", &Phase::a).range(1, 100).unit("A").help("Lattice parameter a");
  s.field("c", &Phase::c).range(1, 100).unit("A").help("Lattice parameter c (wurtzite, theta_prime)");
  s.field("u", &Phase::u).range(0, 1).help("Internal parameter of wurtzite");
  s.field("zone", &Phase::zone).help("Zone axis [u, v, w] along the beam; three-axis indices");
  s.field("up", &Phase::up).help("Reflection [h, k, l] of the zone that points along the growth direction");
  s.field("in_plane", &Phase::in_plane).range(-360, 360).unit("deg").help("Rotation of the pattern in its plane, away from `up`");
  s.field("debye_waller", &Phase::debye_waller).range(0, 10).unit("A^2").help("Debye-Waller B of all atoms");
}

Crystal crystal_of(const Phase& phase) {
  if (phase.elements.empty() || phase.elements.size() > 2)
    fail(Fault::usage, "Write elements: [Ga, As].", "phase '{}' names {} elements, 1 or 2 expected", phase.name,
         phase.elements.size());
  const int first = atomic_number(phase.elements.front()), second = atomic_number(phase.elements.back());
  switch (phase.structure) {
    case Structure::wurtzite:
      return wurtzite(first, second, phase.a, phase.c, phase.u, phase.debye_waller);
    case Structure::fcc:
      return fcc(first, phase.a, phase.debye_waller);
    case Structure::theta_prime:
      return theta_prime(first, second, phase.a, phase.c, phase.debye_waller);
    case Structure::zinc_blende:
      break;
  }
  return zinc_blende(first, second, phase.a, phase.debye_waller);
}

std::vector<Reflection> reflections_of(const Phase& phase, double limit, const Illumination& illumination) {
  auto reflections =
      zone_reflections(crystal_of(phase), indices(phase.zone, phase, "zone"), indices(phase.up, phase, "up"), limit, illumination);
  const double angle = phase.in_plane * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
  for (Reflection& r : reflections) {
    const double up = r.up, across = r.across;
    r.up = c * up - s * across;
    r.across = s * up + c * across;
  }
  return reflections;
}

std::vector<Phase> gallium_arsenide() {
  Phase zinc_blende, twin, wurtzite;
  zinc_blende.name = "zinc blende";
  twin.name = "twin";
  twin.zone = {-1, 1, 0};
  wurtzite.name = "wurtzite";
  wurtzite.structure = Structure::wurtzite;
  wurtzite.a = 3.989;
  wurtzite.zone = {1, 1, 0};
  wurtzite.up = {0, 0, 1};
  return {zinc_blende, twin, wurtzite};
}

}  // namespace ronchi::physics
