// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"
#include "framework/formats/formats.hpp"

/// Small files of every format with known numbers, and what the tests ask of them.
namespace ronchi::formats::testing {

inline void write_file(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}
inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

template <class T>
std::vector<T> numbers(std::size_t n, std::uint32_t seed, std::uint64_t below) {
  Random random(7, seed, 0, 0);
  std::vector<T> values(n);
  for (auto& v : values) v = static_cast<T>(random.bits64() % below);
  return values;
}

template <class T>
std::string bytes_of(const std::vector<T>& values, bool big_endian = false) {
  std::string out(values.size() * sizeof(T), '\0');
  std::memcpy(out.data(), values.data(), out.size());
  if (big_endian)
    for (std::size_t i = 0; i < out.size(); i += sizeof(T))
      std::reverse(out.begin() + static_cast<std::ptrdiff_t>(i), out.begin() + static_cast<std::ptrdiff_t>(i + sizeof(T)));
  return out;
}

inline FrameInfo scan_info(Scalar type, std::int64_t ny, std::int64_t nx, std::int64_t ky, std::int64_t kx) {
  FrameInfo info;
  info.type = type;
  info.navigation = {{"y", "nm", 2.5, 10, ny}, {"x", "nm", 1.25, -5, nx}};
  info.signal = {{"ky", "1/A", 0.02, -0.1, ky}, {"kx", "1/A", 0.01, -0.05, kx}};
  info.metadata = {{"General.title", std::string("a scan")},
                   {"Signal.signal_type", std::string("electron_diffraction")},
                   {"Acquisition_instrument.TEM.beam_energy", 200.0},
                   {"Sample.elements", std::vector<std::string>{"Ga", "As"}},
                   {"Sample.tilts", std::vector<double>{0.5, -1.5}},
                   {"Sample.count", std::int64_t{3}},
                   {"Sample.flag", true}};
  return info;
}

template <class T>
MemoryFrames memory(FrameInfo info, const std::vector<T>& values) {
  std::vector<std::byte> bytes(values.size() * sizeof(T));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return {std::move(info), std::move(bytes)};
}

/// The header of a Merlin frame.
inline std::string mib_header(int frame, int chips, int width, int height, const std::string& type, const std::string& layout,
                              int depth, double seconds = 0) {
  const std::string text = fmt::format(
      "MQ1,{:06d},{:05d},{:02d},{:04d},{:04d},{},   {},01,2026-01-01 "
      "00:00:00.0,0.001,0,0,3RX,068,511,MQ1A,2026-01-01T00:00:{:012.9f}Z,1000000ns,{},",
      frame + 1, chips == 4 ? 768 : 384, chips, width, height, type, layout, seconds, depth);
  return text + std::string(static_cast<std::size_t>(chips == 4 ? 768 : 384) - text.size(), '\0');
}

/// A NanoMEGAS file with all fields that are read.
inline std::string blo_file(int ny, int nx, int side, const std::vector<std::uint8_t>& values) {
  std::string head = "IMGBLO";
  const auto put = [&](auto v) { head.append(reinterpret_cast<const char*>(&v), sizeof v); };
  put(std::uint16_t{0x0102});
  put(std::uint32_t{0x1000});
  put(static_cast<std::uint32_t>(0x1000 + nx * ny));
  put(std::uint32_t{131141});
  put(static_cast<std::uint16_t>(side));
  put(std::uint16_t{0});
  put(static_cast<std::uint16_t>(nx));
  put(static_cast<std::uint16_t>(ny));
  put(std::uint16_t{1500});  // 15 degrees
  put(12.5);
  put(10.0);
  put(std::uint32_t{200000});
  put(std::uint16_t{5000});  // 50 pixels per cm
  put(std::uint32_t{800000});
  put(0.0);
  head.resize(static_cast<std::size_t>(0x1000 + nx * ny), '\0');
  const auto frame = static_cast<std::size_t>(side * side);
  for (std::size_t f = 0; f * frame < values.size(); ++f) {
    head += "\xAA\x55";
    put(static_cast<std::uint32_t>(f));
    head.append(reinterpret_cast<const char*>(values.data() + f * frame), frame);
  }
  return head;
}

inline std::string npy_file(const std::string& descr, const std::string& shape, const std::string& data,
                            const std::string& order = "False", int version = 1) {
  std::string dictionary = "{'descr': " + descr + ", 'fortran_order': " + order + ", 'shape': " + shape + ", }";
  while ((dictionary.size() + (version == 1 ? 11 : 13)) % 64 != 0) dictionary += ' ';
  dictionary += '\n';
  std::string head = std::string("\x93NUMPY") + static_cast<char>(version) + '\0';
  for (int i = 0; i < (version == 1 ? 2 : 4); ++i) head += static_cast<char>(dictionary.size() >> (8 * i));
  return head + dictionary + data;
}

/// All frames of a source as bytes, and whether every range of them agrees with the whole.
inline std::vector<std::byte> whole(const FrameSource& source) {
  std::vector<std::byte> all(static_cast<std::size_t>(source.info().frames() * source.info().frame_bytes()));
  source.read({0, source.info().frames()}, all);
  return all;
}
inline void expect_ranges_agree(const FrameSource& source) {
  const auto all = whole(source);
  const std::int64_t n = source.info().frames(), bytes = source.info().frame_bytes();
  for (std::int64_t first = 0; first <= n; ++first)
    for (std::int64_t last = first; last <= n; ++last) {
      std::vector<std::byte> part(static_cast<std::size_t>((last - first) * bytes));
      source.read({first, last}, part);
      ASSERT_TRUE(std::equal(part.begin(), part.end(), all.begin() + first * bytes)) << "frames " << first << " to " << last;
    }
}
template <class T>
void expect_values(const FrameSource& source, const std::vector<T>& values) {
  ASSERT_EQ(source.info().type, scalar_of<T>());
  ASSERT_EQ(source.info().frames() * source.info().pixels(), static_cast<std::int64_t>(values.size()));
  EXPECT_EQ(source.read<T>({0, source.info().frames()}), values);
  expect_ranges_agree(source);
}

/// The call fails with this fault, its message names the file and it says what to do.
inline Error expect_failure(Fault fault, const std::string& named, const std::function<void()>& call) {
  try {
    call();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.error().fault, fault) << failure.what();
    EXPECT_NE(failure.error().message.find(named), std::string::npos) << failure.what();
    EXPECT_FALSE(failure.error().advice.empty()) << failure.what();
    return failure.error();
  }
  ADD_FAILURE() << "no failure about " << named;
  return {};
}
inline Error expect_refused(Fault fault, const std::filesystem::path& path, const OpenOptions& options = {}) {
  return expect_failure(fault, path.filename().string(), [&] { (void)whole(*open(path, options)); });
}

/// Root may read everything; the tests of permissions are nobody for a while.
class AsNobody {
 public:
  AsNobody() : root_(geteuid() == 0) {
    if (root_ && seteuid(65534) != 0) ADD_FAILURE() << "seteuid failed";
  }
  ~AsNobody() {
    if (root_ && seteuid(0) != 0) std::abort();
  }

 private:
  bool root_;
};

}  // namespace ronchi::formats::testing
