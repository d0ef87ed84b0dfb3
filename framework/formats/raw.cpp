// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/base/error.hpp"
#include "framework/formats/binary_file.hpp"
#include "framework/formats/reader.hpp"

/// Raw binary: header, then frames with a constant gap between them. The file says nothing; the options say all.
namespace ronchi::formats {

namespace {

std::unique_ptr<FrameSource> open_raw(const std::filesystem::path& path, const OpenOptions& options) {
  if (options.pattern.empty())
    fail(Fault::usage, "give pattern: [rows, columns], type: and, if there are any, header: and gap: (bytes)",
         "{} is read as raw binary, which does not say the shape of its frames", path.string());
  FrameInfo info;
  info.format = "raw";
  info.type = scalar_named(options.type);
  for (const auto size : options.pattern)
    if (size < 1) fail(Fault::usage, "give sizes of at least 1", "pattern: has an axis of {} pixels", size);
  info.signal = signal_axes(options.pattern);
  const std::int64_t frame =
      checked_product(options.pattern, size_of(info.type), path) * static_cast<std::int64_t>(size_of(info.type));
  const auto size = static_cast<std::int64_t>(std::filesystem::file_size(path));
  std::int64_t stride = 0;
  if (options.header < 0 || options.gap < 0 || __builtin_add_overflow(frame, options.gap, &stride))
    fail(Fault::usage, "give numbers of bytes, 0 or more", "header: {} and gap: {} cannot be", options.header, options.gap);
  const std::int64_t room = size - options.header;
  if (room < frame)
    fail(Fault::usage, "check header:, pattern: and type:", "{} holds {} bytes, header and one frame need {}", path.string(), size,
         options.header + static_cast<double>(frame));
  // The last frame may be without its gap.
  const std::int64_t frames = (room - frame) / stride + 1, left = room - ((frames - 1) * stride + frame);
  if (left != 0 && left != options.gap)
    fail(Fault::corrupt, "check header:, gap:, pattern: and type:, and that the file was copied completely",
         "{} holds {} frames of {} bytes and {} bytes more", path.string(), frames, frame, left);
  if (frames > 1) info.navigation = navigation_axes({frames});
  apply_scan(info, options, frames, path);
  return std::make_unique<StridedFrames>(path, info, Strided{options.header, stride, options.big_endian});
}

}  // namespace

Format raw_format() {
  return {"raw",
          "raw binary (described by the options pattern, type, big_endian, header, gap)",
          {".raw", ".bin"},
          [](const auto&, auto) { return false; },
          open_raw};
}

}  // namespace ronchi::formats
