// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Which positions and pixels are left out, written down by hand for a scan of 2 x 3 patterns.
#include "stages/decompose/masks.hpp"
#include "stages/decompose/decompose.hpp"

#include <gtest/gtest.h>

#include "framework/base/error.hpp"
#include "framework/formats/formats.hpp"
#include "tests/support/stage_run.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::testing {
namespace {

using decompose::Options;
using decompose::read_masks;
using Bytes = std::vector<std::uint8_t>;

class Masks : public ::testing::Test {
 protected:
  void SetUp() override {
    info_.type = Scalar::u8;
    info_.navigation = {{"y", "", 1, 0, 2}, {"x", "", 1, 0, 3}};
    info_.signal = {{"ky", "", 1, 0, 1}, {"kx", "", 1, 0, 2}};
    input_ = provide(folder_ / "ingest", info_, Bytes(12, 1));
  }
  void add(const std::string& name, const std::vector<double>& values, const h5::Shape& shape) {
    h5::File index = h5::File::open(input_.directory / "index.h5", h5::Access::read_write);
    index.write<double>(name, std::span<const double>(values), shape);
  }
  /// A file of one number per position, as a user makes it with numpy.
  std::string file(const std::vector<std::uint8_t>& values, std::int64_t ny, std::int64_t nx) {
    FrameInfo info;
    info.type = Scalar::u8;
    info.navigation = {{"y", "", 1, 0, ny}};
    info.signal = {{"x", "", 1, 0, nx}};
    const auto bytes = std::as_bytes(std::span(values));
    formats::write_hspy(folder_ / "mask.hspy", formats::MemoryFrames(info, {bytes.begin(), bytes.end()}));
    return (folder_ / "mask.hspy").string();
  }
  std::string refusal(const Options& options) {
    try {
      (void)read_masks(options, input_, info_);
      return "";
    } catch (const Failure& f) { return f.what(); }
  }
  TemporaryDirectory folder_;
  FrameInfo info_;
  engine::Input input_;
};

}  // namespace

TEST_F(Masks, NothingIsLeftOutByDefault) {
  const auto masks = read_masks({}, input_, info_);
  EXPECT_TRUE(masks.navigation.empty());
  EXPECT_TRUE(masks.signal.empty());
}

TEST_F(Masks, TheFileLeavesOutWhatIsNotZero) {
  Options options;
  options.navigation_mask = file({0, 1, 0, 0, 7, 0}, 2, 3);
  EXPECT_EQ(read_masks(options, input_, info_).navigation, (Bytes{0, 1, 0, 0, 1, 0}));
}

TEST_F(Masks, TheImageLeavesOutWhatIsBelowTheThreshold) {
  add("virtual_dark", {5, 2, 9, 4.5, 5, 0}, {2, 3});
  Options options;
  options.mask_image = "dark";
  options.mask_below = 5;
  EXPECT_EQ(read_masks(options, input_, info_).navigation, (Bytes{0, 1, 0, 1, 0, 1}));
}

TEST_F(Masks, TheAutomaticThresholdParts) {
  add("virtual_dark", {100, 2, 98, 3, 1, 101}, {2, 3});
  Options options;
  options.mask_image = "dark";
  EXPECT_EQ(read_masks(options, input_, info_).navigation, (Bytes{0, 1, 0, 1, 1, 0}));
}

// Zeros stand where frames could not be read. With them the threshold would part these from vacuum (10) and object (45).
TEST_F(Masks, TheAutomaticThresholdLooksAtWhatIsStillIn) {
  add("navigation_mask", {1, 1, 1, 1, 0, 0}, {2, 3});
  add("virtual_dark", {0, 0, 0, 0, 10, 45}, {2, 3});
  Options options;
  options.mask_image = "dark";
  EXPECT_EQ(read_masks(options, input_, info_).navigation, (Bytes{1, 1, 1, 1, 1, 0}));
}

TEST_F(Masks, AllOfThemAddUp) {
  add("navigation_mask", {1, 0, 0, 0, 0, 0}, {2, 3});
  add("virtual_dark", {9, 9, 9, 9, 9, 0}, {2, 3});
  Options options;
  options.navigation_mask = file({0, 1, 0, 0, 0, 0}, 2, 3);
  options.mask_image = "dark";
  options.mask_below = 1;
  EXPECT_EQ(read_masks(options, input_, info_).navigation, (Bytes{1, 1, 0, 0, 0, 1}));
}

TEST_F(Masks, WhatDoesNotFitIsRefused) {
  Options options;
  options.navigation_mask = file({0, 1, 0, 0}, 2, 2);
  EXPECT_NE(refusal(options).find("has 4 values, the scan has 6 positions"), std::string::npos) << refusal(options);
  options = {};
  add("virtual_bright", {1, 2, 3, 4, 5, 6}, {2, 3});
  options.mask_image = "dark";
  EXPECT_NE(refusal(options).find("choose one of: bright"), std::string::npos) << refusal(options);
}

}  // namespace ronchi::testing
