// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/program/reference.hpp"

#include <fmt/format.h>
#include <mpi.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/base/version.hpp"
#include "framework/cluster/slurm_options.hpp"
#include "framework/engine/job.hpp"
#include "framework/kokkos.hpp"
#include "framework/store/h5.hpp"

namespace ronchi {

namespace {

using config::Option;
using config::Table;

std::string type_text(const Option& o) {
  std::string text = o.list ? "list of " + o.type : o.type;
  if (!o.choices.empty()) text = (o.list ? "list of " : "") + join(o.choices, ", ");
  return text + (o.optional ? " or auto" : "");
}

std::string range_text(const Option& o) {
  if (o.low && o.high) return fmt::format("{:g} to {:g}", *o.low, *o.high);
  if (o.low) return fmt::format("{:g} or more", *o.low);
  return "";
}

template <class Visit>
void each_option(const Table& table, const std::string& prefix, const Visit& visit) {
  for (const auto& o : table.options) {
    visit(prefix + o.name, o);
    if (o.members) each_option(*o.members, prefix + o.name + (o.list ? "[]." : "."), visit);
  }
}

std::string cell(std::string text) {
  for (std::size_t i = 0; (i = text.find('|', i)) != std::string::npos; i += 2) text.insert(i, "\\");
  return text;
}

std::string option_rows(const Table& table) {
  std::string text = "| option | type | range | unit | default | | meaning |\n|---|---|---|---|---|---|---|\n";
  each_option(table, "", [&](const std::string& name, const Option& o) {
    const std::string value = o.required ? "must be given" : o.members ? "" : "`" + o.default_text + "`";
    text += fmt::format("| `{}` | {} | {} | {} | {} | {} | {} |\n", name, cell(type_text(o)), range_text(o), o.unit, cell(value),
                        o.speed ? "speed" : "", cell(o.help));
  });
  return text;
}

std::string json_of(const Option& o);

std::string json_of(const Table& table) {
  std::vector<std::string> properties, required;
  for (const auto& o : table.options) {
    properties.push_back(json_string(o.name) + ": " + json_of(o));
    if (o.required) required.push_back(json_string(o.name));
  }
  return fmt::format("\"properties\": {{{}}}{}", join(properties, ", "),
                     required.empty() ? "" : fmt::format(", \"required\": [{}]", join(required, ", ")));
}

std::string json_of(const Option& o) {
  std::string one;
  if (o.members)
    one = fmt::format("\"type\": \"object\", \"additionalProperties\": false, {}", json_of(*o.members));
  else if (!o.choices.empty()) {
    std::vector<std::string> names;
    for (const auto& c : o.choices) names.push_back(json_string(c));
    one = fmt::format("\"enum\": [{}]", join(names, ", "));
  } else if (o.type == "bool")
    one = "\"type\": \"boolean\"";
  else if (o.type == "integer" || o.type == "number") {
    one = "\"type\": \"" + o.type + "\"";
    if (o.low) one += fmt::format(", \"minimum\": {}", *o.low);
    if (o.high) one += fmt::format(", \"maximum\": {}", *o.high);
  } else if (o.type == "size")
    one = "\"type\": [\"string\", \"integer\"]";
  else
    one = "\"type\": [\"string\", \"number\", \"boolean\"]";
  if (o.list) one = fmt::format("\"anyOf\": [{{\"type\": \"array\", \"items\": {{{}}}}}, {{{}}}]", one, one);
  if (o.optional) one = fmt::format("\"anyOf\": [{{{}}}, {{\"const\": \"auto\"}}]", one);
  return fmt::format("{{{}, \"description\": {}}}", one, json_string(o.help + (o.unit.empty() ? "" : " [" + o.unit + "]")));
}

}  // namespace

std::string version_text() {
  char mpi[MPI_MAX_LIBRARY_VERSION_STRING] = "";
  int length = 0;
  MPI_Get_library_version(mpi, &length);
  unsigned major = 0, minor = 0, release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("ronchi {} ({})\nHDF5 {}.{}.{}\nKokkos {}.{}.{} ({})\n{}\n", version(), commit(), major, minor, release,
                     KOKKOS_VERSION / 10000, KOKKOS_VERSION / 100 % 100, KOKKOS_VERSION % 100, ExecutionSpace::name(),
                     split(std::string(mpi), ',')[0]);
}

std::string stage_help(const engine::Registry& registry, const std::string& name) {
  const auto* type = engine::find(registry, name);
  if (type == nullptr) {
    std::vector<std::string> names;
    for (const auto& t : registry) names.push_back(t.name);
    const auto near = nearest(name, names);
    fail(Fault::usage, "`ronchi list` shows them all", "there is no stage type '{}'{}", name,
         near ? fmt::format("; did you mean '{}'?", *near) : "");
  }
  std::string text = fmt::format("{}: {}\n\n", type->name, type->summary);
  each_option(*type->table, "", [&](const std::string& option, const Option& o) {
    const std::string range = range_text(o), value = o.required ? "must be given" : o.members ? "group" : o.default_text;
    text += fmt::format("  {} ({}{}{}; default {}{})\n      {}\n", option, type_text(o), range.empty() ? "" : ", " + range,
                        o.unit.empty() ? "" : " " + o.unit, value, o.speed ? "; cannot change the result" : "", o.help);
  });
  return text;
}

std::string options_page(const engine::Registry& registry) {
  std::string text =
      "# Options\n\nGenerated by `ronchi reference`; do not edit. Options marked *speed* cannot change a bit of the result and do "
      "not enter keys.\n\n## The job\n\n" +
      option_rows(*config::table_of<engine::JobOptions>()) +
      "\nBeside these a job has `stages:` (a map from names to stages; each may have `stage:`, its type, which is its name by "
      "default; `after:`, the\n"
      "stages it reads from; `fuse: true`) and may have `sweep:` (see engine.md).\n\n## slurm\n\nWhat `ronchi submit` asks of "
      "SLURM: "
      "`slurm:` at the top of the job, over the site profile that RONCHI_SITE names (see slurm.md).\n\n" +
      option_rows(*config::table_of<cluster::SlurmOptions>());
  for (const auto& type : registry) text += fmt::format("\n## {}\n\n{}\n\n{}", type.name, type.summary, option_rows(*type.table));
  return text;
}

std::string json_schema(const engine::Registry& registry) {
  std::vector<std::string> variants, names;
  for (const auto& type : registry) {
    names.push_back(json_string(type.name));
    variants.push_back(fmt::format("    {}: {{\"type\": \"object\", {}}}", json_string(type.name), json_of(*type.table)));
  }
  std::vector<std::string> conditions;
  for (const auto& type : registry)
    conditions.push_back(
        fmt::format("        {{\"if\": {{\"properties\": {{\"stage\": {{\"const\": {0}}}}}, \"required\": [\"stage\"]}}, \"then\": "
                    "{{\"$ref\": \"#/$defs/{1}\"}}}}",
                    json_string(type.name), type.name));
  return fmt::format(R"({{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "title": "Ronchi job",
  "type": "object",
  {},
  "additionalProperties": {{}},
  "$defs": {{
{}
  }},
  "patternProperties": {{
    "^slurm$": {{"type": "object", "additionalProperties": false, {}}},
    "^stages$": {{
      "type": "object",
      "additionalProperties": {{
        "type": ["object", "null"],
        "properties": {{
          "stage": {{"enum": [{}], "description": "Type of the stage; default: its name"}},
          "after": {{"anyOf": [{{"type": "string"}}, {{"type": "array", "items": {{"type": "string"}}}}], "description": "Stages it reads from"}},
          "fuse": {{"type": "boolean", "description": "Runs right after its input on the same range, without a file between"}}
        }},
        "allOf": [
{}
        ]
      }}
    }}
  }}
}}
)",
                     json_of(*config::table_of<engine::JobOptions>()), join(variants, ",\n"),
                     json_of(*config::table_of<cluster::SlurmOptions>()), join(names, ", "), join(conditions, ",\n"));
}

}  // namespace ronchi
