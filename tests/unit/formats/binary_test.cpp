// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "tests/support/temporary.hpp"
#include "tests/unit/formats/samples.hpp"

using namespace ronchi;
using namespace ronchi::formats;
using namespace ronchi::formats::testing;
using ronchi::testing::TemporaryDirectory;

namespace {

const std::string descr_u2 = "'<u2'";

TEST(Npy, AllVersionsAndByteOrders) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint16_t>(2 * 3 * 4 * 5, 1, 65536);
  for (const int version : {1, 2, 3})
    for (const bool big : {false, true}) {
      write_file(dir / "a.npy", npy_file(big ? "'>u2'" : "'<u2'", "(2, 3, 4, 5)", bytes_of(values, big), "False", version));
      const auto source = open(dir / "a.npy");
      EXPECT_EQ(source->info().text(), "2 x 3 | 4 x 5 uint16");
      expect_values(*source, values);
    }
}

TEST(Npy, SpectraImagesAndBooleans) {
  const TemporaryDirectory dir;
  const auto values = numbers<double>(6 * 7, 2, 1000);
  write_file(dir / "a.npy", npy_file("'<f8'", "(6, 7)", bytes_of(values)));
  EXPECT_EQ(open(dir / "a.npy")->info().text(), "1 | 6 x 7 float64");
  EXPECT_EQ(open(dir / "a.npy", {.signal_axes = 1})->info().text(), "6 | 7 float64");
  expect_values(*open(dir / "a.npy", {.scan = {2, 3}, .signal_axes = 1}), values);
  const auto flags = numbers<std::uint8_t>(12, 3, 2);
  write_file(dir / "b.npy", npy_file("'|b1'", "(3, 4)", bytes_of(flags)));
  expect_values(*open(dir / "b.npy"), flags);
}

TEST(Npy, RefusesWhatItCannotRead) {
  const TemporaryDirectory dir;
  const std::string data(24, 'x');
  const auto refused = [&](Fault fault, const std::string& bytes) {
    write_file(dir / "a.npy", bytes);
    expect_refused(fault, dir / "a.npy");
  };
  refused(Fault::unsupported, npy_file(descr_u2, "(3, 4)", data, "True"));
  refused(Fault::unsupported, npy_file("'<c8'", "(3,)", data));
  refused(Fault::unsupported, npy_file("[('a', '<u2')]", "(12,)", data));
  refused(Fault::unsupported, npy_file(descr_u2, "(3, 4)", data, "False", 4));
  refused(Fault::corrupt, npy_file(descr_u2, "(3, 5)", data));
  refused(Fault::corrupt, npy_file(descr_u2, "(3, -4)", data));
  refused(Fault::corrupt, npy_file(descr_u2, "(4611686018427387904, 4611686018427387904)", data));
  refused(Fault::corrupt, npy_file(descr_u2, "(3, 4", data));
  refused(Fault::corrupt, npy_file(descr_u2, "(3, 4)", data.substr(1)));
  refused(Fault::corrupt, npy_file(descr_u2, "(0, 4)", ""));
  refused(Fault::corrupt, npy_file(descr_u2, "(3, 4)", data).substr(0, 40));
}

TEST(Raw, HeaderGapAndByteOrder) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint32_t>(6 * 4 * 5, 4, 1u << 30);
  for (const bool big : {false, true})
    for (const bool last_gap : {false, true}) {
      std::string bytes(13, 'h');
      for (std::size_t f = 0; f < 6; ++f) {
        const std::vector<std::uint32_t> frame(values.begin() + static_cast<std::ptrdiff_t>(f * 20),
                                               values.begin() + static_cast<std::ptrdiff_t>(f * 20 + 20));
        bytes += bytes_of(frame, big) + (f < 5 || last_gap ? std::string(7, 'g') : "");
      }
      write_file(dir / "a.raw", bytes);
      const OpenOptions options{
          .format = "raw", .scan = {2, 3}, .pattern = {4, 5}, .type = "uint32", .big_endian = big, .header = 13, .gap = 7};
      const auto source = open(dir / "a.raw", options);
      EXPECT_EQ(source->info().text(), "2 x 3 | 4 x 5 uint32");
      expect_values(*source, values);
    }
}

TEST(Raw, RefusesWhatDoesNotFit) {
  const TemporaryDirectory dir;
  write_file(dir / "a.raw", std::string(240, 'x'));
  expect_refused(Fault::usage, dir / "a.raw");  // no pattern
  expect_refused(Fault::corrupt, dir / "a.raw", {.pattern = {7, 5}});
  expect_refused(Fault::usage, dir / "a.raw", {.pattern = {700, 5}});
  expect_refused(Fault::corrupt, dir / "a.raw", {.pattern = {std::int64_t{1} << 40, std::int64_t{1} << 40}});
  expect_refused(Fault::usage, dir / "a.raw", {.scan = {3, 5}, .pattern = {4, 5}});
  expect_failure(Fault::usage, "uint17", [&] {
    (void)open(dir / "a.raw", {.format = "raw", .pattern = {4, 5}, .type = "uint17"});
  });
  expect_failure(Fault::usage, "header", [&] { (void)open(dir / "a.raw", {.format = "raw", .pattern = {4, 5}, .header = -1}); });
  const auto few = open(dir / "a.raw", {.format = "raw", .scan = {2, 2}, .pattern = {4, 5}});
  EXPECT_EQ(few->info().warnings.size(), 1u);  // two of six frames are left out
}

TEST(Blo, ShapeCalibrationAndValues) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint8_t>(2 * 3 * 8 * 8, 5, 256);
  write_file(dir / "a.blo", blo_file(2, 3, 8, values));
  const auto source = open(dir / "a.blo");
  EXPECT_EQ(source->info().text(), "2 x 3 | 8 x 8 uint8");
  EXPECT_EQ(source->info().navigation[0], (Axis{"y", "nm", 10, 0, 2}));
  EXPECT_EQ(source->info().navigation[1], (Axis{"x", "nm", 12.5, 0, 3}));
  EXPECT_EQ(source->info().signal[0], (Axis{"dy", "cm", 0.02, 0, 8}));
  EXPECT_EQ(source->info().metadata.at("Acquisition_instrument.TEM.beam_energy"), MetadataValue(200.0));
  expect_values(*source, values);
}

TEST(Blo, TruncatedOnRequestByLines) {
  const TemporaryDirectory dir;
  const auto values = numbers<std::uint8_t>(3 * 2 * 8 * 8, 6, 256);
  const auto bytes = blo_file(3, 2, 8, values);
  write_file(dir / "a.blo", bytes.substr(0, bytes.size() - 10));
  const auto error = expect_refused(Fault::corrupt, dir / "a.blo");
  EXPECT_NE(error.advice.find("scan: [2, 2]"), std::string::npos) << error.advice;
  const std::vector<std::uint8_t> first(values.begin(), values.begin() + 2 * 2 * 64);
  expect_values(*open(dir / "a.blo", {.scan = {2, 2}}), first);
  write_file(dir / "a.blo", bytes.substr(0, 4110));
  expect_refused(Fault::corrupt, dir / "a.blo");
  write_file(dir / "a.blo", bytes.substr(0, 100));
  expect_refused(Fault::corrupt, dir / "a.blo");
}

}  // namespace
