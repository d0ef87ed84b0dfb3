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
