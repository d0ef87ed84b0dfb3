// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/formats/info.hpp"
#include "tests/support/temporary.hpp"
#include "tests/unit/formats/samples.hpp"

using namespace ronchi;
using namespace ronchi::formats;
using namespace ronchi::formats::testing;
using ronchi::testing::TemporaryDirectory;

namespace {

std::string npy(std::int64_t frames, std::uint32_t seed) {
  return npy_file("'<u2'", fmt::format("({}, 4, 5)", frames),
                  bytes_of(numbers<std::uint16_t>(static_cast<std::size_t>(frames * 20), seed, 65536)));
}

TEST(Open, WhatIsNotThereOrMayNotBeRead) {
  const TemporaryDirectory dir;
  for (const auto& format : all()) {
    const std::string ending = format.endings.empty() ? ".hdf5" : format.endings[0];
    const auto path = dir / ("a" + ending);
    expect_refused(Fault::missing, path, {.format = format.name});
    expect_refused(Fault::missing, path);
    write_file(path, "");
    expect_refused(Fault::corrupt, path, {.format = format.name});
    expect_refused(Fault::corrupt, path);
    write_file(path, "no such thing");
    if (format.name != "raw") expect_refused(Fault::corrupt, path, {.format = format.name});
    if (format.name != "raw") expect_refused(Fault::corrupt, path);
    std::filesystem::permissions(path, std::filesystem::perms::none);
    {
      const AsNobody nobody;
      expect_refused(Fault::unreadable, path);
    }
    std::filesystem::remove(path);
  }
  expect_refused(Fault::usage, dir.path());  // a folder
  write_file(dir / "a.npy", npy(2, 1));
  std::filesystem::permissions(dir.path(), std::filesystem::perms::none);
  {
    const AsNobody nobody;
    expect_refused(Fault::unreadable, dir / "a.npy");
  }
  std::filesystem::permissions(dir.path(), std::filesystem::perms::owner_all);
}

TEST(Open, ContentCountsMoreThanTheEnding) {
  const TemporaryDirectory dir;
  write_file(dir / "scan.mib", npy(3, 1));
  EXPECT_EQ(open(dir / "scan.mib")->info().format, "npy");
  write_file(dir / "scan.xyz", "something else");
  expect_refused(Fault::unsupported, dir / "scan.xyz");
  expect_failure(Fault::usage, "hspi", [&] { (void)open(dir / "scan.mib", {.format = "hspi"}); });
}

TEST(Expand, NaturalOrderAndPatterns) {
  const TemporaryDirectory dir;
  for (const char* name : {"a10.npy", "a2.npy", "a1.npy", "b.npy", "a02b.npy"}) write_file(dir / name, "x");
  const auto names = [&](const std::vector<std::string>& patterns) {
    std::vector<std::string> out;
    for (const auto& p : expand(patterns)) out.push_back(p.filename().string());
    return out;
  };
  EXPECT_EQ(names({(dir / "a*.npy").string()}), (std::vector<std::string>{"a1.npy", "a2.npy", "a02b.npy", "a10.npy"}));
  EXPECT_EQ(names({(dir / "[ab].npy").string(), "plain.mib"}), (std::vector<std::string>{"b.npy", "plain.mib"}));
  expect_failure(Fault::missing, "c*", [&] { (void)expand({(dir / "c*").string()}); });
  write_file(dir / "odd[1].npy", "x");
  EXPECT_EQ(names({(dir / "odd[1].npy").string()}), (std::vector<std::string>{"odd[1].npy"}));
}

TEST(OpenAll, StacksEqualScansAndJoinsLines) {
  const TemporaryDirectory dir;
  const auto a = numbers<std::uint16_t>(3 * 20, 1, 65536), b = numbers<std::uint16_t>(3 * 20, 2, 65536),
             c = numbers<std::uint16_t>(5 * 20, 3, 65536);
  write_file(dir / "a.npy", npy(3, 1));
  write_file(dir / "b.npy", npy(3, 2));
  write_file(dir / "c.npy", npy(5, 3));
  auto both = a;
  both.insert(both.end(), b.begin(), b.end());
  const auto stack = open_all({dir / "a.npy", dir / "b.npy"}, {}, "tilt");
  EXPECT_EQ(stack->info().text(), "2 x 3 | 4 x 5 uint16");
  EXPECT_EQ(stack->info().navigation[0].name, "tilt");
  expect_values(*stack, both);
  both.insert(both.end(), c.begin(), c.end());
  const auto joined = open_all({dir / "a.npy", dir / "b.npy", dir / "c.npy"}, {});
  EXPECT_EQ(joined->info().text(), "11 | 4 x 5 uint16");
  expect_values(*joined, both);
  expect_values(*open_all({dir / "a.npy", dir / "b.npy"}, {.scan = {3, 2}}),
                std::vector<std::uint16_t>(both.begin(), both.begin() + 120));
  EXPECT_EQ(open_all({dir / "a.npy"}, {})->info().text(), "3 | 4 x 5 uint16");
}

TEST(OpenAll, RefusesWhatDoesNotBelongTogether) {
  const TemporaryDirectory dir;
  write_file(dir / "a.npy", npy(3, 1));
  write_file(dir / "b.npy", npy_file("'<u2'", "(3, 5, 4)", std::string(120, 'x')));
  write_file(dir / "c.npy", npy_file("'<i2'", "(3, 4, 5)", std::string(120, 'x')));
  expect_failure(Fault::usage, "b.npy", [&] { (void)open_all({dir / "a.npy", dir / "b.npy"}, {}); });
  expect_failure(Fault::usage, "c.npy", [&] { (void)open_all({dir / "a.npy", dir / "c.npy"}, {}); });
  expect_failure(Fault::missing, "d.npy", [&] { (void)open_all({dir / "a.npy", dir / "d.npy"}, {}); });
  expect_failure(Fault::usage, "no file", [&] { (void)open_all({}, {}); });
}

TEST(OpenAll, SignalAxesHaveOneCalibration) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint8_t>(2 * 3 * 4 * 5, 1, 256);
  const auto write = [&](const char* name, const std::function<void(FrameInfo&)>& change) {
    auto info = scan_info(Scalar::u8, 2, 3, 4, 5);
    change(info);
    write_hspy(dir / name, memory(info, values));
  };
  const auto both = [&](const std::function<void(FrameInfo&)>& change) {
    write("b.hspy", change);
    return open_all({dir / "a.hspy", dir / "b.hspy"}, {})->info().warnings;
  };
  write("a.hspy", [](FrameInfo&) {});
  EXPECT_TRUE(both([](FrameInfo&) {}).empty());
  EXPECT_TRUE(both([](FrameInfo& i) { i.signal[1].scale *= 1.0005; }).empty());
  EXPECT_TRUE(both([](FrameInfo& i) { i.signal[1].offset += 0.05 * i.signal[1].scale; }).empty());
  const auto refused = [&](const std::function<void(FrameInfo&)>& change) {
    return expect_failure(Fault::usage, "b.hspy", [&] { (void)both(change); }).message;
  };
  const auto message = refused([](FrameInfo& i) { i.signal[1].scale *= 1.01; });
  EXPECT_NE(message.find("\"kx\""), std::string::npos) << message;
  refused([](FrameInfo& i) { i.signal[0].offset += i.signal[0].scale; });
  refused([](FrameInfo& i) { i.signal[0].scale *= -1; });
  const auto said = both([](FrameInfo& i) { i.navigation[0].scale *= 2; });
  ASSERT_EQ(said.size(), 1U);
  EXPECT_NE(said[0].find("b.hspy"), std::string::npos) << said[0];
  EXPECT_EQ(both([](FrameInfo& i) { i.navigation[1].units = "um"; }).size(), 1U);
  EXPECT_TRUE(both([](FrameInfo& i) { i.navigation[0].offset += 100; }).empty()) << "tiles lie beside each other";
}

TEST(Companions, AreTheFilesThatAreReadBesideTheOneNamed) {
  const TemporaryDirectory dir;
  using Paths = std::vector<std::filesystem::path>;
  write_file(dir / "a.npy", npy(3, 1));
  EXPECT_EQ(companions(dir / "a.npy"), Paths{});
  EXPECT_EQ(companions(dir / "none.npy"), Paths{});
  write_file(dir / "a.mib", mib_header(0, 1, 64, 8, "U08", "1x1", 6) + std::string(64 * 8, 'x'));
  EXPECT_EQ(companions(dir / "a.mib"), Paths{});
  write_file(dir / "a.hdr", "HDR,\t\r\nEnd\t");
  EXPECT_EQ(companions(dir / "a.mib"), Paths{dir / "a.hdr"});
  EXPECT_EQ(companions(dir / "a.hdr"), Paths{dir / "a.mib"});
  {
    auto part = h5::File::create(dir / "part.h5");
    part.write<std::uint8_t>("rows", numbers<std::uint8_t>(24, 9, 256), {2, 3, 4});
    auto file = h5::File::create(dir / "virtual.h5");
    const h5::Group::Source source{dir / "part.h5", "rows", 0, 2};
    file.create_virtual("all", Scalar::u8, {2, 3, 4}, {&source, 1});
    auto link = h5::File::create(dir / "link.h5");
    H5Lcreate_external("part.h5", "/rows", link.id(), "rows", H5P_DEFAULT, H5P_DEFAULT);
  }
  EXPECT_EQ(companions(dir / "part.h5"), Paths{});
  EXPECT_EQ(companions(dir / "virtual.h5"), Paths{dir / "part.h5"});
  EXPECT_EQ(companions(dir / "link.h5"), Paths{dir / "part.h5"});
  {
    write_file(dir / "numbers.bin", std::string(24, 'x'));
    auto file = h5::File::create(dir / "external.h5");
    const hsize_t shape[] = {2, 3, 4};
    const h5::Handle list{H5Pcreate(H5P_DATASET_CREATE), H5Pclose}, space{H5Screate_simple(3, shape, nullptr), H5Sclose};
    H5Pset_external(list.id(), (dir / "numbers.bin").c_str(), 0, H5F_UNLIMITED);
    const h5::Handle set{H5Dcreate2(file.id(), "all", H5T_STD_U8LE, space.id(), H5P_DEFAULT, list.id(), H5P_DEFAULT), H5Dclose};
  }
  EXPECT_EQ(companions(dir / "external.h5"), Paths{dir / "numbers.bin"});
}

TEST(OpenAll, AFileThatChangesMeanwhileIsNoticed) {
  const TemporaryDirectory dir;
  std::vector<std::filesystem::path> paths;
  for (int i = 0; i < 4; ++i) write_file(paths.emplace_back(dir / fmt::format("{}.npy", i)), npy(3, static_cast<std::uint32_t>(i)));
  const auto stack = open_all(paths, {});
  write_file(paths[2], npy(4, 9));
  expect_failure(Fault::corrupt, "2.npy", [&] { (void)whole(*stack); });
}

TEST(Info, SaysWhatAFileHolds) {
  auto info = scan_info(Scalar::u16, 2, 3, 4, 5);
  info.warnings = {"something odd"};
  const auto text = describe_text(memory(info, numbers<std::uint16_t>(120, 1, 100)));
  for (const char* part : {"2 x 3 | 4 x 5 uint16", "6 frames of 20 pixels", "navigation y", "10 to 12.5 nm, step 2.5",
                           "Acquisition_instrument.TEM.beam_energy: 200", "Sample.elements: Ga, As", "warning: something odd"})
    EXPECT_NE(text.find(part), std::string::npos) << part << " is not in\n" << text;
}

TEST(FrameInfoStore, RoundTrip) {
  auto file = h5::File::in_memory();
  auto info = scan_info(Scalar::i16, 2, 3, 4, 5);
  info.format = "mib";
  info.warnings = {"one", "two"};
  info.metadata["long"] = std::vector<double>(5000, 0.25);
  info.metadata["longer"] = std::vector<std::string>(3000, "word");
  info.metadata["empty"] = std::vector<double>{};
  info.metadata["ints"] = std::vector<std::int64_t>{1, -2};
  save_info(file.make_group("frames"), info);
  const auto again = load_info(file.group("frames"));
  EXPECT_EQ(again.type, info.type);
  EXPECT_EQ(again.format, info.format);
  EXPECT_EQ(again.warnings, info.warnings);
  EXPECT_EQ(again.navigation, info.navigation);
  EXPECT_EQ(again.signal, info.signal);
  EXPECT_EQ(again.metadata, info.metadata);
  FrameInfo single;
  single.signal = {{.name = "E", .size = 3}};
  save_info(file.make_group("single"), single);
  EXPECT_TRUE(load_info(file.group("single")).navigation.empty());
}

}  // namespace
