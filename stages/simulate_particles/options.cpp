// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_particles/options.hpp"

namespace ronchi::simulate_particles {

void describe(config::Schema<Leg>& s) {
  s.field("duration", &Leg::duration)
      .range(0.001, 1e6)
      .unit("ps")
      .help("How long; [least, most]: drawn for each particle, uniform in its logarithm");
  s.field("from", &Leg::from).range(0, 1e5).unit("K").help("Temperature of the thermostat at the beginning");
  s.field("to", &Leg::to).range(0, 1e5).unit("K").help("Temperature at the end; linear between");
  s.field("thermostat", &Leg::thermostat)
      .choices({"none", "bussi", "langevin"})
      .help("none: constant energy; bussi: stochastic velocity rescaling; langevin: friction and noise on every atom");
  s.field("time_constant", &Leg::time_constant).range(1e-3, 1e3).unit("ps").help("Relaxation time of the thermostat");
}

void describe(config::Schema<Protocol>& s) {
  s.field("name", &Protocol::name).required().help("Name in tables; one of a built-in protocol puts this one in its place");
  s.field("weight", &Protocol::weight).range(0, 1e6).help("Share of the simulations, relative to the other protocols'");
  s.field("start", &Protocol::start)
      .choices({"gas", "droplets", "cluster"})
      .help("Atoms at random in a box; a droplet of each species, joined; a crystalline cluster");
  s.field("density", &Protocol::density)
      .range(1e-3, 60)
      .unit("1/nm^3")
      .help(
          "gas: atoms per volume, or [least, most], uniform in its logarithm; sets the edge of the cubic box, which is never below "
          "twice the reach of the neighbour lists");
  s.field("boundary", &Protocol::boundary)
      .choices({"open", "periodic", "reflecting"})
      .help("gas: what the sides of the box do to atoms. open: nothing, there is none");
  s.field("structure", &Protocol::structure)
      .choices({"fcc", "liquid"})
      .help("droplets: a sphere cut from fcc, turned at random, or filled at random with the density of a liquid");
  s.field("gap", &Protocol::gap)
      .range(0, 100)
      .unit("A")
      .help("droplets: distance of the nearest two atoms beyond the nearest-neighbour distance of the two species");
  s.field("prepare", &Protocol::prepare).help("droplets: what each goes through alone, before they are joined");
  s.field("shape", &Protocol::shape)
      .choices({"icosahedron", "sphere"})
      .help("cluster: the innermost atoms of Mackay's icosahedron, or of fcc about a point at random");
  s.field("arrangement", &Protocol::arrangement)
      .choices({"core_shell", "janus", "random"})
      .help("cluster: the second species inside, on one side, or anywhere");
  s.field("legs", &Protocol::legs).help("What the particle goes through; the last leg of the stage follows");
}

void describe(config::Schema<Options>& s) {
  s.field("simulations", &Options::simulations).range(0, 1e9).help("Number of particles");
  s.field("schedule", &Options::schedule)
      .choices({"full", "short"})
      .help(
          "Built-in protocols and sizes: full (gas quenched in 1 ns, up to 1000 atoms) or short (0.2 to 0.3 ns from a dense gas, "
          "20 to 250 atoms)");
  s.field("potential", &Options::potential).help("Name of a parameter set, or a YAML file with one");
  s.field("atoms", &Options::atoms)
      .range(1, static_cast<double>(md::largest_cluster))
      .help("Atoms of a particle, [least, most], uniform; none: [100, 1000] (full) or [20, 250] (short)");
  s.field("composition", &Options::composition).range(0, 1).help("Share of the second species, [least, most], uniform");
  s.field("protocols", &Options::protocols)
      .help(
          "Further protocols beside the built-in core_shell, janus and heated, or in their place by name; `ronchi plan` "
          "lists them");
  s.field("mixture", &Options::mixture)
      .range(0, 1e6)
      .help("Weights of the built-in and further protocols, in their order; none: their own");
  s.field("last", &Options::last).help("Leg that ends every simulation, without a box");
  s.field("largest_fragment", &Options::largest_fragment)
      .range(0, 1)
      .help("Particles whose largest bonded fragment has a smaller share of the atoms than this fail");
  s.field("timestep", &Options::timestep)
      .range(0.01, 100)
      .unit("fs")
      .help("Step of the integration; the hot gas wants 1 fs or less");
  s.field("precision", &Options::precision)
      .choices({"mixed", "double"})
      .help("mixed: forces of pairs in single precision, positions and velocities in double");
  s.field("relax", &Options::relax).help("Also the energy of the nearest minimum");
  s.field("batch", &Options::batch)
      .range(1, 1 << 20)
      .speed()
      .help(
          "Particles that a rank advances together, a task; auto: as many as take a minute on a core at an assumed 5 million "
          "atom-steps a second (measured with AVX-512: 20 million)");
}

}  // namespace ronchi::simulate_particles
