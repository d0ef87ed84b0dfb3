// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

/// Files that travel inside the program and from there into every report. Their sources are generated at build time by
/// cmake/EmbedFile.cmake.
namespace ronchi::report {
[[nodiscard]] std::string_view page_css();  ///< framework/report/page.css
[[nodiscard]] std::string_view page_js();   ///< framework/report/page.js
[[nodiscard]] std::string_view chart_js();  ///< Chart.js 3 or 4; empty if there was none at build time
}  // namespace ronchi::report
