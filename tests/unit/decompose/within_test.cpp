// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Which positions a second decomposition has, written down by hand for a scan of 2 x 3.
#include "stages/decompose/within.hpp"

#include <gtest/gtest.h>

#include "framework/base/error.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::decompose {
namespace {

using Bytes = std::vector<std::uint8_t>;

class WithinTest : public ::testing::Test {
 protected:
  void SetUp() override {
    info_.navigation = {{"y", "", 1, 0, 2}, {"x", "", 1, 0, 3}};
    info_.signal = {{"k", "", 1, 0, 4}};
    //                          component 1, 2, 3 at every position
    add("first", "decompose", {90, 1, 0, 80, 50, 0, 85, 2, 0, 3, 60, 0, 95, 0, 200, 70, 55, 0}, {0, 0, 0, 0, 0, 1});
  }
  void add(const std::string& name, const std::string& type, const std::vector<float>& loadings, const Bytes& mask) {
    std::filesystem::create_directories(folder_ / name);
    h5::File index = h5::File::create(folder_ / name / "index.h5");
    const auto n = static_cast<std::int64_t>(mask.size());
    index.write<float>("nmf/loadings", loadings, {n, static_cast<std::int64_t>(loadings.size()) / n});
    index.write<std::uint8_t>("navigation_mask", mask);
    inputs_.push_back({name, type, "key", folder_ / name, 1, {}});
  }
  Bytes left_out(const Within& within, Bytes before = {}) {
    Masks masks{std::move(before), {}};
    thresholds_ = restrict_to(within, engine::Inputs(1, inputs_, folder_.path()), info_, masks);
    return masks.navigation;
  }
  std::string refusal(const Within& within) {
    try {
      (void)left_out(within);
      return "";
    } catch (const Failure& f) { return f.what(); }
  }
  testing::TemporaryDirectory folder_;
  FrameInfo info_;
  std::vector<engine::Input> inputs_;
  std::vector<double> thresholds_;
};

TEST_F(WithinTest, NoComponentsNoRestriction) { EXPECT_TRUE(left_out({}).empty()); }

TEST_F(WithinTest, PositionsWhereTheComponentIsAboveTheThreshold) {
  // The last position is above it, too, but the first decomposition left it out.
  EXPECT_EQ(left_out({"", {2}, 10, false}), (Bytes{1, 0, 1, 0, 1, 1}));
  EXPECT_EQ(thresholds_, std::vector<double>{10});
  EXPECT_EQ(left_out({"first", {2}, 50, false}), (Bytes{1, 1, 1, 0, 1, 1})) << "50 is not above 50";
}

TEST_F(WithinTest, OneOfSeveralIsEnough) { EXPECT_EQ(left_out({"", {2, 3}, 10, false}), (Bytes{1, 0, 1, 0, 0, 1})); }

TEST_F(WithinTest, OutsideIsWhereNoneIs) { EXPECT_EQ(left_out({"", {2, 3}, 10, true}), (Bytes{0, 1, 0, 1, 1, 1})); }

TEST_F(WithinTest, TheAutomaticThresholdIsEachComponentsOwn) {
  EXPECT_EQ(left_out({"", {2, 3}, {}, false}), (Bytes{1, 0, 1, 0, 0, 1}));
  ASSERT_EQ(thresholds_.size(), 2u);
  EXPECT_GT(thresholds_[0], 2);  // between 0, 1, 2 and 50, 60; the position that was left out does not count
  EXPECT_LT(thresholds_[0], 50);
  EXPECT_GT(thresholds_[1], 0);
  EXPECT_LT(thresholds_[1], 200);
}

TEST_F(WithinTest, OtherMasksStay) { EXPECT_EQ(left_out({"", {2}, 10, false}, {0, 1, 0, 0, 0, 0}), (Bytes{1, 1, 1, 0, 1, 1})); }

TEST_F(WithinTest, WhatCannotBeIsRefused) {
  const auto contains = [&](const Within& within, const std::string& text) {
    const std::string message = refusal(within);
    EXPECT_NE(message.find(text), std::string::npos) << message;
  };
  contains({"", {4}, 10, false}, "choose from 1 to 3");
  contains({"", {2}, 1000, false}, "lower within.above");
  contains({"", {1, 2}, 0, true}, "raise within.above");
  contains({"other", {2}, 10, false}, "decompositions there now: first");
  add("small", "decompose", {1, 2, 3}, {0, 0, 0});
  contains({"", {2}, 10, false}, "first, small");
  contains({"small", {1}, 10, false}, "the scan has 6");
  add("flat", "decompose", {5, 6, 5, 6, 5, 6}, {0, 0, 0, 0, 0, 0});
  contains({"flat", {1}, {}, false}, "set within.above");
  inputs_.clear();
  contains({"", {2}, 10, false}, "name it in `after:`");
}

}  // namespace
}  // namespace ronchi::decompose
