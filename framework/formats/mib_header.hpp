// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "framework/data/scalar.hpp"

/// Headers of Quantum Detectors' Merlin (Medipix3): the text before every frame of a .mib, and the .hdr beside it.
namespace ronchi::formats::mib {

/// The header of one frame.
struct Header {
  std::int64_t bytes = 0;              ///< length of this text, padding included
  int chips = 1, depth = 0;            ///< depth: 1, 6, 12 or 24 bit per pixel
  std::int64_t width = 0, height = 0;  ///< as declared
  bool raw = false;                    ///< R64: the chips' own order; else big-endian numbers, row by row
  std::string layout;                  ///< "1x1", "2x2", "4x1G"
  std::string time;                    ///< ISO 8601, "" when the header has none
  double exposure = 0;                 ///< seconds; 0 when the header does not say

  [[nodiscard]] bool quad() const { return raw && chips == 4; }
  [[nodiscard]] Scalar type() const { return depth <= 6 ? Scalar::u8 : depth == 12 ? Scalar::u16 : Scalar::u32; }
  [[nodiscard]] std::int64_t pixels() const { return rows() * columns(); }
  [[nodiscard]] std::int64_t rows() const;  ///< of the pattern as it is shown
  [[nodiscard]] std::int64_t columns() const;
  [[nodiscard]] std::int64_t stored_bytes() const;  ///< of the pixels in the file
};

/// Failure(corrupt, unsupported) with `where` (file and frame) in the message. `depth_hint`: from the .hdr, for headers
/// too old to carry the depth; 0 = none.
[[nodiscard]] Header parse(std::string_view text, const std::string& where, int depth_hint = 0);
/// Just the time stamp of a frame's header, in seconds since the day began; nothing when it has none.
[[nodiscard]] std::optional<double> seconds_of(std::string_view text);

/// "key: value" lines of a .hdr; empty when there is no such file.
[[nodiscard]] std::map<std::string, std::string> read_hdr(const std::filesystem::path& path);

/// Brings the pixels of one frame from the file into the order and byte order of this machine.
void decode(const Header& header, const std::byte* stored, std::byte* out);

}  // namespace ronchi::formats::mib
