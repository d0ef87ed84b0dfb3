// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/config/schema.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <map>
#include <set>

namespace ronchi::config {

const Option* Table::find(const std::string& name) const {
  for (const auto& o : options)
    if (o.name == name) return &o;
  return nullptr;
}

namespace {

std::string spelled(const Option& o) {
  static const std::map<std::string, std::string> nouns{{"bool", "true or false"},
                                                        {"integer", "a whole number"},
                                                        {"number", "a number"},
                                                        {"text", "text"},
                                                        {"size", "a size such as 500 MB or 4 GiB"},
                                                        {"choice", "one of the choices"},
                                                        {"group", "a map of options"}};
  return (o.list ? "a list of: " : "") + nouns.at(o.type) + (o.optional ? " or auto" : "");
}

std::string range_text(const Option& o) {
  const std::string unit = o.unit.empty() ? "" : " " + o.unit;
  if (o.low && o.high) return fmt::format("{:g} to {:g}{}", *o.low, *o.high, unit);
  if (o.low) return fmt::format("{:g}{} or more", *o.low, unit);
  return unit;
}

std::string shown(const YAML::Node& node) {
  if (node.IsScalar()) return "'" + node.Scalar() + "'";
  return node.IsMap() ? "a map" : node.IsSequence() ? "a list" : "nothing";
}

}  // namespace

namespace detail {

void check_number(double value, const YAML::Node& node, const std::string& path, Problems& problems, const Option& o) {
  if ((o.low && !(value >= *o.low)) || (o.high && !(value <= *o.high)))
    problems.add(node, path, fmt::format("{} is out of range; expected {}", shown(node), range_text(o)));
}

void check_choice(const std::string& value, const YAML::Node& node, const std::string& path, Problems& problems, const Option& o) {
  for (const auto& c : o.choices)
    if (c == value) return;
  const auto near = nearest(value, o.choices);
  problems.add(node, path,
               fmt::format("'{}' is not a choice; expected {}{}", value, join(o.choices, ", "),
                           near ? fmt::format(" (did you mean '{}'?)", *near) : ""));
}

std::optional<double> parse_number(const YAML::Node& node) {
  if (!node.IsScalar()) return std::nullopt;
  const std::string& text = node.Scalar();
  const char* begin = text.c_str() + (text.starts_with('+') ? 1 : 0);
  double value = 0;
  const auto [end, error] = std::from_chars(begin, text.c_str() + text.size(), value);
  if (error != std::errc{} || end != text.c_str() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_whole(const YAML::Node& node) {
  if (!node.IsScalar()) return std::nullopt;
  std::string text = node.Scalar();
  std::erase(text, '_');  // 1_000_000
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc{} && end == text.data() + text.size() && !text.empty()) return value;
  const auto number = parse_number(node);  // 1e6
  if (number && *number == std::floor(*number) && std::abs(*number) < 9e15) return static_cast<std::int64_t>(*number);
  return std::nullopt;
}

void wrong_type(const YAML::Node& node, const std::string& path, Problems& problems, const Option& o) {
  const std::string range = range_text(o);
  problems.add(node, path, fmt::format("{} is not {}{}", shown(node), spelled(o), range.empty() ? "" : "; expected " + range));
}

}  // namespace detail

void read_table(const Table& table, void* object, const YAML::Node& node, const std::string& path, Problems& problems) {
  std::set<std::string> seen;
  if (node.IsMap()) {
    std::vector<std::string> names;
    for (const auto& o : table.options) names.push_back(o.name);
    for (const auto& entry : node) {
      if (!entry.first.IsScalar()) {
        problems.add(entry.first, path, "an option's name must be a word");
        continue;
      }
      const std::string name = entry.first.Scalar();
      const std::string here = path.empty() ? name : path + "." + name;
      if (!seen.insert(name).second) {
        problems.add(entry.first, here, "is given twice");
        continue;
      }
      const Option* option = table.find(name);
      if (option == nullptr) {
        const auto near = nearest(name, names);
        problems.add(entry.first, here,
                     near ? fmt::format("there is no such option; did you mean '{}'?", *near)
                          : fmt::format("there is no such option; there are: {}", names.empty() ? "none" : join(names, ", ")));
        continue;
      }
      option->read(object, entry.second, here, problems, *option);
    }
  } else if (node.IsDefined() && !node.IsNull()) {
    problems.add(node, path, fmt::format("{} is not a map of options", shown(node)));
    return;
  }
  for (const auto& o : table.options)
    if (o.required && !seen.contains(o.name))
      problems.add(node, path.empty() ? o.name : path + "." + o.name, fmt::format("must be given: {}", o.help));
}

YAML::Node write_table(const Table& table, const void* object) {
  YAML::Node map(YAML::NodeType::Map);
  for (const auto& o : table.options) map[o.name] = o.write(object);
  return map;
}

std::vector<std::string> result_lines(const Table& table, const void* object, const std::string& prefix) {
  // Members of groups that are speed options themselves are dropped from the YAML before it is turned into text.
  const std::function<void(YAML::Node&, const Option&)> strip = [&](YAML::Node& node, const Option& o) {
    if (!o.members) return;
    const auto one = [&](YAML::Node map) {
      for (const auto& m : o.members->options) {
        if (m.speed) {
          map.remove(m.name);
          continue;
        }
        YAML::Node child = map[m.name];
        strip(child, m);
      }
    };
    if (node.IsSequence())
      for (std::size_t i = 0; i < node.size(); ++i) one(node[i]);
    else if (node.IsMap())
      one(node);
  };
  std::vector<std::string> lines;
  for (const auto& o : table.options) {
    if (o.speed) continue;
    YAML::Node value = o.write(object);
    strip(value, o);
    YAML::Emitter out;
    out.SetMapFormat(YAML::Flow);
    out.SetSeqFormat(YAML::Flow);
    out << value;
    lines.push_back(prefix + o.name + ": " + out.c_str());
  }
  return lines;
}

}  // namespace ronchi::config
