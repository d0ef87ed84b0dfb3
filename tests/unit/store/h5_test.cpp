// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/store/h5.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "framework/base/error.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::h5 {

using testing::TemporaryDirectory;

TEST(H5, AttributesComeBackAsTheyWere) {
  File file = File::in_memory();
  file.set_attribute("flag", true);
  file.set_attribute("whole", std::int64_t{-5});
  file.set_attribute("number", 0.1);
  file.set_attribute("text", "1/Å");
  file.set_attribute("texts", std::vector<std::string>{"Ga", "As"});
  file.set_attribute("numbers", std::vector<double>{1.5, 2.5});
  EXPECT_TRUE(file.attribute<bool>("flag"));
  EXPECT_EQ(file.attribute<std::int64_t>("whole"), -5);
  EXPECT_EQ(file.attribute<double>("number"), 0.1);
  EXPECT_EQ(file.attribute<std::string>("text"), "1/Å");
  EXPECT_EQ(file.attribute<std::vector<std::string>>("texts"), (std::vector<std::string>{"Ga", "As"}));
  EXPECT_EQ(file.attribute<std::vector<double>>("numbers"), (std::vector<double>{1.5, 2.5}));
  EXPECT_THROW((void)file.attribute<double>("absent"), Failure);
}

TEST(H5, HyperslabsOfAnyTypeAreConverted) {
  File file = File::in_memory();
  const std::vector<std::uint16_t> values{0, 1, 2, 3, 4, 65535};
  file.write<std::uint16_t>("a/b", values, {2, 3});
  EXPECT_EQ(file.dataset("a/b").type(), Scalar::u16);
  EXPECT_EQ(file.dataset("a/b").read<double>({1, 1}, {1, 2}), (std::vector<double>{4, 65535}));
}

TEST(H5, HalvesAreKeptAsTheyAre) {
  const TemporaryDirectory directory;
  std::vector<Half> all(0x10000);
  for (std::size_t i = 0; i < all.size(); ++i) all[i].bits = static_cast<std::uint16_t>(i);
  {
    File file = File::create(directory / "halves");
    file.write<Half>("x", all);
    file.close();
  }
  const File file = File::open(directory / "halves");
  EXPECT_EQ(file.dataset("x").type(), Scalar::f16);
  EXPECT_EQ(file.read<Half>("x"), all);
  const auto floats = file.read<float>("x");  // by HDF5, for which it is a number like any other
  for (std::size_t i = 0; i < all.size(); ++i)
    ASSERT_TRUE(floats[i] == to_float(all[i]) || std::isnan(to_float(all[i]))) << i;
}

TEST(H5, VirtualDatasetsJoinFilesAlongTheFirstAxis) {
  const TemporaryDirectory directory;
  for (int part = 0; part < 3; ++part) {
    File file = File::create(directory / ("p" + std::to_string(part)));
    file.write<int>("x", std::vector<int>{10 * part, 10 * part + 1}, {2, 1});
    file.close();
  }
  {
    File index = File::create(directory / "index");
    std::vector<Group::Source> sources;
    for (int part = 0; part < 3; ++part) sources.push_back({"p" + std::to_string(part), "x", 2 * part, 2});
    index.create_virtual("x", Scalar::i32, {6, 1}, sources);
    index.close();
  }
  EXPECT_EQ(File::open(directory / "index").read<int>("x"), (std::vector<int>{0, 1, 10, 11, 20, 21}));
}

TEST(H5, ErrorsNameTheFileAndTheReason) {
  const TemporaryDirectory directory;
  try {
    (void)File::open(directory / "absent.h5");
    FAIL();
  } catch (const Failure& f) {
    EXPECT_EQ(f.error().fault, Fault::missing);
    EXPECT_NE(std::string(f.what()).find("absent.h5"), std::string::npos);
  }
  {
    std::FILE* f = std::fopen((directory / "not.h5").c_str(), "w");
    std::fputs("text", f);
    std::fclose(f);
  }
  try {
    (void)File::open(directory / "not.h5");
    FAIL();
  } catch (const Failure& f) { EXPECT_EQ(f.error().fault, Fault::corrupt); }
}

TEST(H5, EqualContentsGiveEqualBytes) {
  const TemporaryDirectory directory;
  const auto make = [&](const std::string& name) {
    File file = File::create(directory / name);
    file.make_group("g").set_attribute("a", 1.0);
    file.write<double>("g/x", std::vector<double>{1, 2, 3}, {3});
    file.close();
    std::FILE* f = std::fopen((directory / name).c_str(), "rb");
    std::string bytes(1 << 16, '\0');
    bytes.resize(std::fread(bytes.data(), 1, bytes.size(), f));
    std::fclose(f);
    return bytes;
  };
  const std::string a = make("a");
  struct timespec second {
    1, 100000000
  };
  nanosleep(&second, nullptr);
  EXPECT_EQ(a, make("b"));
}

}  // namespace ronchi::h5
