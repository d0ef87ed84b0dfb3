// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_particles/recipe.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/random.hpp"

namespace ronchi::simulate_particles {

namespace {

double log_uniform(Random& random, const Span& span) {
  const double u = random.uniform();  // drawn in any case: what follows does not depend on it
  return span.front() < span.back() ? span.front() * std::pow(span.back() / span.front(), u) : span.front();
}

std::vector<md::Leg> draw(Random& random, const std::vector<Leg>& legs) {
  std::vector<md::Leg> drawn;
  for (const Leg& leg : legs)
    drawn.push_back({log_uniform(random, leg.duration), leg.from, leg.to, leg.thermostat, leg.time_constant});
  return drawn;
}

}  // namespace

double Recipe::quench_rate() const {
  const md::Leg* most = nullptr;
  for (const md::Leg& leg : legs) {
    const double cooling = leg.start - leg.end, best = most != nullptr ? most->start - most->end : 0;
    if (cooling > std::max(0.0, best) || (best <= 0 && cooling < best)) most = &leg;
  }
  return most != nullptr ? (most->start - most->end) / most->duration : 0;
}

Recipes::Recipes(const Options& options, const md::Gupta& potential, std::uint64_t seed)
    : protocols_(protocols_of(options)),
      atoms_(atoms_of(options)),
      composition_(options.composition),
      last_(options.last),
      pure_(potential.symbols[1].empty()),
      least_box_(2 * (potential.cutoff() + md::Settings{}.skin) + 0.1),
      seed_(seed) {
  check(options);
}

Recipe Recipes::draw(std::int64_t item) const {
  Random random(seed_, stream, static_cast<std::uint64_t>(item), use_recipe);
  Recipe recipe;
  double choice = random.uniform();
  while (recipe.protocol + 1 < protocols_.size() && choice >= protocols_[recipe.protocol].weight)
    choice -= protocols_[recipe.protocol++].weight;
  while (!(protocols_[recipe.protocol].weight > 0)) --recipe.protocol;  // a choice of 1 less rounding
  const Protocol& protocol = protocols_[recipe.protocol];

  const double sizes = static_cast<double>(atoms_[1] - atoms_[0] + 1);
  const auto atoms = std::min(atoms_[1], atoms_[0] + static_cast<std::int64_t>(sizes * random.uniform()));
  const double share = pure_ ? 0 : random.uniform(composition_.front(), composition_.back());
  recipe.counts[1] = std::llround(share * static_cast<double>(atoms));
  recipe.counts[0] = atoms - recipe.counts[1];

  const double density = log_uniform(random, protocol.density);
  if (protocol.start == Start::gas) recipe.box = std::max(least_box_, 10 * std::cbrt(static_cast<double>(atoms) / density));
  recipe.prepare = simulate_particles::draw(random, protocol.prepare);
  recipe.legs = simulate_particles::draw(random, protocol.legs);
  recipe.last = simulate_particles::draw(random, {last_});
  return recipe;
}

}  // namespace ronchi::simulate_particles
