// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truths: the distributions that the options ask for, with their standard errors; a recipe depends on seed and item alone.
#include "stages/simulate_particles/recipe.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "framework/base/error.hpp"

namespace ronchi::simulate_particles {

namespace {

constexpr std::int64_t many = 20000;
const md::Gupta& silver_cobalt() {
  static const md::Gupta potential = md::potential("AgCo-P1");
  return potential;
}

/// Mean of `value` over many recipes lies within five standard errors of what it must be.
template <class Value>
void expect_mean(const Recipes& recipes, double mean, double deviation, const Value& value) {
  double sum = 0;
  for (std::int64_t item = 0; item < many; ++item) sum += value(recipes.draw(item));
  EXPECT_NEAR(sum / many, mean, 5 * deviation / std::sqrt(many));
}

}  // namespace

TEST(Recipes, FollowTheDistributionsOfTheOptions) {
  Options o;
  o.atoms = {30, 129};
  o.composition = {0.2, 0.6};
  o.mixture = {1, 2, 5};
  const Recipes recipes(o, silver_cobalt(), 7);
  for (std::size_t p = 0; p < 3; ++p) {
    const double share = o.mixture[p] / 8;
    expect_mean(recipes, share, std::sqrt(share * (1 - share)), [&](const Recipe& r) { return r.protocol == p ? 1.0 : 0.0; });
  }
  // Uniform over n values: variance (n^2 - 1) / 12.
  expect_mean(recipes, 79.5, std::sqrt((100.0 * 100 - 1) / 12), [](const Recipe& r) { return static_cast<double>(r.atoms()); });
  for (const double bound : {30, 129})
    expect_mean(recipes, 0.01, std::sqrt(0.0099), [&](const Recipe& r) { return r.atoms() == bound ? 1.0 : 0.0; });
  // Rounding to whole atoms adds at most a half atom's deviation.
  expect_mean(recipes, 0.4, 0.4 / std::sqrt(12.0) + 0.5 / 30,
              [](const Recipe& r) { return static_cast<double>(r.counts[1]) / static_cast<double>(r.atoms()); });
  const auto legs = recipes.protocols()[0].legs;
  ASSERT_EQ(legs[0].duration, (Span{200, 300}));
  double logs = 0, gases = 0;
  for (std::int64_t item = 0; item < many; ++item) {
    const Recipe r = recipes.draw(item);
    ASSERT_GE(r.atoms(), 30);
    ASSERT_LE(r.atoms(), 129);
    ASSERT_GE(static_cast<double>(r.counts[1]), 0.2 * static_cast<double>(r.atoms()) - 0.5);
    ASSERT_LE(static_cast<double>(r.counts[1]), 0.6 * static_cast<double>(r.atoms()) + 0.5);
    ASSERT_EQ(r.last.size(), 1u);
    if (r.protocol != 0) continue;
    ASSERT_GE(r.legs[0].duration, 200);
    ASSERT_LE(r.legs[0].duration, 300);
    ASSERT_DOUBLE_EQ(r.quench_rate(), 7200 / r.legs[0].duration);
    logs += std::log(r.legs[0].duration / 200) / std::log(1.5);
    ++gases;
  }
  EXPECT_NEAR(logs / gases, 0.5, 5 / std::sqrt(12 * gases));
}

TEST(Recipes, DependOnSeedAndItemAlone) {
  Options o;
  const Recipes recipes(o, silver_cobalt(), 7), again(o, silver_cobalt(), 7), other(o, silver_cobalt(), 8);
  int equal = 0;
  for (std::int64_t item = 99; item >= 0; --item) {
    const Recipe a = recipes.draw(item), b = again.draw(item), c = other.draw(item);
    EXPECT_EQ(a.protocol, b.protocol);
    EXPECT_EQ(a.counts, b.counts);
    EXPECT_EQ(a.box, b.box);
    EXPECT_EQ(a.legs[0].duration, b.legs[0].duration);
    equal += a.counts == c.counts ? 1 : 0;
  }
  EXPECT_LT(equal, 10);
}

TEST(Recipes, TheBoxHasTheDensityAndRoomForTheNeighbourLists) {
  Options o;
  o.mixture = {1, 0, 0};
  o.atoms = {200};
  Protocol gas = built_in(Schedule::short_)[0];
  gas.density = {2000.0 / (4.5 * 4.5 * 4.5) / 10};
  o.protocols = {gas};
  EXPECT_NEAR(Recipes(o, silver_cobalt(), 1).draw(0).box, 45, 1e-9);
  o.atoms = {2};
  const Recipes small(o, silver_cobalt(), 1);
  EXPECT_GT(small.draw(0).box, 2 * (silver_cobalt().cutoff() + 1));
  EXPECT_EQ(small.draw(0).box, small.least_box());
}

TEST(Recipes, TheQuenchRateIsThatOfTheLegThatCoolsMost) {
  const auto rate = [](std::vector<md::Leg> legs) {
    Recipe r;
    r.legs = std::move(legs);
    return r.quench_rate();
  };
  EXPECT_EQ(rate({{5, 300, 1000}, {7, 1000, 300}, {1, 300, 200}}), 100);
  EXPECT_EQ(rate({{1, 300, 200}, {5, 300, 1000}, {7, 1000, 300}}), 100);
  EXPECT_EQ(rate({{10, 300, 400}, {10, 300, 1300}, {1, 300, 350}}), -100);
  EXPECT_EQ(rate({{10, 300, 1300}, {10, 300, 300}}), -100);
  EXPECT_EQ(rate({{10, 300, 300}}), 0);
}

TEST(Recipes, APureMetalHasOneSpecies) {
  const Recipes recipes(Options{}, md::potential("Ag-P"), 1);
  for (std::int64_t item = 0; item < 50; ++item) EXPECT_EQ(recipes.draw(item).counts[1], 0);
}

TEST(Protocols, OnesOwnComeInPlaceOfBuiltInsOrAfterThem) {
  Options o;
  Protocol own;
  own.name = "own";
  own.weight = 1;
  own.legs = {Leg{}};
  Protocol janus = own;
  janus.name = "janus";
  o.protocols = {own, janus};
  const auto all = protocols_of(o);
  ASSERT_EQ(all.size(), 4u);
  EXPECT_EQ(all[1].name, "janus");
  EXPECT_EQ(all[1].start, Start::gas);
  EXPECT_EQ(all[3].name, "own");
  double total = 0;
  for (const auto& p : all) total += p.weight;
  EXPECT_NEAR(total, 1, 1e-12);
}

TEST(Protocols, WhatCannotBeIsSaid) {
  const auto message = [](const auto& change) {
    Options o;
    change(o);
    try {
      const Recipes recipes(o, silver_cobalt(), 1);
    } catch (const Failure& f) {
      EXPECT_EQ(f.error().fault, Fault::usage);
      return std::string(f.what());
    }
    return std::string();
  };
  EXPECT_NE(message([](Options& o) { o.mixture = {1}; }).find("core_shell, janus, heated"), std::string::npos);
  EXPECT_NE(message([](Options& o) { o.mixture = {0, 0, 0}; }).find("weight"), std::string::npos);
  EXPECT_NE(message([](Options& o) { o.atoms = {100, 50}; }).find("atoms"), std::string::npos);
  EXPECT_NE(message([](Options& o) { o.composition = {}; }).find("composition"), std::string::npos);
  EXPECT_NE(message([](Options& o) { o.protocols = {Protocol{.name = "x"}}; }).find("'x' has no legs"), std::string::npos);
  EXPECT_EQ(message([](Options& o) { o.atoms = {50}; }), "");
}

/// 10 ps + 1 ns of a thousand steps a ps each.
TEST(Protocols, CostIsAtomsTimesSteps) {
  Options o;
  o.schedule = Schedule::full;
  o.mixture = {1, 0, 0};
  EXPECT_NEAR(atom_steps(protocols_of(o)[0], o, 500), 500 * 1.01e6, 1);
  EXPECT_NEAR(mean_atom_steps(o), 550 * 1.01e6, 1);
  o.timestep = 2;
  EXPECT_NEAR(mean_atom_steps(o), 550 * 0.505e6, 1);
}

}  // namespace ronchi::simulate_particles
