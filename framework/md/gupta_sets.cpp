// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/gupta_sets.hpp"

#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include "framework/base/error.hpp"
#include "framework/base/sha256.hpp"
#include "framework/base/text.hpp"
#include "framework/config/schema.hpp"
#include "framework/md/gupta.hpp"
#include "framework/md/pair_table.hpp"

namespace ronchi::md {

using config::Problems;

static void describe(config::Schema<GuptaPair>& s) {
  s.field("A", &GuptaPair::a).required().range(1e-6, 100).unit("eV").help("Repulsion");
  s.field("xi", &GuptaPair::xi).required().range(1e-6, 100).unit("eV").help("Hopping");
  s.field("p", &GuptaPair::p).required().range(0.1, 100).help("Decay of the repulsion");
  s.field("q", &GuptaPair::q).required().range(0.1, 100).help("Decay of the hopping");
  s.field("r0", &GuptaPair::r0).required().range(0.5, 10).unit("A").help("Distance of nearest neighbours");
  s.field("inner", &GuptaPair::inner).required().range(0.5, 20).unit("A").help("Where the smooth tail begins");
  s.field("outer", &GuptaPair::outer).required().range(0.5, 20).unit("A").help("Where the smooth tail ends");
}

namespace {

/// A pair as it stands in a file.
struct PairEntry {
  std::vector<std::string> of;
  GuptaPair pair;
};

/// A set as it stands in a file.
struct SetEntry {
  std::string name, source;
  std::vector<std::string> species;
  std::vector<double> masses;
  std::vector<PairEntry> pairs;
};

void describe(config::Schema<PairEntry>& s) {
  s.field("of", &PairEntry::of).required().help("The two chemical symbols");
  s.include(&PairEntry::pair);
}

void describe(config::Schema<SetEntry>& s) {
  s.field("name", &SetEntry::name).required().help("Name of the set");
  s.field("source", &SetEntry::source).required().help("Where the numbers are from");
  s.field("species", &SetEntry::species).required().help("One or two chemical symbols");
  s.field("masses", &SetEntry::masses).required().range(1, 300).unit("u").help("Mass of each species");
  s.field("pairs", &SetEntry::pairs).required().help("Each pair of species");
}

/// Which of the pairs 00, 11, 01 this is.
std::optional<std::size_t> place_of(const PairEntry& entry, const std::vector<std::string>& species) {
  if (entry.of.size() != 2) return std::nullopt;
  std::array<std::ptrdiff_t, 2> index{};
  for (std::size_t k = 0; k < 2; ++k) {
    index[k] = std::find(species.begin(), species.end(), entry.of[k]) - species.begin();
    if (index[k] == static_cast<std::ptrdiff_t>(species.size())) return std::nullopt;
  }
  return static_cast<std::size_t>(index[0] == index[1] ? index[0] : 2);
}

void place_pairs(const SetEntry& set, const YAML::Node& node, Gupta& result, Problems& problems) {
  const std::vector<std::string>& species = set.species;
  std::array<bool, 3> given{};
  for (std::size_t i = 0; i < set.pairs.size(); ++i) {
    const PairEntry& entry = set.pairs[i];
    const YAML::Node where = node["pairs"].IsSequence() ? node["pairs"][i] : node["pairs"];
    const std::string path = "pairs[" + std::to_string(i) + "]";
    const auto place = place_of(entry, species);
    if (!place) {
      problems.add(where, path,
                   fmt::format("is of '{}'; expected two of the species {}", join(entry.of, "-"), join(species, ", ")));
      continue;
    }
    if (given[*place]) problems.add(where, path, fmt::format("the pair {} is given twice", join(entry.of, "-")));
    if (!(entry.pair.inner < entry.pair.outer))
      problems.add(where, path, fmt::format("inner {} A is not below outer {} A", entry.pair.inner, entry.pair.outer));
    if (const auto problem = beyond_single_precision(entry.pair); !problem.empty()) problems.add(where, path, problem);
    given[*place] = true;
    result.pairs[*place] = entry.pair;
  }
  const auto need = [&](std::size_t place, const std::string& a, const std::string& b) {
    if (!given[place]) problems.add(node["pairs"], "pairs", fmt::format("the pair {}-{} is missing", a, b));
  };
  need(0, species[0], species[0]);
  if (species.size() == 2) {
    need(1, species[1], species[1]);
    need(2, species[0], species[1]);
  }
}

Gupta read_set(const YAML::Node& node, const std::string& file) {
  Problems problems(file);
  SetEntry set;
  config::read_table(*config::table_of<SetEntry>(), &set, node, "", problems);
  problems.raise();
  if (set.species.empty() || set.species.size() > 2)
    problems.add(node["species"], "species", fmt::format("there are {}; expected one or two", set.species.size()));
  else if (set.species.size() == 2 && set.species[0] == set.species[1])
    problems.add(node["species"], "species", "both are the same");
  if (set.masses.size() != set.species.size())
    problems.add(node["masses"], "masses", fmt::format("there are {} for {} species", set.masses.size(), set.species.size()));
  problems.raise();
  Gupta result;
  result.name = set.name;
  for (std::size_t k = 0; k < set.species.size(); ++k) {
    result.symbols[k] = set.species[k];
    result.masses[k] = set.masses[k];
  }
  place_pairs(set, node, result, problems);
  problems.raise();
  return result;
}

Gupta read_file(const std::string& file) {
  std::ifstream in(file);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) fail(Fault::unreadable, "check the file and its permissions", "the potential {} cannot be read", file);
  YAML::Node node;
  try {
    node = YAML::Load(text.str());
  } catch (const YAML::Exception& e) { fail(Fault::usage, "", "{}:{}: {}", file, e.mark.line + 1, e.msg); }
  return read_set(node, file);
}

YAML::Node built_in() { return YAML::Load(std::string(gupta_sets_yaml())); }

}  // namespace

std::vector<std::string> potential_names() {
  std::vector<std::string> names;
  for (const auto& set : built_in()) names.push_back(set["name"].Scalar());
  return names;
}

Gupta potential(const std::string& name_or_file) {
  for (const auto& set : built_in())
    if (set["name"].Scalar() == name_or_file) return read_set(set, "framework/md/gupta_sets.yaml");
  std::error_code ec;
  if (std::filesystem::is_regular_file(name_or_file, ec)) return read_file(name_or_file);
  const auto names = potential_names();
  const auto near = nearest(name_or_file, names);
  fail(Fault::usage, fmt::format("name one of {}, or a YAML file", join(names, ", ")),
       "there is neither a potential nor a file '{}'{}", name_or_file, near ? fmt::format("; did you mean '{}'?", *near) : "");
}

std::string fingerprint(const std::string& name_or_file) {
  const Gupta set = potential(name_or_file);
  std::string text = join(set.symbols, "-");
  for (const double mass : set.masses) text += " " + exact(mass);
  for (const GuptaPair& pair : set.pairs)
    for (const double number : {pair.a, pair.xi, pair.p, pair.q, pair.r0, pair.inner, pair.outer}) text += " " + exact(number);
  return sha256(text).substr(0, 16);
}

}  // namespace ronchi::md
