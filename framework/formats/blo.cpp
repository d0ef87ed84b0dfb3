// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <bit>
#include <cmath>
#include <cstring>

#include "framework/base/error.hpp"
#include "framework/formats/binary_file.hpp"
#include "framework/formats/reader.hpp"

/// NanoMEGAS block file (ASTAR): a packed little-endian header, a note, a virtual bright field image, then frames of
/// 6 + n * n bytes. Lengths are nm (scan) and cm on the detector, as HyperSpy has them.
namespace ronchi::formats {

namespace {

constexpr std::string_view magic = "IMGBLO";
constexpr std::int64_t header_bytes = 240, frame_header = 6;

/// Reads the header's fields one after the other.
class Fields {
 public:
  explicit Fields(std::span<const std::byte> bytes) : bytes_(bytes) {}
  template <class T>
  T next() {
    std::byte raw[sizeof(T)];
    for (std::size_t i = 0; i < sizeof(T); ++i)
      raw[std::endian::native == std::endian::little ? i : sizeof(T) - 1 - i] = bytes_[at_ + i];
    at_ += sizeof(T);
    T value;
    std::memcpy(&value, raw, sizeof value);
    return value;
  }
  void skip(std::size_t bytes) { at_ += bytes; }

 private:
  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
};

std::unique_ptr<FrameSource> open_blo(const std::filesystem::path& path, const OpenOptions& options) {
  const BinaryFile file(path);
  const auto head = file.head(header_bytes);
  if (static_cast<std::int64_t>(head.size()) < header_bytes || std::memcmp(head.data(), magic.data(), magic.size()) != 0)
    fail(Fault::corrupt, "copy the file again", "{} does not begin as a .blo file does", path.string());
  Fields f(head);
  f.skip(6 + 2);  // id, number
  f.skip(4);      // where the virtual bright field image begins
  const std::int64_t first = f.next<std::uint32_t>();
  f.skip(4);
  const std::int64_t side = f.next<std::uint16_t>();
  const auto pattern_rotation = f.next<std::uint16_t>();
  const std::int64_t nx = f.next<std::uint16_t>(), ny = f.next<std::uint16_t>();
  const auto scan_rotation = f.next<std::uint16_t>();
  const double step_x = f.next<double>(), step_y = f.next<double>();
  const auto energy = f.next<std::uint32_t>();
  const auto pixels_per_cm = f.next<std::uint16_t>();  // in hundredths
  const auto camera_length = f.next<std::uint32_t>();
  const double date = f.next<double>();

  FrameInfo info;
  info.format = "blo";
  info.type = Scalar::u8;
  const auto calibrated = [](double step) { return std::isfinite(step) && step > 0; };
  const double pixel = pixels_per_cm > 0 ? 100.0 / pixels_per_cm : 0;
  const auto axis = [&](const char* name, const char* units, double scale, std::int64_t size) {
    return calibrated(scale) ? Axis{name, units, scale, 0, size} : Axis{.name = name, .size = size};
  };
  info.navigation = {axis("y", "nm", step_y, ny), axis("x", "nm", step_x, nx)};
  info.signal = {axis("dy", "cm", pixel, side), axis("dx", "cm", pixel, side)};
  info.metadata = {{"General.title", std::string(path.stem())},
                   {"General.original_filename", path.filename().string()},
                   {"Signal.signal_type", std::string("electron_diffraction")},
                   {"Acquisition_instrument.TEM.beam_energy", energy / 1000.0},
                   {"Acquisition_instrument.TEM.camera_length", camera_length * 1e-4},
                   {"Acquisition_instrument.TEM.rotation", scan_rotation / 100.0},
                   {"original_metadata.blockfile_header.DP_rotation", std::int64_t{pattern_rotation}},
                   {"original_metadata.blockfile_header.Acquisition_time", date}};

  (void)checked_product({ny, nx, side, side}, 1, path);
  const std::int64_t stride = frame_header + side * side, room = file.size() - first;
  const std::int64_t there = room / stride, wanted = ny * nx;
  if (first < header_bytes || there < 1)
    fail(Fault::corrupt, "copy the file again", "{} holds {} bytes, its first frame should begin at byte {}", path.string(),
         file.size(), first);
  if (there < wanted && options.scan.empty())
    fail(Fault::corrupt,
         there >= nx ? fmt::format("copy the file again; if the scan was interrupted, scan: [{}, {}] reads its complete lines",
                                   there / nx, nx)
                     : std::string("copy the file again"),
         "{} holds {} of {} frames ({} x {} of {} x {} pixels)", path.string(), there, wanted, ny, nx, side, side);
  apply_scan(info, options, std::min(there, wanted), path);
  return std::make_unique<StridedFrames>(path, info, Strided{first + frame_header, stride, false});
}

}  // namespace

Format blo_format() {
  return {"blo",
          "NanoMEGAS block file",
          {".blo"},
          [](const auto&, std::span<const std::byte> head) {
            return head.size() >= magic.size() && std::memcmp(head.data(), magic.data(), magic.size()) == 0;
          },
          open_blo};
}

}  // namespace ronchi::formats
