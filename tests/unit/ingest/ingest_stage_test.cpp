// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Survey and ingest as stages: from frames of a stage before to frames for a stage after.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <numeric>

#include "framework/report/figures.hpp"
#include "stages/ingest/ingest.hpp"
#include "stages/survey/survey.hpp"
#include "tests/support/scan.hpp"
#include "tests/support/stage_run.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi {
namespace {

using testing::TemporaryDirectory;

FrameInfo info_of(const testing::Scan& scan, Scalar type) {
  FrameInfo info;
  info.type = type;
  info.navigation = {{"y", "nm", 2.5, 0, scan.ny}, {"x", "nm", 2.5, 0, scan.nx}};
  info.signal = {{"ky", "1/A", 0.02, 0, scan.h}, {"kx", "1/A", 0.02, 0, scan.w}};
  info.metadata["General.title"] = std::string("planted");
  return info;
}

struct Chain {
  engine::Input frames;
  testing::StageRun survey, ingest;
};

template <class T>
Chain run_chain(const std::filesystem::path& folder, const FrameInfo& info, const std::vector<T>& values,
                survey::Options survey_options, ingest::Options ingest_options, std::int64_t cut) {
  Chain chain;
  chain.frames = testing::provide(folder / "simulate_scan-1", info, values);
  survey::Survey survey_stage(std::move(survey_options));
  chain.survey = testing::run_stage(survey_stage, "survey", engine::Inputs(1, {chain.frames}, folder), folder / "survey-1", cut);
  ingest::Ingest ingest_stage(std::move(ingest_options));
  chain.ingest = testing::run_stage(ingest_stage, "ingest", engine::Inputs(1, {chain.survey.input, chain.frames}, folder),
                                    folder / "ingest-1", cut);
  return chain;
}

std::vector<std::byte> all_frames(const engine::Input& input) {
  const auto source = formats::open_frames(input);
  std::vector<std::byte> bytes(static_cast<std::size_t>(source->info().frames() * source->info().frame_bytes()));
  source->read({0, source->info().frames()}, bytes);
  return bytes;
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

testing::Scan drifting() {
  testing::Scan scan;  // 6 x 10: not square
  scan.y_per_line = 0.7;
  scan.x_per_column = 0.35;
  scan.hot = {5 * 40 + 5};
  scan.dead = {40 * 40 + 12};
  return scan;
}

TEST(IngestStage, AViewAndACopyHoldTheSameBytes) {
  const auto scan = drifting();
  survey::Options survey_options;
  survey_options.bin = 2;
  survey_options.crop_radius = 0.36;
  const TemporaryDirectory view_folder, copy_folder;
  const auto view = run_chain(view_folder.path(), info_of(scan, Scalar::u16), scan.frames(), survey_options, {}, 6);
  ingest::Options materialise;
  materialise.materialise = true;
  const auto copy = run_chain(copy_folder.path(), info_of(scan, Scalar::u16), scan.frames(), survey_options, materialise, 4);
  EXPECT_EQ(all_frames(view.ingest.input), all_frames(copy.ingest.input));
  const auto a = formats::open_frames(view.ingest.input)->info(), b = formats::open_frames(copy.ingest.input)->info();
  EXPECT_EQ(a.signal, b.signal);
  EXPECT_EQ(a.navigation, b.navigation);
  EXPECT_EQ(a.signal[0].units, "1/A");
  EXPECT_DOUBLE_EQ(a.signal[0].scale, 0.04);
  EXPECT_EQ(std::get<std::string>(a.metadata.at("General.title")), "planted");
  EXPECT_EQ(view.ingest.input.index().read<std::uint8_t>("mask").size(), static_cast<std::size_t>(a.pixels()));
}

/// The values of a figure that is a pattern in counts.
std::vector<float> pattern(const testing::StageRun& stage, const std::string& title) {
  for (const auto& figure : report::load(stage.input.index()))
    if (const auto* image = std::get_if<report::Image>(&figure); image != nullptr && image->title == title) {
      EXPECT_EQ(image->unit, "counts");
      return image->values;
    }
  ADD_FAILURE() << "no figure " << title;
  return {};
}

TEST(IngestStage, FiguresOfPatternsAreCounts) {
  const auto scan = drifting();
  const auto frames = scan.frames();
  const TemporaryDirectory folder;
  const auto chain = run_chain(folder.path(), info_of(scan, Scalar::u16), frames, {}, {}, 6);
  const auto count = static_cast<double>(scan.ny * scan.nx);
  const double all = std::accumulate(frames.begin(), frames.end(), 0.0);
  const auto raw = pattern(chain.survey, "Mean pattern"), largest = pattern(chain.survey, "Maximum pattern");
  EXPECT_NEAR(std::accumulate(raw.begin(), raw.end(), 0.0), all / count, 1e-5 * all / count);
  EXPECT_EQ(*std::max_element(largest.begin(), largest.end()), *std::max_element(frames.begin(), frames.end()));
  const auto sum = chain.ingest.input.index().read<std::int64_t>("sum_pattern");
  const auto mean = pattern(chain.ingest, "Mean pattern");
  ASSERT_EQ(mean.size(), sum.size());
  for (std::size_t i = 0; i < sum.size(); ++i) ASSERT_FLOAT_EQ(mean[i], static_cast<float>(static_cast<double>(sum[i]) / count));
  EXPECT_FALSE(pattern(chain.survey, "What the masks leave").empty());
}

TEST(IngestStage, TheSameBytesHoweverTheWorkIsCut) {
  const auto scan = drifting();
  for (const auto centring : {survey::Centring::plane, survey::Centring::measured}) {
    survey::Options survey_options;
    survey_options.centring = centring;
    std::string survey_bytes, ingest_bytes;
    for (const std::int64_t cut : {6, 1, 4}) {
      const TemporaryDirectory folder;
      const auto chain = run_chain(folder.path(), info_of(scan, Scalar::u16), scan.frames(), survey_options, {}, cut);
      const auto survey_now = contents(chain.survey.input.directory / "index.h5"),
                 ingest_now = contents(chain.ingest.input.directory / "index.h5");
      if (cut != 6) {
        EXPECT_TRUE(survey_now == survey_bytes) << cut;
        EXPECT_TRUE(ingest_now == ingest_bytes) << cut;
      }
      survey_bytes = survey_now;
      ingest_bytes = ingest_now;
    }
  }
}

TEST(IngestStage, PlantedFaultsAndDriftAreFound) {
  const auto scan = drifting();
  const TemporaryDirectory folder;
  const auto chain = run_chain(folder.path(), info_of(scan, Scalar::u16), scan.frames(), {}, {}, 3);
  const auto index = chain.survey.input.index();
  EXPECT_EQ(index.read<std::int64_t>("bad_pixels/hot"), (std::vector<std::int64_t>{5, 5}));
  EXPECT_EQ(index.read<std::int64_t>("bad_pixels/dead"), (std::vector<std::int64_t>{40, 12}));
  const auto path = index.read<double>("beam_path");
  for (std::int64_t f = 0; f < scan.ny * scan.nx; ++f) {
    EXPECT_NEAR(path[static_cast<std::size_t>(2 * f)], scan.beam_y(f / scan.nx, f % scan.nx), 0.1);
    EXPECT_NEAR(path[static_cast<std::size_t>(2 * f + 1)], scan.beam_x(f / scan.nx, f % scan.nx), 0.1);
  }
  EXPECT_TRUE(chain.survey.warnings.empty()) << chain.survey.warnings.front();
}

TEST(IngestStage, ASampleOfLinesFindsTheSamePlane) {
  testing::Scan scan = drifting();
  scan.ny = 12;
  scan.y_per_line = 0.3;
  survey::Options sampled;
  sampled.sample = 4;
  const TemporaryDirectory folder;
  const auto chain = run_chain(folder.path(), info_of(scan, Scalar::u16), scan.frames(), sampled, {}, 3);
  const auto index = chain.survey.input.index();
  EXPECT_EQ(index.read<std::int64_t>("lines"), (std::vector<std::int64_t>{1, 4, 7, 10}));
  EXPECT_EQ(index.attribute<std::int64_t>("frames_surveyed"), 40);
  const auto path = index.read<double>("beam_path");
  for (std::int64_t f = 0; f < scan.ny * scan.nx; ++f)
    EXPECT_NEAR(path[static_cast<std::size_t>(2 * f)], scan.beam_y(f / scan.nx, f % scan.nx), 0.1);
}

TEST(IngestStage, ALineWithNaNIsQuarantinedAndMasked) {
  const auto scan = drifting();
  const auto counts = scan.frames();
  std::vector<float> values(counts.begin(), counts.end());
  values[static_cast<std::size_t>((2 * scan.nx + 4) * scan.h * scan.w + 777)] = std::numeric_limits<float>::quiet_NaN();
  for (const bool materialise : {false, true}) {
    ingest::Options options;
    options.materialise = materialise;
    const TemporaryDirectory folder;
    const auto chain = run_chain(folder.path(), info_of(scan, Scalar::f32), values, {}, options, 6);
    ASSERT_EQ(chain.ingest.failed.size(), 1U);
    EXPECT_EQ(chain.ingest.failed.begin()->first, 2);
    EXPECT_NE(chain.ingest.failed.begin()->second.find("nan"), std::string::npos) << chain.ingest.failed.begin()->second;
    const auto mask = chain.ingest.input.index().read<std::uint8_t>("navigation_mask");
    for (std::int64_t f = 0; f < scan.ny * scan.nx; ++f) EXPECT_EQ(mask[static_cast<std::size_t>(f)], f / scan.nx == 2) << f;
    const auto bytes = all_frames(chain.ingest.input);  // reads through, NaN or not
    const auto line = bytes.size() / static_cast<std::size_t>(scan.ny);
    EXPECT_TRUE(std::all_of(bytes.begin() + static_cast<std::ptrdiff_t>(2 * line),
                            bytes.begin() + static_cast<std::ptrdiff_t>(3 * line), [](std::byte b) { return b == std::byte{0}; }));
    EXPECT_TRUE(std::any_of(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(line),
                            [](std::byte b) { return b != std::byte{0}; }));
    EXPECT_FALSE(chain.ingest.warnings.empty());
  }
}

TEST(IngestStage, FaintFramesAreMaskedInScanOrder) {
  const auto scan = drifting();
  auto values = scan.frames();
  const auto pixels = static_cast<std::size_t>(scan.h * scan.w);
  const std::vector<std::size_t> vacuum{3, 17, 59};  // flat over 6 x 10
  for (const auto f : vacuum)
    for (std::size_t p = 0; p < pixels; ++p) values[f * pixels + p] = (p * 7 + f) % 101 == 0;
  ingest::Options options;
  options.navigation_threshold = 1000;
  const TemporaryDirectory folder;
  const auto chain = run_chain(folder.path(), info_of(scan, Scalar::u16), values, {}, options, 2);
  const auto mask = chain.ingest.input.index().read<std::uint8_t>("navigation_mask");
  for (std::size_t f = 0; f < mask.size(); ++f) EXPECT_EQ(mask[f], std::find(vacuum.begin(), vacuum.end(), f) != vacuum.end()) << f;
}

TEST(IngestStage, AnOverflowSaysWhatToRaise) {
  const auto scan = drifting();
  survey::Options narrow;
  narrow.output_type = "uint8";
  narrow.inner_radius = 0;  // the direct beam, about 250 counts a pixel, binned by 2
  narrow.bin = 2;
  const TemporaryDirectory folder;
  const auto chain = run_chain(folder.path(), info_of(scan, Scalar::u16), scan.frames(), narrow, {}, 6);
  ASSERT_EQ(chain.ingest.failed.size(), 6U);
  EXPECT_NE(chain.ingest.failed.at(0).find("output_type: uint16"), std::string::npos) << chain.ingest.failed.at(0);
}

}  // namespace
}  // namespace ronchi
