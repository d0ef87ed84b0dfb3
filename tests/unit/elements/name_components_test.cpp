// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "framework/base/error.hpp"
#include "framework/report/figures.hpp"
#include "stages/elements/stage.hpp"
#include "tests/unit/elements/planted.hpp"

namespace ronchi::elements {

using testing::planted;

namespace {

/// Two components of 1000 frames with loading 1/1000 each, so that a factor is the counts of all frames.
struct Fixture {
  h5::File decompose = h5::File::in_memory(), result = h5::File::in_memory();
  FrameInfo info;
  Fixture() {
    info.navigation = {{"y", "nm", 1, 0, 25}, {"x", "nm", 1, 0, 40}};
    info.signal = {{"Energy", "keV", 0.01, -0.47, 2048}};
    info.metadata["Sample.elements"] = std::vector<std::string>{"Al", "O", "Cu", "Ga"};
    std::vector<float> factors;
    for (const auto& s :
         {planted({{"Al K", 30000}, {"O K", 20000}}), planted({{"Cu K", 20000}, {"Cu L", 9000}, {"K K", 2000}}, 200, 2)})
      factors.insert(factors.end(), s.counts.begin(), s.counts.end());
    decompose.write<float>("nmf/factors", factors, {2, 2048});
    decompose.write<float>("nmf/loadings", std::vector<float>(2000, 1e-3F), {1000, 2});
  }
};

}  // namespace

TEST(NameComponents, NamesFiguresAndWarningsAreWritten) {
  Fixture f;
  name_components({}, f.decompose, f.info, f.result);
  EXPECT_EQ(f.result.read_texts("component_names"), (std::vector<std::string>{"Al-O", "Cu"}));
  EXPECT_EQ(f.result.read_texts("elements"), (std::vector<std::string>{"O", "Al", "Cu"}));
  const auto net = f.result.read<double>("net");
  ASSERT_EQ(net.size(), 6U);
  EXPECT_NEAR(net[1], 30000, 1500);
  EXPECT_EQ(net[2], 0);
  const auto warnings = f.result.attribute<std::vector<std::string>>("warnings");
  ASSERT_EQ(warnings.size(), 1U);
  // Its centre is known to about 65 eV / 2.35 / sqrt(2000) = 1 eV by counting, and to 10 eV with the channels.
  EXPECT_NE(warnings[0].find("component 2: the peak at 3.3"), std::string::npos) << warnings[0];
  EXPECT_NE(warnings[0].find("near it: K Ka 3.314"), std::string::npos) << warnings[0];
  const auto figures = report::load(f.result);
  ASSERT_EQ(figures.size(), 3U);
  const auto& curve = std::get<report::Curve>(figures[0]);
  std::vector<std::string> marks;
  for (const auto& m : curve.marks) marks.push_back(m.text);
  EXPECT_EQ(marks, (std::vector<std::string>{"Al Ka", "Al Kb", "O Ka"}));
}

TEST(NameComponents, ElectronvoltAxesGiveTheSame) {
  Fixture a, b;
  b.info.signal[0] = {"Energy", "eV", 10, -470, 2048};
  name_components({}, a.decompose, a.info, a.result);
  name_components({}, b.decompose, b.info, b.result);
  EXPECT_EQ(a.result.read_texts("component_names"), b.result.read_texts("component_names"));
}

TEST(NameComponents, AnElementThatIsNoneIsRefused) {
  Fixture f;
  ElementsOptions options;
  options.elements = {"Al", "Xx"};
  EXPECT_THROW(name_components(options, f.decompose, f.info, f.result), Failure);
}

TEST(NameComponents, ImagesAndUncalibratedAxesAreRefused) {
  Fixture f;
  f.info.signal[0].units = "";
  EXPECT_THROW(name_components({}, f.decompose, f.info, f.result), Failure);
  f.info.signal = {{"ky", "1/A", 1, 0, 32}, {"kx", "1/A", 1, 0, 64}};
  EXPECT_THROW(name_components({}, f.decompose, f.info, f.result), Failure);
}

TEST(NameComponents, AnAxisThatRunsDownwardsIsRefused) {
  for (const double scale : {-0.01, 0.0}) {
    Fixture f;
    f.info.signal[0].scale = scale;
    f.info.signal[0].offset = 20;
    try {
      name_components({}, f.decompose, f.info, f.result);
      FAIL() << "scale " << scale;
    } catch (const Failure& failure) {
      EXPECT_NE(failure.error().advice.find("energy rises with the channel"), std::string::npos) << failure.what();
    }
  }
}

}  // namespace ronchi::elements
