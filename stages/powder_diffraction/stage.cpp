// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/powder_diffraction/stage.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/error.hpp"
#include "framework/engine/at_once.hpp"
#include "stages/powder_diffraction/figures.hpp"
#include "stages/simulate_particles/structures.hpp"

namespace ronchi::powder_diffraction {

namespace {

/// What becomes of one particle.
struct Pattern {
  std::vector<double> intensity, pdf;
};

void compute(const DebyeSum& sum, const physics::Particle& particle, const std::vector<double>& r, DebyeSum::Workspace& workspace,
             Pattern& pattern) {
  pattern.intensity.resize(sum.q().size());
  sum(particle, workspace, pattern.intensity);
  pattern.pdf = r.empty() ? std::vector<double>{} : pair_distribution(sum, particle, pattern.intensity, r);
}

/// Adds a pattern to those of its class; with none to nothing, so that the sums are there.
void add(engine::Part& part, const std::vector<double>& intensity, std::size_t points, std::size_t kind, std::size_t kinds) {
  std::vector<std::int64_t> count(kinds), sums(kinds * points);
  if (!intensity.empty()) count.at(kind) = 1;
  for (std::size_t j = 0; j < intensity.size(); ++j) sums.at(kind * points + j) = std::llrint(intensity[j] / intensity_unit);
  const auto rows = static_cast<std::int64_t>(kinds), columns = static_cast<std::int64_t>(points);
  part.add("particles_of_class", count, {rows});
  part.add("intensity_of_class", sums, {rows, columns});
}

std::vector<float> narrow(const std::vector<double>& values) { return {values.begin(), values.end()}; }

}  // namespace

void PowderDiffraction::check() const {
  if (options_.q.size() != 2 || options_.q[0] >= options_.q[1])
    fail(Fault::usage, "give [least, most] in 1/A", "powder_diffraction.q is not two numbers that rise");
}

engine::Plan PowderDiffraction::plan(const engine::Inputs& inputs) const {
  const engine::Input& simulation = inputs.of_type("simulate_particles");
  const engine::Input* described = inputs.find_type("describe_particles");
  const bool there = described != nullptr && described->items > 0;  // `ronchi plan` asks before
  if (there && described->items != simulation.items)
    fail(Fault::usage, "name the stage that was described in after:", "{} has {} particles, {} describes {}", simulation.name,
         simulation.items, described->name, described->items);
  engine::Plan plan;
  plan.items = simulation.items;
  plan.per_task = std::clamp<std::int64_t>(plan.items / 64, 1, 1024);  // some milliseconds each
  plan.bytes = 4 * plan.items * (options_.points + std::ssize(r_values(options_)));
  return plan;
}

void PowderDiffraction::run(const engine::Task& task, engine::Team&, const engine::Inputs& inputs, engine::Part& part) {
  const auto r = r_values(options_);
  const std::size_t kinds = class_names(inputs).size(), points = static_cast<std::size_t>(options_.points);
  part.rows<float>("intensity", {options_.points});
  if (!r.empty()) part.rows<float>("pdf", {std::ssize(r)});
  add(part, {}, points, 0, kinds);
  if (task.items.empty()) return;
  const simulate_particles::Structures structures(inputs.of_type("simulate_particles"), task.items);
  const engine::Input* described = inputs.find_type("describe_particles");
  std::vector<std::uint8_t> kind(static_cast<std::size_t>(task.items.size())), unmeasured(kind);
  if (described != nullptr) {
    kind = described->parts().rows<std::uint8_t>("class", task.items);
    unmeasured = described->parts().rows<std::uint8_t>("status", task.items);
  }
  const DebyeSum sum({options_.radiation, options_.scattering, options_.bin}, structures.symbols(), q_values(options_));
  std::vector<DebyeSum::Workspace> workspaces(static_cast<std::size_t>(engine::AtOnce::lanes()));
  std::vector<Pattern> patterns(4 * workspaces.size());
  for (std::int64_t first = task.items.first; first < task.items.last; first += std::ssize(patterns)) {
    const Range block{first, std::min(task.items.last, first + std::ssize(patterns))};
    const auto pattern_of = [&](std::int64_t item) -> Pattern& { return patterns[static_cast<std::size_t>(item - block.first)]; };
    const engine::AtOnce computed(part, block, "ronchi/powder_diffraction/particles", [&](std::int64_t item, std::int64_t lane) {
      if (structures.there(item))
        compute(sum, structures.particle(item), r, workspaces[static_cast<std::size_t>(lane)], pattern_of(item));
    });
    for (std::int64_t item = block.first; item < block.last; ++item) {
      if (!structures.there(item)) continue;
      computed.item(item, [&] {
        const Pattern& pattern = pattern_of(item);
        const Range here{item, item + 1};
        part.write<float>("intensity", here, narrow(pattern.intensity));
        if (!r.empty()) part.write<float>("pdf", here, narrow(pattern.pdf));
        const auto i = static_cast<std::size_t>(item - task.items.first);
        if (unmeasured[i] == 0) add(part, pattern.intensity, points, kind[i], kinds);
      });
    }
  }
}

void PowderDiffraction::finish(const engine::Parts& parts, const engine::Inputs& inputs, engine::Output& output) {
  add_figures(options_, parts, inputs, output.h5());
}

}  // namespace ronchi::powder_diffraction
