// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/formats/writer.hpp"
#include "tests/support/temporary.hpp"
#include "tests/unit/formats/samples.hpp"

using namespace ronchi;
using namespace ronchi::formats;
using namespace ronchi::formats::testing;
using ronchi::testing::TemporaryDirectory;

namespace {

struct TestAxis {
  std::string name;
  bool navigate;
  std::int64_t size;
};

/// A .hspy with this array; its axes in array order.
template <class T>
void write_signal(const std::filesystem::path& path, const std::vector<T>& values, const std::vector<TestAxis>& axes,
                  const h5::Layout& layout = {}) {
  auto file = h5::File::create(path);
  file.set_attribute("file_format", "HyperSpy");
  file.set_attribute("file_format_version", "3.1");
  auto group = file.make_group("Experiments/test");
  (void)group.make_group("metadata");
  h5::Shape shape;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    auto axis = group.make_group("axis-" + std::to_string(i));
    axis.set_attribute("name", axes[i].name);
    axis.set_attribute("navigate", axes[i].navigate);
    axis.set_attribute("size", axes[i].size);
    axis.set_attribute("scale", 0.5);
    axis.set_attribute("offset", 1.0);
    shape.push_back(axes[i].size);
  }
  group.template write<T>("data", values, shape, layout);
}

/// values[axes of the array] put into another order of axes: out axis i is array axis order[i].
template <class T>
std::vector<T> transposed(const std::vector<T>& values, const h5::Shape& shape, const std::vector<int>& order) {
  std::vector<T> out;
  h5::Shape index(shape.size(), 0);
  for (std::size_t n = 0; n < values.size(); ++n) {
    std::size_t rest = n;
    for (std::size_t i = order.size(); i-- > 0;) {
      const auto a = static_cast<std::size_t>(order[i]);
      index[a] = static_cast<std::int64_t>(rest) % shape[a];
      rest /= static_cast<std::size_t>(shape[a]);
    }
    std::int64_t flat = 0;
    for (std::size_t a = 0; a < shape.size(); ++a) flat = flat * shape[a] + index[a];
    out.push_back(values[static_cast<std::size_t>(flat)]);
  }
  return out;
}

TEST(Hspy, AnyChunksGiveTheSameFrames) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint16_t>(5 * 7 * 6 * 9, 1, 65536);
  const std::vector<TestAxis> axes{{"y", true, 5}, {"x", true, 7}, {"ky", false, 6}, {"kx", false, 9}};
  // Contiguous; frames; chunks over several lines; chunks that split the pattern, with and without gzip.
  for (const auto& layout : {h5::Layout{}, h5::Layout{.chunk = {1, 3, 6, 9}}, h5::Layout{.chunk = {2, 2, 6, 9}, .deflate = 1},
                             h5::Layout{.chunk = {2, 4, 4, 4}, .deflate = 1}, h5::Layout{.chunk = {5, 7, 1, 2}, .deflate = 1}}) {
    write_signal(dir / "a.hspy", values, axes, layout);
    const auto source = open(dir / "a.hspy");
    EXPECT_EQ(source->info().text(), "5 x 7 | 6 x 9 uint16");
    EXPECT_EQ(source->info().navigation[1], (Axis{"x", "", 0.5, 1, 7}));
    expect_values(*source, values);
  }
}

TEST(Hspy, GrainIsABandOfChunks) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint8_t>(6 * 8 * 4 * 4, 2, 256);
  const std::vector<TestAxis> axes{{"y", true, 6}, {"x", true, 8}, {"ky", false, 4}, {"kx", false, 4}};
  const auto grain = [&](const h5::Layout& layout) {
    write_signal(dir / "a.hspy", values, axes, layout);
    return open(dir / "a.hspy")->grain();
  };
  EXPECT_EQ(grain({}), 1);
  EXPECT_EQ(grain({.chunk = {1, 1, 4, 4}}), 1);
  EXPECT_EQ(grain({.chunk = {1, 4, 4, 4}}), 4);   // half a line
  EXPECT_EQ(grain({.chunk = {1, 3, 4, 4}}), 8);   // threes do not meet the ends of lines of eight: a line
  EXPECT_EQ(grain({.chunk = {3, 4, 2, 2}}), 24);  // three lines
}

TEST(Hspy, AxesInAnyOrder) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::int32_t>(3 * 4 * 5, 3, 1 << 30);
  write_signal(dir / "a.hspy", values, {{"E", false, 3}, {"y", true, 4}, {"x", true, 5}});
  EXPECT_EQ(open(dir / "a.hspy")->info().text(), "4 x 5 | 3 int32");
  expect_values(*open(dir / "a.hspy"), transposed(values, {3, 4, 5}, {1, 2, 0}));
  write_signal(dir / "a.hspy", values, {{"y", true, 3}, {"E", false, 4}, {"x", true, 5}}, {.chunk = {2, 3, 2}, .deflate = 1});
  expect_values(*open(dir / "a.hspy"), transposed(values, {3, 4, 5}, {0, 2, 1}));
  const auto wide = numbers<double>(2 * 3 * 4 * 5, 4, 1000);
  write_signal(dir / "a.hspy", wide, {{"ky", false, 2}, {"y", true, 3}, {"kx", false, 4}, {"x", true, 5}});
  expect_values(*open(dir / "a.hspy"), transposed(wide, {2, 3, 4, 5}, {1, 3, 0, 2}));
}

TEST(Hspy, BooleansAndSingleSignals) {
  const TemporaryDirectory dir;
  const auto flags = numbers<std::uint8_t>(4 * 3 * 2, 5, 2);
  write_signal(dir / "a.hspy", flags, {{"y", true, 4}, {"ky", false, 3}, {"kx", false, 2}});
  {
    auto file = h5::File::open(dir / "a.hspy", h5::Access::read_write);
    auto group = file.group("Experiments/test");
    group.remove("data");
    write_bools(group, "data", flags, {4, 3, 2});
  }
  expect_values(*open(dir / "a.hspy"), flags);
  write_signal(dir / "b.hspy", flags, {{"E", false, 24}});
  EXPECT_EQ(open(dir / "b.hspy")->info().text(), "1 | 24 uint8");
  expect_values(*open(dir / "b.hspy"), flags);
}

TEST(Hspy, AxesByPositions) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint8_t>(2 * 4, 6, 256);
  const auto with = [&](const std::vector<double>& positions) {
    write_signal(dir / "a.hspy", values, {{"x", true, 2}, {"E", false, 4}});
    auto file = h5::File::open(dir / "a.hspy", h5::Access::read_write);
    file.group("Experiments/test/axis-1").write("axis", positions);
  };
  with({2, 2.5, 3, 3.5});
  EXPECT_EQ(open(dir / "a.hspy")->info().signal[0], (Axis{"E", "", 0.5, 2, 4}));
  with({2, 2.5, 3, 4});
  expect_refused(Fault::unsupported, dir / "a.hspy");
  with({2, 2.5, 3});
  expect_refused(Fault::corrupt, dir / "a.hspy");
}

TEST(Hspy, UnitsAreTranslated) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint8_t>(2 * 4, 6, 256);
  for (const auto& [written, read] : {std::pair{"$A^{-1}$", "1/A"},
                                      {"1/\u00C5", "1/A"},
                                      {"\u212B^-1", "1/A"},
                                      {"1 / angstrom", "1/A"},
                                      {"1 / nm", "1/nm"},
                                      {"nm$^{-1}$", "1/nm"},
                                      {"\u00C5", "A"},
                                      {"keV", "keV"},
                                      {"px", ""}}) {
    write_signal(dir / "a.hspy", values, {{"x", true, 2}, {"E", false, 4}});
    {
      auto file = h5::File::open(dir / "a.hspy", h5::Access::read_write);
      file.group("Experiments/test/axis-1").set_attribute("units", written);
    }
    EXPECT_EQ(open(dir / "a.hspy")->info().signal[0].units, read) << written;
  }
}

TEST(Hspy, PositionsAreCountedBeforeTheyAreRead) {
  const TemporaryDirectory dir;
  write_signal(dir / "a.hspy", numbers<std::uint8_t>(2 * 4, 6, 256), {{"x", true, 2}, {"E", false, 4}});
  {
    auto file = h5::File::open(dir / "a.hspy", h5::Access::read_write);  // 8 EB, of which nothing is in the file
    file.group("Experiments/test/axis-1").create<double>("axis", {std::int64_t{1} << 60}, {.chunk = {1024}});
  }
  expect_refused(Fault::corrupt, dir / "a.hspy");
}

TEST(Hspy, RefusesWhatContradictsItself) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint8_t>(8, 7, 256);
  write_signal(dir / "a.hspy", values, {{"x", true, 2}, {"E", false, 4}});
  {
    auto file = h5::File::open(dir / "a.hspy", h5::Access::read_write);
    file.group("Experiments/test/axis-1").set_attribute("size", std::int64_t{5});
  }
  expect_refused(Fault::corrupt, dir / "a.hspy");
  {
    auto file = h5::File::open(dir / "a.hspy", h5::Access::read_write);
    file.remove("Experiments/test/axis-1");
  }
  expect_refused(Fault::corrupt, dir / "a.hspy");
  {
    auto file = h5::File::create(dir / "b.hspy");
    file.set_attribute("file_format", "HyperSpy");
    (void)file.make_group("Experiments");
  }
  expect_refused(Fault::unsupported, dir / "b.hspy");
  {
    auto file = h5::File::create(dir / "c.hspy");
    file.set_attribute("file_format", "HyperSpy");
    file.make_group("Experiments/one").write<std::uint8_t>("data", values);
    file.make_group("Experiments/two").write<std::uint8_t>("data", values);
  }
  const auto error = expect_refused(Fault::usage, dir / "c.hspy");
  EXPECT_NE(error.advice.find("one, two"), std::string::npos);
  expect_refused(Fault::missing, dir / "c.hspy", {.dataset = "three"});
}

TEST(Hdf5, TheOnlyArrayOrTheOneNamed) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint16_t>(2 * 3 * 4 * 5, 8, 65536);
  {
    auto file = h5::File::create(dir / "a.h5");
    auto group = file.make_group("entry/data");
    group.write<std::uint16_t>("counts", values, {2, 3, 4, 5});
    group.write<double>("x", {1, 2, 3});
    file.write_text("title", "text is no array");
  }
  expect_values(*open(dir / "a.h5"), values);
  EXPECT_EQ(open(dir / "a.h5", {.dataset = "/entry/data/counts", .signal_axes = 1})->info().text(), "2 x 3 x 4 | 5 uint16");
  EXPECT_EQ(open(dir / "a.h5", {.dataset = "entry/data/x"})->info().text(), "1 | 3 float64");
  const auto error = expect_refused(Fault::missing, dir / "a.h5", {.dataset = "entry/data/count"});
  EXPECT_NE(error.advice.find("entry/data/counts"), std::string::npos) << error.advice;
  expect_refused(Fault::usage, dir / "a.h5", {.scan = {7, 7}});
  expect_values(*open(dir / "a.h5", {.scan = {3, 2}}), values);
  {
    auto file = h5::File::open(dir / "a.h5", h5::Access::read_write);
    file.write<std::uint16_t>("other", values, {2, 3, 4, 5});
  }
  const auto both = expect_refused(Fault::usage, dir / "a.h5");
  EXPECT_NE(both.advice.find("other (2 x 3 x 4 x 5), entry/data/counts (2 x 3 x 4 x 5)"), std::string::npos) << both.advice;
  {
    auto file = h5::File::create(dir / "none.h5");
    file.write_text("title", "nothing");
  }
  expect_refused(Fault::unsupported, dir / "none.h5");
}

TEST(Hdf5, ChunksThatWereNeverWrittenAreSaid) {
  const TemporaryDirectory dir;
  const auto lines = numbers<std::uint16_t>(3 * 6 * 4 * 4, 8, 65536);
  for (const int deflate : {0, 1})
    for (const std::int64_t written : {4, 3}) {  // of four bands of two lines, the last one cut
      {
        auto file = h5::File::create(dir / "a.h5");
        auto set = file.create<std::uint16_t>("counts", {7, 6, 4, 4}, {.chunk = {2, 6, 4, 4}, .deflate = deflate});
        for (std::int64_t band = 0; band < written; ++band) {
          const std::int64_t rows = std::min<std::int64_t>(2, 7 - 2 * band);
          set.write<std::uint16_t>({2 * band, 0, 0, 0}, {rows, 6, 4, 4},
                                   std::span(lines).first(static_cast<std::size_t>(rows * 96)));
        }
      }
      const auto warnings = open(dir / "a.h5")->info().warnings;
      ASSERT_EQ(warnings.size(), written == 4 ? 0U : 1U);
      if (!warnings.empty()) {
        EXPECT_NE(warnings[0].find("1 of 4 chunks (25 %)"), std::string::npos) << warnings[0];
      }
    }
}

TEST(Hdf5, AMissingSourceOfAVirtualDatasetIsSaid) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint8_t>(2 * 3 * 4, 9, 256);
  {
    auto part = h5::File::create(dir / "part.h5");
    part.write<std::uint8_t>("rows", values, {2, 3, 4});
  }
  {
    auto file = h5::File::create(dir / "a.h5");
    const h5::Group::Source source{dir / "part.h5", "rows", 0, 2};
    file.create_virtual("all", Scalar::u8, {2, 3, 4}, {&source, 1});
  }
  expect_values(*open(dir / "a.h5"), values);
  std::filesystem::remove(dir / "part.h5");
  expect_refused(Fault::missing, dir / "a.h5");
}

TEST(Fpd, OneColourAndMore) {
  const TemporaryDirectory dir;
  for (const int colours : {1, 2}) {
    const auto values = numbers<std::uint16_t>(static_cast<std::size_t>(2 * 3 * colours * 4 * 5), 10, 65536);
    {
      auto file = h5::File::create(dir / "a.hdf5");
      auto group = file.make_group("fpd_expt/fpd_data");
      group.write<std::uint16_t>("data", values, {2, 3, colours, 4, 5}, {.chunk = {1, 1, 1, 2, 2}});
      group.write<double>("dim5", {-2, -1, 0, 1, 2});
      auto dim = group.dataset("dim5");
      dim.set_attribute("name", "detX");
      dim.set_attribute("units", "mrad");
      group.write_text("dim1", "y");
    }
    const auto source = open(dir / "a.hdf5");
    EXPECT_EQ(source->info().format, "fpd");
    EXPECT_EQ(source->info().signal[1], (Axis{"detX", "mrad", 1, -2, 5}));
    EXPECT_EQ(source->info().text(), colours == 1 ? "2 x 3 | 4 x 5 uint16" : "2 x 2 x 3 | 4 x 5 uint16");
    expect_values(*source, colours == 1 ? values : transposed(values, {2, 3, 2, 4, 5}, {2, 0, 1, 3, 4}));
  }
}

TEST(Fpd, PositionsThatAreNotEquidistantAreNoCalibration) {
  const TemporaryDirectory dir;
  {
    auto file = h5::File::create(dir / "a.hdf5");
    auto group = file.make_group("fpd_expt/fpd_data");
    group.write<std::uint8_t>("data", numbers<std::uint8_t>(2 * 3 * 4 * 5, 10, 256), {2, 3, 1, 4, 5});
    group.write<double>("dim5", {-2, -1, 0, 1, 7});
    group.dataset("dim5").set_attribute("units", "mrad");
  }
  const FrameInfo info = open(dir / "a.hdf5")->info();
  EXPECT_EQ(info.signal[1], (Axis{"", "", 1, 0, 5}));
  EXPECT_EQ(info.warnings.size(), 1U);
  {
    auto file = h5::File::open(dir / "a.hdf5", h5::Access::read_write);
    file.remove("fpd_expt/fpd_data/dim5");
    file.group("fpd_expt/fpd_data").write<double>("dim5", {-2, -1});  // the first two alone: that is EMD's way
  }
  expect_refused(Fault::corrupt, dir / "a.hdf5");
}

// Emd 0.x: dim1 lies along axis 0; two values are the first two positions.
TEST(Emd, OldArraysWithDims) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint16_t>(2 * 3 * 4 * 5, 11, 65536);
  {
    auto file = h5::File::create(dir / "a.emd");
    file.set_attribute("version_major", 0);
    auto group = file.make_group("4DSTEM_experiment/data/datacubes/datacube_0");
    group.set_attribute("emd_group_type", 1);
    group.write<std::uint16_t>("data", values, {2, 3, 4, 5});
    group.write<double>("dim1", {10, 12});
    group.write<double>("dim4", {0, 0.5, 1, 1.5, 2});
    auto dim1 = group.dataset("dim1"), dim4 = group.dataset("dim4");
    dim1.set_attribute("name", "R_x");
    dim1.set_attribute("units", "[n_m]");
    dim4.set_attribute("name", "Q_y");
    dim4.set_attribute("units", "[n_m^-1]");
  }
  {
    const auto source = open(dir / "a.emd");
    EXPECT_EQ(source->info().format, "emd");
    EXPECT_EQ(source->info().navigation[0], (Axis{"R_x", "nm", 2, 10, 2}));
    EXPECT_EQ(source->info().signal[1], (Axis{"Q_y", "1/nm", 0.5, 0, 5}));
    expect_values(*source, values);
  }
  {
    auto file = h5::File::open(dir / "a.emd", h5::Access::read_write);
    file.group("4DSTEM_experiment/data/datacubes/datacube_0").remove("dim4");
    file.group("4DSTEM_experiment/data/datacubes/datacube_0").write<double>("dim4", {0, 1, 2});
  }
  expect_refused(Fault::corrupt, dir / "a.emd");
}

}  // namespace
