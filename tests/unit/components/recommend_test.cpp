// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/recommend.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace ronchi::components {
namespace {

/// Models of 2 to 12 components; `distinct` tells how many patterns one of k has.
template <class F>
Findings findings(const F& distinct, int truth = 5) {
  Findings f;
  for (int k = 2; k <= 12; ++k) {
    f.distinct.push_back({distinct(k, 0), distinct(k, 1), distinct(k, 2)});
    // Each true pattern takes off a lot, what follows little.
    const double deviance = k <= truth ? 1000.0 * (truth - k) + 100 : 100.0 - (k - truth);
    f.deviance.push_back({deviance, deviance, deviance});
    f.stability_least.push_back(k <= truth ? 0.99 : 0.3);
    f.stability_mean.push_back(k <= truth ? 0.99 : 0.7);
  }
  for (int i = 0; i < 20; ++i) f.spectrum.push_back(i < truth ? 500.0 - i : i < 10 ? 10.0 - 0.5 * i : 0.8);
  return f;
}

TEST(Recommend, APlateauOfDistinctPatternsIsTheAnswer) {
  const auto r = recommend(findings([](int k, int) { return std::min(k, 5); }));
  EXPECT_EQ(r.distinct, 5);
  EXPECT_EQ(r.components, 5);
  EXPECT_EQ(r.by_spectrum, 5);
  EXPECT_EQ(r.by_deviance, 5);
  EXPECT_EQ(r.by_stability, 5);
  EXPECT_DOUBLE_EQ(r.votes, 1);
  EXPECT_GT(r.confidence, 0.9);
  EXPECT_NE(r.text.find("5 distinct"), std::string::npos);
}

TEST(Recommend, PatternsThatPartLateNeedMoreComponents) {
  const auto r = recommend(findings([](int k, int) { return k < 8 ? std::min(k, 4) : 5; }));
  EXPECT_EQ(r.distinct, 5);
  EXPECT_EQ(r.components, 8) << "below that the fifth pattern is in no component";
  EXPECT_LT(r.confidence, recommend(findings([](int k, int) { return std::min(k, 5); })).confidence);
}

TEST(Recommend, AFewOfTheLargestModelsDoNotDecide) {
  const auto r = recommend(findings([](int k, int) { return k >= 11 ? k - 5 : std::min(k, 5); }));
  EXPECT_EQ(r.distinct, 5);
  EXPECT_EQ(r.components, 5) << "models that split patterns are no reason to take more";
  EXPECT_LT(r.votes, 1);
}

TEST(Recommend, RunsThatDisagreeLowerTheConfidence) {
  const auto sure = recommend(findings([](int k, int) { return std::min(k, 5); })),
             unsure = recommend(findings([](int k, int run) { return std::min(k, 5 + (run == 0 ? k % 3 : 0)); })),
             wild = recommend(findings([](int k, int run) { return std::min(k, 3 + (5 * run + 3 * k) % 7); }));
  EXPECT_EQ(unsure.distinct, 5);
  EXPECT_LT(unsure.confidence, sure.confidence);
  EXPECT_LT(wild.confidence, unsure.confidence);
}

TEST(Recommend, AClearBreakOfTheSpectrumDecidesBetweenPlateaus) {
  const auto torn = [](int k, int run) { return std::min(k, run == 0 ? 6 : 5); };
  Findings f = findings(torn, 5);
  EXPECT_EQ(recommend(f).distinct, 5);
  f.spectrum[5] = 400;  // six values lie far above the others
  const auto r = recommend(f);
  EXPECT_EQ(r.distinct, 6);
  EXPECT_LT(r.confidence, 0.8);
}

TEST(Recommend, CriteriaThatSayOtherwiseLowerTheConfidence) {
  const auto five = [](int k, int) { return std::min(k, 5); };
  const auto r = recommend(findings(five, 3));
  EXPECT_EQ(r.distinct, 5);
  EXPECT_EQ(r.by_spectrum, 3);
  EXPECT_EQ(r.by_deviance, 3);
  EXPECT_EQ(r.by_stability, 3);
  EXPECT_LT(r.confidence, recommend(findings(five)).confidence);
}

}  // namespace
}  // namespace ronchi::components
