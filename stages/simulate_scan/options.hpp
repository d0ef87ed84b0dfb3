// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "framework/physics/phase.hpp"

namespace ronchi::simulate_scan {

enum class SpecimenKind { nanowire, precipitates };
enum class Axis3 { beam, plane };

/// Precipitates of one kind in a foil: cylinders, from plates to needles.
struct Population {
  std::string phase;
  double area_fraction = 0.05;
  double diameter = 12, height = 60;
  Axis3 axis = Axis3::beam;
  double direction = 0;
  double spread = 0.2;
};
void describe(config::Schema<Population>& s);

/// Cross-section of the wire: a hexagon with facets edge-on to the beam ({112} facets for a beam along <110>: the profile has
/// sharp edges of half the full thickness), a hexagon with a facet across the beam ({110} facets: it tapers to nothing), or a
/// circle.
enum class CrossSection { facets_edge_on, facets_face_on, circular };

struct Options {
  // The scan
  std::vector<std::int64_t> scan{100, 200};
  double step = 2;
  double probe = 1.5;
  // The wire: its axis runs along the fast scan direction
  std::vector<physics::Phase> phases = physics::gallium_arsenide();
  double diameter = 110;
  CrossSection cross_section = CrossSection::facets_edge_on;
  double segment_length = 40, shortest_segment = 10;
  double interface_inclination = 0;
  double bend = 0.7, twist = 0.3, sag = 2;
  std::vector<double> mistilt{0.2, -0.15};
  // Or a foil with precipitates
  SpecimenKind specimen = SpecimenKind::nanowire;
  double foil_thickness = 70, wedge = 0.4;
  double misorientation = 0.2;
  std::vector<Population> precipitates;
  // The microscope
  double energy = 200;
  double precession = 1;
  double convergence = 0.8;
  double dose = 200;
  double beam = 4;
  double diffuse = 0.25, diffuse_width = 0.25;
  double vacuum_background = 0.02, carbon_film = 0;
  double descan_linear = 3, descan_quadratic = 1;
  // The detector
  std::int64_t detector = 128;
  double pixel = 0.016;
  double pitch = 55;
  double rotation = 0;
  double charge_sharing = 0.15;
  std::int64_t hot_pixels = 4, dead_pixels = 4;
  double hot_rate = 20;
};
void describe(config::Schema<Options>& s);

}  // namespace ronchi::simulate_scan
