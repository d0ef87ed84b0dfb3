// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_stem/stage.hpp"

#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/data/half.hpp"
#include "framework/engine/at_once.hpp"
#include "stages/simulate_particles/structures.hpp"
#include "stages/simulate_stem/figures.hpp"

namespace ronchi::simulate_stem {

namespace {

/// What becomes of one structure.
struct Exposure {
  std::int64_t item = 0;
  physics::Particle particle;
  std::vector<float> clean;
  std::vector<std::uint16_t> noisy;
  std::vector<std::int32_t> saturated;
};

void declare(const Options& o, engine::Part& part) {
  part.rows("clean", o.number == Number::float16 ? Scalar::f16 : Scalar::f32, {o.images, o.pixels, o.pixels});
  part.rows<std::uint16_t>("noisy", {o.images, o.pixels, o.pixels});
  part.rows<std::int32_t>("saturated", {o.images});
  for (const char* name : {"dose", "C10", "C30"}) part.rows<float>(name, {o.images});
  part.rows<float>("orientation", {o.images, 4});
  part.rows<float>("position", {o.images, 2});
  part.rows<std::int32_t>("atoms", {});
}

void write(const Options& o, std::uint64_t seed, const Exposure& e, engine::Part& part) {
  const Range here{e.item, e.item + 1};
  if (o.number == Number::float32) {
    part.write<float>("clean", here, e.clean);
  } else {
    std::vector<Half> halves(e.clean.size());
    to_half(e.clean, halves);
    part.write<Half>("clean", here, halves);
  }
  part.write<std::uint16_t>("noisy", here, e.noisy);
  part.write<std::int32_t>("saturated", here, e.saturated);
  std::vector<float> dose, c10, c30, orientation, position;
  for (std::int64_t image = 0; image < o.images; ++image) {
    const Conditions c = draw(o, seed, e.item, image);
    dose.push_back(static_cast<float>(c.dose));
    c10.push_back(static_cast<float>(c.c10 / 10));
    c30.push_back(static_cast<float>(c.c30 / 1e4));
    for (const double q : c.quaternion) orientation.push_back(static_cast<float>(q));
    position.insert(position.end(), {static_cast<float>(c.x / 10), static_cast<float>(c.y / 10)});
  }
  part.write<float>("dose", here, dose);
  part.write<float>("C10", here, c10);
  part.write<float>("C30", here, c30);
  part.write<float>("orientation", here, orientation);
  part.write<float>("position", here, position);
  const auto atoms = static_cast<std::int32_t>(e.particle.size());
  part.write<std::int32_t>("atoms", here, std::span(&atoms, 1));
}

}  // namespace

void SimulateStem::check() const { const Microscope microscope(options_, {}); }

engine::Plan SimulateStem::plan(const engine::Inputs& inputs) const {
  const std::int64_t bytes =
      options_.images * (options_.pixels * options_.pixels * (options_.number == Number::float16 ? 4 : 6) + 36);
  engine::Plan plan;
  plan.items = inputs.of_type("simulate_particles").items;
  plan.per_task = std::max<std::int64_t>(1, std::min(options_.shard.value / bytes, ceil_div(plan.items, 8)));
  plan.bytes = plan.items * bytes;
  plan.shards = true;
  return plan;
}

void SimulateStem::run(const engine::Task& task, engine::Team&, const engine::Inputs& inputs, engine::Part& part) {
  declare(options_, part);
  if (task.items.size() == 0) return;
  const simulate_particles::Structures structures(inputs.of_type("simulate_particles"), task.items);
  if (!microscope_) microscope_ = std::make_unique<const Microscope>(options_, structures.symbols());
  const std::int64_t lanes = engine::AtOnce::lanes();
  std::vector<Exposure> exposures(static_cast<std::size_t>(lanes));
  std::vector<Microscope::Workspace> workspaces(exposures.size());
  const auto values = static_cast<std::size_t>(options_.images * options_.pixels * options_.pixels);
  for (std::int64_t first = task.items.first; first < task.items.last; first += lanes) {
    const Range block{first, std::min(task.items.last, first + lanes)};
    const auto exposure = [&](std::int64_t item) -> Exposure& { return exposures[static_cast<std::size_t>(item - block.first)]; };
    const engine::AtOnce exposed(part, block, "ronchi/simulate_stem/structures", [&](std::int64_t item, std::int64_t lane) {
      if (!structures.there(item)) return;
      Exposure& e = exposure(item);
      e.item = item;
      e.particle = structures.particle(item);
      e.clean.resize(values);
      e.noisy.resize(values);
      e.saturated.resize(static_cast<std::size_t>(options_.images));
      microscope_->take(e.particle, inputs.seed(), item, workspaces[static_cast<std::size_t>(lane)], e.clean, e.noisy, e.saturated);
    });
    for (std::int64_t item = block.first; item < block.last; ++item)
      if (structures.there(item)) exposed.item(item, [&] { write(options_, inputs.seed(), exposure(item), part); });
  }
}

void SimulateStem::finish(const engine::Parts& parts, const engine::Inputs& inputs, engine::Output& output) {
  add_figures(options_, parts, inputs, output.h5());
}

}  // namespace ronchi::simulate_stem
