// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ronchi {

/// The candidate with the smallest edit distance to `word`; nothing when even the best is too far away to be meant.
[[nodiscard]] std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates);

/// "1.5 GiB" from bytes; "2 min 5 s" from seconds; "1,048,576" from a count.
[[nodiscard]] std::string human_bytes(double bytes);
[[nodiscard]] std::string human_seconds(double seconds);
[[nodiscard]] std::string human_count(std::int64_t count);

/// Bytes from "4 GiB", "500 MB", "123"; nothing when the text is not a size.
[[nodiscard]] std::optional<std::int64_t> parse_bytes(std::string_view text);

[[nodiscard]] std::vector<std::string> split(std::string_view text, char separator);
[[nodiscard]] std::string_view trim(std::string_view text);
[[nodiscard]] std::string join(std::span<const std::string> words, std::string_view separator);

/// A double as the shortest text that reads back as the same double.
[[nodiscard]] std::string exact(double value);

/// Text as a JSON string, quotes included; safe inside a <script> element too.
[[nodiscard]] std::string json_string(std::string_view text);

}  // namespace ronchi
