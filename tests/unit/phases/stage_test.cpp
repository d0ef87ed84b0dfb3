// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/phases/stage.hpp"

#include <gtest/gtest.h>

#include <functional>

#include "framework/base/error.hpp"
#include "framework/formats/formats.hpp"
#include "framework/physics/electrons.hpp"
#include "framework/report/figures.hpp"
#include "stages/accuracy_curve/stage.hpp"
#include "stages/phases/templates.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::phases {

namespace {

struct Guard : engine::ItemGuard {
  bool begin(std::int64_t) override { return true; }
  void end(std::int64_t) override {}
  void failed(std::int64_t, const std::string&) override {}
};

/// Runs a collective stage on one rank; its result.
template <class S>
h5::File result_of(S stage, const engine::Inputs& inputs) {
  static Guard guard;
  const Communicator alone;
  engine::Team team(alone, 1, {}, [] { return false; }, {});
  engine::Part part({0, 1}, h5::File::in_memory(), {}, guard, alone);
  stage.run({{0, 1}, 0}, team, inputs, part);
  (void)part.finish();
  return std::move(part.file());
}

engine::Input input(const std::string& type, const std::filesystem::path& directory) {
  engine::Input i;
  i.name = i.type = type;
  i.directory = directory;
  return i;
}

/// A decomposition whose factors are the noise-free patterns of wurtzite and the twin, on a scan of 2 x 4: wurtzite on the
/// left, the twin on the right, the corner empty; and a truth that differs in one position.
struct Scene {
  testing::TemporaryDirectory directory;
  Options options;

  Scene() {
    FrameInfo frames;
    frames.type = Scalar::u16;
    frames.navigation = {{"y", "nm", 2, 0, 2}, {"x", "nm", 2, 0, 4}};
    frames.signal = {{"ky", "1/A", 0.032, -1.016, 64}, {"kx", "1/A", 0.032, -1.016, 64}};
    frames.metadata = {{"Acquisition_instrument.TEM.beam_energy", 200.0},
                       {"Acquisition_instrument.TEM.convergence_angle", 0.8},
                       {"Acquisition_instrument.TEM.rocking_angle", 17.5}};  // mrad
    const Grid grid = grid_of(frames.signal);
    const physics::Illumination beam{physics::wavelength(200), physics::relativistic_mass(200), 0.0175};
    std::vector<float> factors;
    for (const int phase : {2, 1}) {
      const Template t(physics::gallium_arsenide()[static_cast<std::size_t>(phase)], grid, beam, 0.03, std::vector<double>{90}, 0);
      const auto pattern = t.draw({});
      factors.insert(factors.end(), pattern.begin(), pattern.end());
    }
    const std::vector<float> loadings{0, 0, 9, 1, 1, 9, 1, 9, 9, 1, 9, 1, 1, 9, 1, 9};
    std::filesystem::create_directories(directory.path() / "decompose");
    std::filesystem::create_directories(directory.path() / "scan");
    auto d = h5::File::create(directory.path() / "decompose" / "index.h5");
    formats::save_info(d.make_group("frames_info"), frames);
    d.write<float>("nmf/factors", factors, {2, 64 * 64});
    d.write<float>("nmf/loadings", loadings, {8, 2});
    d.write("signal_mask", std::vector<std::uint8_t>(64 * 64, 0));
    d.write("navigation_mask", std::vector<std::uint8_t>(8, 0));
    d.close();
    auto s = h5::File::create(directory.path() / "scan" / "index.h5");
    s.write<std::uint8_t>("truth_phase", std::vector<std::uint8_t>{0, 3, 2, 2, 3, 3, 1, 2}, {2, 4});
    s.write_texts("truth/phase_names", {"outside", "zinc blende", "twin", "wurtzite"});
    s.set_attribute("dose", 200.0);
    s.close();
  }
  /// Changes what the data's metadata say.
  void say(const std::function<void(Metadata&)>& change) const {
    auto d = h5::File::open(directory.path() / "decompose" / "index.h5", h5::Access::read_write);
    FrameInfo frames = formats::load_info(d.group("frames_info"));
    change(frames.metadata);
    d.remove("frames_info");
    formats::save_info(d.make_group("frames_info"), frames);
  }
  [[nodiscard]] engine::Input decompose() const { return input("decompose", directory.path() / "decompose"); }
  [[nodiscard]] engine::Input scan() const { return input("simulate_scan", directory.path() / "scan"); }
};

}  // namespace

TEST(PhasesStage, NamesMapsAndMeasuresAConstructedCase) {
  const Scene scene;
  const h5::File result = result_of(Phases(scene.options), engine::Inputs(1, {scene.decompose(), scene.scan()}, {}));
  EXPECT_EQ(result.read_texts("component_names"), (std::vector<std::string>{"wurtzite", "twin"}));
  EXPECT_EQ(result.read<std::uint8_t>("phase_map"), (std::vector<std::uint8_t>{0, 3, 2, 2, 3, 3, 2, 2}));
  EXPECT_EQ(result.dataset("phase_map").shape(), (h5::Shape{2, 4}));
  EXPECT_DOUBLE_EQ(result.attribute<double>("accuracy"), 6.0 / 7);
  EXPECT_EQ(result.attribute<double>("dose"), 200);
  const auto fractions = result.read<double>("fractions");
  EXPECT_DOUBLE_EQ(fractions[1], 4.0 / 7);
  EXPECT_DOUBLE_EQ(fractions[2], 3.0 / 7);
  EXPECT_GE(report::load(result).size(), 8u) << "maps, tables, components beside templates";
}

TEST(PhasesStage, TheTruthChangesNothingButTheAccuracy) {
  const Scene scene;
  const h5::File with = result_of(Phases(scene.options), engine::Inputs(1, {scene.decompose(), scene.scan()}, {}));
  const h5::File without = result_of(Phases(scene.options), engine::Inputs(1, {scene.decompose()}, {}));
  EXPECT_EQ(with.read<std::uint8_t>("phase_map"), without.read<std::uint8_t>("phase_map"));
  EXPECT_EQ(with.read<double>("scores"), without.read<double>("scores"));
  EXPECT_EQ(with.read_texts("component_names"), without.read_texts("component_names"));
  EXPECT_FALSE(without.has_attribute("accuracy"));
}

TEST(PhasesStage, ThePrecessionAngleIsReadInMilliradians) {
  const Scene scene;  // its components are templates at 17.5 mrad
  const h5::File said = result_of(Phases(scene.options), engine::Inputs(1, {scene.decompose()}, {}));
  Options given = scene.options;
  given.precession = 17.5e-3 * 180 / 3.14159265358979;  // degrees
  const h5::File asked = result_of(Phases(given), engine::Inputs(1, {scene.decompose()}, {}));
  const auto a = said.read<double>("scores"), b = asked.read<double>("scores");
  ASSERT_EQ(a.size(), b.size());
  for (std::size_t i = 0; i < a.size(); ++i) EXPECT_NEAR(a[i], b[i], 1e-9);
}

TEST(PhasesStage, MetadataThatCannotBeRightAreRefused) {
  for (const auto& [key, value, option] : {std::tuple{"rocking_angle", 200.0, "precession"},  // 11 degrees
                                           {"rocking_angle", -1.0, "precession"},
                                           {"beam_energy", 200e3, "energy"},  // in V
                                           {"convergence_angle", 0.0, "convergence"}}) {
    Scene scene;
    scene.say([&](Metadata& metadata) { metadata[std::string("Acquisition_instrument.TEM.") + key] = value; });
    try {
      (void)result_of(Phases(scene.options), engine::Inputs(1, {scene.decompose()}, {}));
      FAIL() << key << " " << value;
    } catch (const Failure& failure) {
      EXPECT_NE(failure.error().message.find(key), std::string::npos) << failure.what();
      EXPECT_NE(failure.error().advice.find(option), std::string::npos) << failure.what();
    }
  }
}

TEST(PhasesStage, MissingSettingsAreNamed) {
  Scene scene;
  scene.say([](Metadata& metadata) { metadata.clear(); });
  try {
    (void)result_of(Phases(scene.options), engine::Inputs(1, {scene.decompose()}, {}));
    FAIL() << "no beam energy";
  } catch (const Failure& failure) { EXPECT_NE(failure.error().text().find("energy"), std::string::npos); }
  scene.options.energy = 200;
  scene.options.convergence = 0.8;
  EXPECT_NO_THROW((void)result_of(Phases(scene.options), engine::Inputs(1, {scene.decompose()}, {})));
}

TEST(AccuracyCurve, CollectsAttributesOfTheStagesThatHaveThem) {
  testing::TemporaryDirectory directory;
  std::vector<engine::Input> inputs;
  for (const auto& [name, dose, accuracy] :
       {std::tuple{"phases@500", 500.0, 0.99}, {"phases@50", 50.0, 0.9}, {"other", -1.0, 0.0}}) {
    std::filesystem::create_directories(directory.path() / name);
    auto f = h5::File::create(directory.path() / name / "index.h5");
    if (dose > 0) {
      f.set_attribute("dose", dose);
      f.set_attribute("accuracy", accuracy);
    }
    f.close();
    inputs.push_back(input(name, directory.path() / name));
  }
  const h5::File result = result_of(accuracy_curve::AccuracyCurve({}), engine::Inputs(1, inputs, {}));
  EXPECT_EQ(result.read<double>("points"), (std::vector<double>{50, 0.9, 500, 0.99}));
  EXPECT_EQ(result.read_texts("stages"), (std::vector<std::string>{"phases@50", "phases@500"}));
  EXPECT_EQ(report::load(result).size(), 2u);
  inputs.erase(inputs.begin(), inputs.begin() + 2);
  EXPECT_THROW((void)result_of(accuracy_curve::AccuracyCurve({}), engine::Inputs(1, inputs, {})), Failure);
}

}  // namespace ronchi::phases
