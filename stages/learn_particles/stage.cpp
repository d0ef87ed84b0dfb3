// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/learn_particles/stage.hpp"

#include <optional>

#include "framework/engine/together.hpp"
#include "stages/learn_particles/results.hpp"
#include "stages/learn_particles/training.hpp"

namespace ronchi::learn_particles {

namespace {

constexpr std::int64_t steps_between_looks = 10;  // whether the run is to stop

}  // namespace

engine::Plan LearnParticles::plan(const engine::Inputs& inputs) const {
  (void)inputs.of_type("simulate_images");
  engine::Plan plan;
  plan.team = engine::all_ranks;
  return plan;
}

void LearnParticles::run(const engine::Task&, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) {
  std::optional<Samples> samples;
  std::optional<Training> training;
  engine::on_leader(team.comm(), [&] {
    samples.emplace(inputs.of_type("simulate_images"), options_);
    training.emplace(*samples, options_, inputs.seed());
    training->load(team.checkpoints());
  });
  for (bool more = true; more;) {
    engine::on_leader(team.comm(), [&] {
      more = training->advance(steps_between_looks);
      if (training->epoch_ended()) training->save(team.checkpoints());
      team.progress(training->fraction(), training->text());
    });
    more = team.comm().broadcast_value(more);
    if (!more || !team.should_stop()) continue;
    engine::on_leader(team.comm(), [&] { training->save(team.checkpoints()); });
    throw engine::Stopped{};
  }
  engine::on_leader(team.comm(), [&] { write_results(*training, *samples, part.h5()); });
}

}  // namespace ronchi::learn_particles
