// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/describe_particles/stage.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/error.hpp"
#include "stages/describe_particles/figures.hpp"
#include "stages/describe_particles/measures.hpp"
#include "stages/simulate_particles/structures.hpp"

namespace ronchi::describe_particles {
namespace {

struct Columns {
  engine::Part& part;
  std::int64_t bins;

  void declare() const {
    part.rows<std::uint8_t>("class", {});
    for (const char* name : {"atoms", "fragments", "largest_fragment", "bonds", "unlike_bonds"}) part.rows<std::int32_t>(name, {});
    part.rows<std::int32_t>("counts", {2});
    for (const char* name : {"composition", "separation", "asymmetry", "enclosure", "short_range_order", "q4", "q6", "fcc", "hcp",
                             "fivefold", "gyration_radius", "asphericity"})
      part.rows<float>(name, {});
    part.rows<float>("mean_radius", {2});
    part.rows<float>("surface_fraction", {2});
    part.rows<std::uint16_t>("radial_profile", {2, bins});
  }

  void write(std::int64_t item, const Measures& m, Class is) const {
    const Range here{item, item + 1};
    const auto whole = [&](const char* name, std::int32_t value) { part.write<std::int32_t>(name, here, std::span(&value, 1)); };
    const auto number = [&](const char* name, double value) {
      const auto narrow = static_cast<float>(value);
      part.write<float>(name, here, std::span(&narrow, 1));
    };
    const auto pair = [&](const char* name, const std::array<double, 2>& values) {
      const float narrow[] = {static_cast<float>(values[0]), static_cast<float>(values[1])};
      part.write<float>(name, here, narrow);
    };
    const auto label = static_cast<std::uint8_t>(is);
    part.write<std::uint8_t>("class", here, std::span(&label, 1));
    whole("atoms", m.atoms());
    part.write<std::int32_t>("counts", here, m.counts);
    number("composition", m.composition());
    whole("fragments", m.fragments);
    whole("largest_fragment", m.largest_fragment);
    number("separation", m.segregation.separation);
    number("asymmetry", m.segregation.asymmetry);
    number("enclosure", m.segregation.enclosure);
    pair("mean_radius", m.radii);
    pair("surface_fraction", m.surface);
    whole("bonds", m.mixing.bonds);
    whole("unlike_bonds", m.mixing.unlike);
    number("short_range_order", m.mixing.short_range_order);
    number("q4", m.packing.q4);
    number("q6", m.packing.q6);
    number("fcc", m.packing.fcc);
    number("hcp", m.packing.hcp);
    number("fivefold", m.packing.fivefold);
    number("gyration_radius", m.shape.gyration_radius);
    number("asphericity", m.shape.asphericity);
    part.write<std::uint16_t>("radial_profile", here, m.profile);
  }
};

/// Distances up to 10 A into [3, pair_steps].
void count_pairs(const physics::Particle& particle, std::span<std::int64_t> counts) {
  for (std::size_t i = 0; i < particle.size(); ++i)
    for (std::size_t j = i + 1; j < particle.size(); ++j) {
      const Vector a = position(particle, i), b = position(particle, j);
      const double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
      const double bin = std::sqrt(x * x + y * y + z * z) / pair_step;
      if (bin >= pair_steps) continue;
      const int s = particle.species[i], t = particle.species[j];
      ++counts[static_cast<std::size_t>((s == t ? s : 2) * pair_steps) + static_cast<std::size_t>(bin)];
    }
}

}  // namespace

physics::Bonds bonds_for(const Options& options, const h5::Group& simulation) {
  const auto bonds = options.bonds.empty() ? simulation.read<double>("bonds") : options.bonds;
  if (bonds.size() != 3)
    fail(Fault::usage, "give the pairs first-first, second-second and unlike, or none at all",
         "describe_particles.bonds has {} numbers", bonds.size());
  return {bonds[0], bonds[1], bonds[2]};
}

engine::Plan DescribeParticles::plan(const engine::Inputs& inputs) const {
  const engine::Input& simulation = inputs.of_type("simulate_particles");
  (void)bonds_for(options_, simulation.index());
  engine::Plan plan;
  plan.items = simulation.items;
  plan.per_task = std::clamp<std::int64_t>(plan.items / 64, 16, 4096);  // some milliseconds each
  plan.bytes = plan.items * (100 + 4 * options_.profile_bins);
  return plan;
}

void DescribeParticles::run(const engine::Task& task, engine::Team&, const engine::Inputs& inputs, engine::Part& part) {
  const engine::Input& simulation = inputs.of_type("simulate_particles");
  const physics::Bonds bonds = bonds_for(options_, simulation.index());
  const Columns columns{part, options_.profile_bins};
  columns.declare();
  std::vector<std::int64_t> pairs(3 * pair_steps, 0);
  constexpr std::int64_t together = 256;  // read at once
  for (std::int64_t first = task.items.first; first < task.items.last; first += together) {
    const Range items{first, std::min(task.items.last, first + together)};
    const simulate_particles::Structures particles(simulation, items);
    for (std::int64_t item = items.first; item < items.last; ++item)
      part.item(item, [&] {
        const physics::Particle particle = particles.particle(item);
        const Measures m = measure(particle, bonds, options_);
        columns.write(item, m, classify(m, options_));
        count_pairs(particle, pairs);
      });
  }
  part.add("pair_distribution", pairs, {3, pair_steps});
}

void DescribeParticles::finish(const engine::Parts& parts, const engine::Inputs& inputs, engine::Output& output) {
  const engine::Input& simulation = inputs.of_type("simulate_particles");
  const h5::File index = simulation.index();
  output.h5().write_texts("class_names", class_names());
  output.h5().write_texts("symbols", index.read_texts("symbols"));
  add_figures(options_, bonds_for(options_, index), parts, simulation, output.h5());
}

}  // namespace ronchi::describe_particles
