// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ronchi {

/// SHA-256 (FIPS 180-4). Keys of results are the first 16 hexadecimal digits.
class Sha256 {
 public:
  Sha256& update(std::span<const std::byte> data);
  Sha256& update(std::string_view text) { return update(std::as_bytes(std::span(text))); }
  [[nodiscard]] std::string hex();  ///< finishes; 64 lower-case digits

 private:
  void block(const std::byte* data);
  std::array<std::uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                      0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<std::byte, 64> pending_{};
  std::uint64_t length_ = 0;
};

[[nodiscard]] inline std::string sha256(std::string_view text) { return Sha256().update(text).hex(); }

}  // namespace ronchi
