// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/describe_particles/options.hpp"

namespace ronchi::describe_particles {

void describe(config::Schema<Options>& s) {
  s.field("bonds", &Options::bonds)
      .range(0.5, 10)
      .unit("A")
      .help(
          "Atoms nearer than this are bonded, for the pairs first-first, second-second and unlike: the first minimum of the pair "
          "distribution. Empty: those of the simulation, 1.2 times r0 of its potential");
  s.field("surface", &Options::surface).range(1, 14).help("An atom with fewer bonds than this is at the surface");
  s.field("reach", &Options::reach)
      .range(0.5, 50)
      .unit("A")
      .help("How far around it an atom looks to see on which side there are more atoms, that is, how far outside it stands");
  s.field("profile_step", &Options::profile_step).range(0.01, 10).unit("A").help("Thickness of the shells of the radial profiles");
  s.field("profile_bins", &Options::profile_bins).range(1, 1000).help("Number of these shells; atoms beyond count in the last");
  s.field("whole", &Options::whole)
      .range(0, 1)
      .help("A particle whose largest fragment has a smaller share of the atoms is `fragmented`");
  s.field("pure", &Options::pure).range(0, 0.5).help("A particle with a smaller share of atoms of one species is `pure`");
  s.field("enclosed", &Options::enclosed)
      .range(0, 1)
      .help("A species is the core when the particle's enclosure, +1 or -1 at most, goes beyond this");
  s.field("centred", &Options::centred)
      .range(0, 1)
      .help("A core is `core_shell` when the particle's asymmetry, 1 at most, is below this, and else `off_centre`");
  s.field("separated", &Options::separated)
      .range(0, 1)
      .help("A particle without a core is `janus` when its asymmetry is above this, and else `mixed`");
  s.field("halves", &Options::halves)
      .range(0, 1)
      .help(
          "A particle is `janus` whatever its enclosure when its asymmetry is above this: a core of half the atoms that touches "
          "the "
          "surface, still covered, has 0.55, a core of a fifth 0.66");
}

}  // namespace ronchi::describe_particles
