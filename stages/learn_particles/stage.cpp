// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/learn_particles/stage.hpp"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <optional>

#include "framework/base/text.hpp"
#include "framework/engine/together.hpp"
#include "stages/learn_particles/results.hpp"
#include "stages/learn_particles/training.hpp"

namespace ronchi::learn_particles {

namespace {

constexpr std::int64_t batches_between_looks = 10;  // whether the run is to stop
using Clock = std::chrono::steady_clock;

/// Multiplications of the convolutions for one image: all that its time depends on.
double multiplications(const Options& o, std::int64_t edge) {
  double all = 0, from = 1, side = static_cast<double>(edge);
  for (std::int64_t l = 0; l < o.layers; ++l, side /= 2) {
    const double to = static_cast<double>(o.width << std::min<std::int64_t>(l, 2)), kernel = l == 0 ? 25 : 9;
    all += kernel * from * to * side * side / 4;
    from = to;
  }
  return all;
}

}  // namespace

void LearnParticles::check() const {
  require_layers(options_, options_.pixels);
  learn::require_module();
}

engine::Plan LearnParticles::plan(const engine::Inputs& inputs) const {
  (void)inputs.of_type("simulate_images");
  engine::Plan plan;
  plan.team = engine::all_ranks;
  return plan;
}

std::string LearnParticles::cost(const engine::Inputs& inputs) const {
  // Measured on one core with tests/benchmarks/learn_clusters.yaml, over all images: four of five are learned, the others looked
  // at.
  constexpr double multiplications_per_second = 3e9;
  const engine::Input& set = inputs.of_type("simulate_images");
  std::int64_t each = 5, edge = options_.pixels;  // the defaults of the set
  const bool there = std::filesystem::exists(set.directory / "index.h5");
  if (there) {
    const auto index = set.index();
    if (index.exists("noisy")) {
      const auto shape = index.dataset("noisy").shape();
      each = shape[1];
      edge = std::min(edge, std::min(shape[2], shape[3]) / options_.bin);
    }
  }
  const std::int64_t structures = options_.structures > 0 ? std::min(options_.structures, set.items) : set.items;
  const double seconds =
      static_cast<double>(structures * each * options_.epochs) * multiplications(options_, edge) / multiplications_per_second;
  return fmt::format("  {}{} images each of {} of {} structures, {} times: about {} of one core, while the others wait",
                     there ? "" : "some ", each, human_count(structures), human_count(set.items), options_.epochs,
                     human_seconds(seconds));
}

void LearnParticles::run(const engine::Task&, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) {
  std::optional<Samples> samples;
  std::optional<Training> training;
  engine::on_leader(team.comm(), [&] {
    samples.emplace(inputs.of_type("simulate_images"), options_);
    training.emplace(*samples, options_, inputs.seed());
    training->load(team.checkpoints());
  });
  auto saved = Clock::now();
  for (bool more = true; more;) {
    engine::on_leader(team.comm(), [&] {
      more = training->advance(batches_between_looks);
      team.progress(training->fraction(), training->text());
    });
    more = team.comm().broadcast_value(more);
    const bool stop = more && team.should_stop();
    engine::on_leader(team.comm(), [&] {
      if (!stop && (!more || std::chrono::duration<double>(Clock::now() - saved).count() < options_.checkpoint_every)) return;
      training->save(team.checkpoints());
      saved = Clock::now();
    });
    if (stop) throw engine::Stopped{};
  }
  engine::on_leader(team.comm(), [&] { write_results(*training, *samples, part.h5()); });
}

}  // namespace ronchi::learn_particles
