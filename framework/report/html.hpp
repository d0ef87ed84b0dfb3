// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/report/figures.hpp"

/// The pieces of a self-contained page. Everything that comes from data or files passes through `escaped` or json_string.
namespace ronchi::report {

/// Text for an element's content or a quoted attribute.
[[nodiscard]] std::string escaped(std::string_view text);
/// Units as people write them: "1/A" -> "1/Å", "um" -> "µm".
[[nodiscard]] std::string pretty_unit(std::string_view unit);
/// A number with at most `digits` significant digits; JSON's null for what is not finite.
[[nodiscard]] std::string json_number(double value, int digits = 6);
[[nodiscard]] std::string json_numbers(std::span<const double> values, int digits = 6);

[[nodiscard]] std::string html_table(const Table& table);
[[nodiscard]] std::string html_text(const Text& text);
/// A curve: drawn by Chart.js where the program has it, with its numbers below in a fold (few points); else a table.
[[nodiscard]] std::string html_curve(const Curve& curve);

/// Puts the page together: styles, scripts and data inline, no reference to anything outside.
class Page {
 public:
  Page(std::string title, std::string subtitle) : title_(std::move(title)), subtitle_(std::move(subtitle)) {}
  /// Begins a section, which is listed in the page's navigation.
  void section(const std::string& id, const std::string& title, const std::string& note = {});
  void add(std::string_view html) { body_ += html; }
  /// The column beside the sections (the position inspector); empty = none.
  void aside(std::string html) { aside_ = std::move(html); }
  /// A JSON value that page.js finds by this name. Strings in it were made by json_string.
  void data(const std::string& id, std::string_view json);
  [[nodiscard]] std::string html() const;

 private:
  std::string title_, subtitle_, body_, aside_, data_;
  std::vector<std::pair<std::string, std::string>> sections_;
  bool open_ = false;
};

}  // namespace ronchi::report
