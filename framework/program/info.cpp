// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/program/info.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

#include "framework/base/error.hpp"
#include "framework/formats/formats.hpp"
#include "framework/formats/info.hpp"
#include "framework/store/h5.hpp"

namespace ronchi {

namespace {

/// The file as a result of Ronchi; nothing if it is something else.
std::optional<h5::File> as_result(const std::filesystem::path& file) {
  try {
    h5::File result = h5::File::open(file);
    if (result.has_attribute("ronchi_version") && result.has_attribute("job")) return result;
  } catch (const Failure&) {  // not HDF5, or not there: the readers say it better
  }
  return std::nullopt;
}

std::string result_text(const h5::File& result) {
  std::string text =
      fmt::format("a result of Ronchi {}\nstage {}, key {}\n\ndata sets:\n", result.attribute<std::string>("ronchi_version"),
                  result.attribute<std::string>("stage"), result.attribute<std::string>("key"));
  for (const auto& name : result.children()) {
    if (!result.is_dataset(name)) {
      text += "  " + name + "/\n";
      continue;
    }
    const auto set = result.dataset(name);
    text += fmt::format("  {} [{}]{}\n", name, fmt::join(set.shape(), ", "),
                        set.is_number() ? fmt::format(" {}", name_of(set.type())) : "");
  }
  return text + "\nthe job that makes it again:\n\n" + result.attribute<std::string>("job");
}

formats::OpenOptions parse(const std::vector<std::string>& options) {
  YAML::Node node(YAML::NodeType::Map);
  config::Problems problems("options");
  for (const auto& o : options) {
    const auto equals = o.find('=');
    if (equals == std::string::npos)
      problems.add({}, o, "is not of the form name=value");
    else
      node[o.substr(0, equals)] = YAML::Load(o.substr(equals + 1));
    problems.overridden(o.substr(0, equals));
  }
  formats::OpenOptions read;
  config::read_table(*config::table_of<formats::OpenOptions>(), &read, node, "", problems);
  problems.raise();
  return read;
}

}  // namespace

std::string info_text(const std::filesystem::path& file, const std::vector<std::string>& options) {
  if (const auto result = as_result(file)) return result_text(*result);
  return formats::describe_text(*formats::open(file, parse(options)));
}

}  // namespace ronchi
