// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: disks whose radius and bright part are known because they were drawn. What has no relation to the images cannot be
// learned.
#include "framework/learn/learner.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "framework/base/random.hpp"

namespace ronchi::learn {

namespace {

constexpr std::int64_t pixels = 32;
constexpr Network network{pixels, 8, 3, 2, 5};

struct Batch {
  std::vector<float> images, radii;
  std::vector<std::int64_t> classes;
};

/// Class 0: a bright core; class 1: a bright half. The number is the radius, -1 to 1 for 6 to 12 pixels.
Batch draw(std::uint64_t which, std::int64_t count, bool permuted = false) {
  Batch b;
  for (std::int64_t i = 0; i < count; ++i) {
    Random random(1, 2, which, static_cast<std::uint32_t>(i));
    const bool half = random.uniform() < 0.5;
    const double radius = random.uniform(6, 12), y0 = random.uniform(13, 18), x0 = random.uniform(13, 18),
                 turn = random.uniform(0, 6.28);
    for (std::int64_t p = 0; p < pixels * pixels; ++p) {
      const double y = static_cast<double>(p / pixels) - y0, x = static_cast<double>(p % pixels) - x0, r = std::hypot(y, x);
      const bool bright = half ? y * std::cos(turn) + x * std::sin(turn) > 0 : r < 0.6 * radius;
      b.images.push_back(static_cast<float>((r > radius ? 0 : bright ? 2 : 1) + 0.3 * random.normal()));
    }
    b.classes.push_back(permuted ? random.uniform() < 0.5 : half);
    b.radii.push_back(static_cast<float>((radius - 9) / 3));
  }
  return b;
}

struct Score {
  double right = 0, error = 0;  ///< share of classes; mean absolute error of the number
};
Score score(Learner& learner, const Batch& b) {
  const auto n = b.classes.size();
  std::vector<float> probabilities(2 * n), numbers(n);
  learner.predict(b.images, probabilities, numbers);
  Score s;
  for (std::size_t i = 0; i < n; ++i) {
    EXPECT_NEAR(probabilities[2 * i] + probabilities[2 * i + 1], 1, 1e-5);
    s.right += (probabilities[2 * i + 1] > 0.5f) == (b.classes[i] == 1);
    s.error += std::abs(numbers[i] - b.radii[i]);
  }
  return {s.right / static_cast<double>(n), s.error / static_cast<double>(n)};
}

void train(Learner& learner, std::uint64_t from, std::uint64_t to, bool permuted = false) {
  for (std::uint64_t step = from; step < to; ++step) {
    const Batch b = draw(step, 16, permuted);
    (void)learner.step(b.images, b.classes, b.radii, step < 160 ? 3e-3 : 3e-4);
  }
}

bool same(const std::vector<Values>& a, const std::vector<Values>& b) {
  bool equal = a.size() == b.size() && !a.empty();
  for (std::size_t i = 0; equal && i < a.size(); ++i)
    equal = a[i].name == b[i].name && a[i].shape == b[i].shape && a[i].values == b[i].values;
  return equal;
}

}  // namespace

TEST(Learner, LearnsClassAndSizeOfDisks) {
  const auto learner = make_learner(network);
  train(*learner, 0, 240);
  const Score s = score(*learner, draw(1000000, 400));
  EXPECT_GT(s.right, 0.95);
  EXPECT_LT(s.error, 0.15) << "0.5 without any knowledge";
}

TEST(Learner, LearnsNoClassFromLabelsWithoutRelation) {
  const auto learner = make_learner(network);
  train(*learner, 0, 240, true);
  const Score s = score(*learner, draw(1000000, 400));
  EXPECT_NEAR(s.right, 0.5, 0.1) << "four standard deviations of 400 coins";
  EXPECT_LT(s.error, 0.15) << "the size is still in the images";
}

TEST(Learner, GoesOnFromItsStateAsIfNothingHadHappened) {
  const auto whole = make_learner(network), first = make_learner(network), second = make_learner(network);
  train(*whole, 0, 12);
  train(*first, 0, 7);
  second->restore(first->state());
  train(*second, 7, 12);
  EXPECT_TRUE(same(whole->state(), second->state()));
  EXPECT_FALSE(same(whole->state(), first->state()));
  Network other = network;
  other.width = 4;
  EXPECT_THROW(make_learner(other)->restore(whole->state()), std::runtime_error);
}

TEST(Learner, BeginsFromItsSeed) {
  Network other = network;
  other.seed = 6;
  EXPECT_TRUE(same(make_learner(network)->state(), make_learner(network)->state()));
  EXPECT_FALSE(same(make_learner(network)->state(), make_learner(other)->state()));
}

}  // namespace ronchi::learn
