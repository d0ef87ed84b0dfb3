// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <glob.h>

#include <algorithm>
#include <cctype>

#include "framework/base/error.hpp"
#include "framework/formats/formats.hpp"

namespace ronchi::formats {

namespace {

/// Runs of digits compare as numbers: "a2" before "a10".
bool natural_less(const std::string& a, const std::string& b) {
  const auto digit = [](char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; };
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (digit(a[i]) && digit(b[j])) {
      const auto run = [&](const std::string& s, std::size_t& at) {
        while (at + 1 < s.size() && s[at] == '0' && digit(s[at + 1])) ++at;
        const std::size_t begin = at;
        while (at < s.size() && digit(s[at])) ++at;
        return s.substr(begin, at - begin);
      };
      const auto x = run(a, i), y = run(b, j);
      if (x.size() != y.size()) return x.size() < y.size();
      if (x != y) return x < y;
    } else {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i;
      ++j;
    }
  }
  return a.size() - i != b.size() - j ? a.size() - i < b.size() - j : a < b;
}

}  // namespace

std::vector<std::filesystem::path> expand(const std::vector<std::string>& patterns) {
  std::vector<std::filesystem::path> paths;
  for (const auto& pattern : patterns) {
    std::error_code ec;
    if (pattern.find_first_of("*?[") == std::string::npos || std::filesystem::exists(pattern, ec)) {
      paths.emplace_back(pattern);
      continue;
    }
    glob_t found{};
    const int outcome = ::glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found);
    std::vector<std::string> names;
    for (std::size_t i = 0; i < found.gl_pathc; ++i) names.emplace_back(found.gl_pathv[i]);
    ::globfree(&found);
    if (outcome != 0 || names.empty()) fail(Fault::missing, "check the folder and the pattern", "no file matches {}", pattern);
    std::ranges::sort(names, natural_less);
    paths.insert(paths.end(), names.begin(), names.end());
  }
  return paths;
}

}  // namespace ronchi::formats
