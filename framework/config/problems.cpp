// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/config/problems.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace ronchi::config {

void Problems::add(const YAML::Node& where, const std::string& path, const std::string& message) {
  const bool typed = std::any_of(overridden_.begin(), overridden_.end(),
                                 [&](const std::string& o) { return path == o || path.starts_with(o + "."); });
  int line = 0;
  try {
    line = where.Mark().line + 1;
  } catch (const YAML::Exception&) {  // an undefined node has no place
  }
  const std::string place = typed ? "command line" : line > 0 ? fmt::format("{}:{}", file_, line) : file_;
  lines_.push_back(fmt::format("{}: {}{}{}", place, path, path.empty() ? "" : ": ", message));
}

void Problems::raise() const {
  if (!lines_.empty()) throw Failure(Error{Fault::usage, join(lines_, "\n"), ""});
}

}  // namespace ronchi::config
