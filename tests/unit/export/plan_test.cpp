// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The room that is asked for beforehand, counted by hand: N = 6 frames of M = 20 pixels of 2 bytes, k = 3 components.
#include <gtest/gtest.h>

#include "framework/base/error.hpp"
#include "framework/formats/formats.hpp"
#include "stages/export/stage.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::exporting {
namespace {

class ExportPlan : public ::testing::Test {
 protected:
  void SetUp() override {
    FrameInfo info;
    info.type = Scalar::u16;
    info.navigation = {{"y", "nm", 1, 0, 2}, {"x", "nm", 1, 0, 3}};
    info.signal = {{"ky", "1/A", 1, 0, 4}, {"kx", "1/A", 1, 0, 5}};
    h5::File index = h5::File::create(folder_ / "index.h5");
    formats::save_info(index.make_group("frames_info"), info);
    index.write<float>("nmf/factors", std::vector<float>(60), {3, 20});
    index.write<float>("nmf/loadings", std::vector<float>(18), {6, 3});
  }
  std::int64_t bytes(const Options& options) {
    return Export(options).plan(engine::Inputs(1, {{"decompose", "decompose", "k", folder_.path(), 1, {}}}, "job")).bytes;
  }
  testing::TemporaryDirectory folder_;
};

}  // namespace

TEST_F(ExportPlan, AsksForWhatIsWritten) {
  Options options;
  options.products = {"hspy"};
  EXPECT_EQ(bytes(options), 8 * 3 * (6 + 20) + 6 * 20 * 2) << "learning results as doubles, and the frames";
  options.data = Data::none;
  EXPECT_EQ(bytes(options), 8 * 3 * (6 + 20));
  options.data = Data::automatic;
  options.largest.value = 239;
  EXPECT_EQ(bytes(options), 8 * 3 * (6 + 20));
  options.data = Data::frames;
  EXPECT_EQ(bytes(options), 8 * 3 * (6 + 20) + 240);
  options.products = {"loadings", "factors"};
  EXPECT_EQ(bytes(options), 4 * 3 * (6 + 20)) << "no frames, whatever data: says";
  options.products = {"emd"};
  EXPECT_EQ(bytes(options), 4 * 3 * (6 + 20));
}

}  // namespace ronchi::exporting
