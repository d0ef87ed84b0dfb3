// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/program/info.hpp"

#include <fmt/format.h>

#include "framework/store/h5.hpp"

namespace ronchi {

std::string info_text(const std::filesystem::path& file, const std::vector<std::string>& options) {
  (void)options;
  const h5::File result = h5::File::open(file);
  std::string text = fmt::format("a result of Ronchi {}\nstage {}, key {}\n\ndata sets:\n", result.attribute<std::string>("ronchi_version"), result.attribute<std::string>("stage"),
                                 result.attribute<std::string>("key"));
  for (const auto& name : result.children()) text += "  " + name + (result.is_group(name) ? "/" : "") + "\n";
  return text + "\nthe job that makes it again:\n\n" + result.attribute<std::string>("job");
}

}  // namespace ronchi
