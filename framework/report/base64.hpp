// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ronchi::report {

/// Base64 with padding (RFC 4648, section 4).
[[nodiscard]] std::string base64(std::span<const std::uint8_t> bytes);
[[nodiscard]] std::string base64(std::string_view bytes);

/// Bytes as a zlib stream (RFC 1950), which a page inflates with DecompressionStream('deflate').
[[nodiscard]] std::string deflated(std::span<const std::uint8_t> bytes);

}  // namespace ronchi::report
