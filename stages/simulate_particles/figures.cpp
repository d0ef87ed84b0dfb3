// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_particles/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "framework/report/figures.hpp"
#include "stages/simulate_particles/protocols.hpp"
#include "stages/simulate_particles/simulation.hpp"

namespace ronchi::simulate_particles {

namespace {

constexpr double full_set = 200000;  // particles

std::string core_time(double atom_steps) {
  const double seconds = atom_steps / assumed_rate;
  return seconds < 600 ? fmt::format("{:.1f} core-seconds", seconds) : fmt::format("{:.3g} core-hours", seconds / 3600);
}

double mean_atoms(const Options& options) {
  const auto [least, most] = atoms_of(options);
  return 0.5 * static_cast<double>(least + most);
}

/// The full set with this job's mixture, sizes and protocols as the full schedule has them.
Options in_full(Options options) {
  options.schedule = Schedule::full;
  options.atoms.clear();
  return options;
}

std::string full_set_text(const Options& options) {
  const double steps = full_set * mean_atom_steps(in_full(options));
  return fmt::format("{:.3g} atom-steps, {}", steps, core_time(steps));
}

/// What the rows say of each protocol.
struct Account {
  std::int64_t particles = 0, atoms = 0, atom_steps = 0;
  double temperature = 0, rate = 0;
};

report::Table cost_table(const Options& options, std::int64_t particles, std::int64_t done) {
  report::Table table{
      "Cost of the molecular dynamics",
      fmt::format("Atom-steps are counted; core time is not measured, but what they take at an assumed {:g} million "
                  "a second. The seconds that this run took stand in stage.yaml.",
                  assumed_rate / 1e6),
      {"", "atom-steps", "core time, assumed"},
      {}};
  const auto row = [&](const std::string& what, double steps) {
    table.rows.push_back({what, fmt::format("{:.3g}", steps), core_time(steps)});
  };
  row(fmt::format("so far, {} particles", particles), static_cast<double>(done));
  if (particles > 0) {
    const double each = static_cast<double>(done) / static_cast<double>(particles);
    row("a particle", each);
    row(fmt::format("{:.0f} particles like these", full_set), full_set * each);
  }
  row(fmt::format("{:.0f} particles, schedule full", full_set), full_set * mean_atom_steps(in_full(options)));
  return table;
}

}  // namespace

std::string cost_text(const Options& options) {
  std::string text;
  for (const Protocol& p : protocols_of(options)) {
    const double steps = atom_steps(p, options, mean_atoms(options));
    text += fmt::format("  {:<12} {:>3.0f} %  {:.3g} atom-steps a particle, {:<18}  {}\n", p.name, 100 * p.weight, steps,
                        core_time(steps) + ":", text_of(p));
  }
  const double all = static_cast<double>(options.simulations) * mean_atom_steps(options);
  return text +
         fmt::format(
             "  {} particles of {:g} atoms on average: {:.3g} atom-steps, {} at an assumed {:g} million atom-steps a second\n"
             "  ({:.0f} with schedule full: {})",
             options.simulations, mean_atoms(options), all, core_time(all), assumed_rate / 1e6, full_set, full_set_text(options));
}

void add_figures(const Options& options, const md::Gupta& potential, const engine::Parts& parts, engine::Output& output) {
  auto& index = output.h5();
  const auto protocols = protocols_of(options);
  const Range all{0, options.simulations};
  const auto atoms = parts.rows<std::int32_t>("atoms", all), counts = parts.rows<std::int32_t>("counts", all);
  const auto protocol = parts.rows<std::uint8_t>("protocol", all);
  const auto temperature = parts.rows<float>("temperature", all);
  const auto rate = parts.rows<float>("quench_rate", all);
  const auto energy = parts.rows<double>(options.relax ? "relaxed_energy" : "potential_energy", all);
  const auto steps = parts.sum("atom_steps");

  std::vector<std::string> symbols{potential.symbols[0]}, names;
  if (!potential.symbols[1].empty()) symbols.push_back(potential.symbols[1]);
  for (const auto& p : protocols) names.push_back(p.name);
  index.write_texts("symbols", symbols);
  index.write_texts("protocol_names", names);
  const physics::Bonds bonds = bonds_of(potential);
  index.write("bonds", std::vector<double>(bonds.begin(), bonds.end()));
  index.set_attribute("potential", potential.name);
  index.set_attribute("timestep", options.timestep);

  std::vector<Account> accounts(protocols.size());
  const std::string which = options.relax ? "Of the minimum next to each particle's end" : "Potential energy in the end";
  report::Curve by_size{.title = "Energy and size", .caption = which, .x_label = "atoms", .y_label = "eV per atom", .points = true};
  for (const auto& name : names) by_size.series.push_back({name, {}, {}});
  report::Curve by_share = by_size;
  by_share.title = "Energy and composition";
  by_share.x_label = "share of " + symbols.back();
  std::int64_t particles = 0;
  for (std::size_t i = 0; i < atoms.size(); ++i) {
    if (atoms[i] == 0) continue;  // failed
    Account& a = accounts.at(protocol[i]);
    ++particles;
    ++a.particles;
    a.atoms += atoms[i];
    a.temperature += temperature[i];
    a.rate += rate[i];
    by_size.series[protocol[i]].x.push_back(atoms[i]);
    by_share.series[protocol[i]].x.push_back(static_cast<double>(counts[2 * i + (symbols.size() - 1)]) / atoms[i]);
    for (auto* curve : {&by_size, &by_share}) curve->series[protocol[i]].y.push_back(energy[i] / atoms[i]);
  }
  report::Table table{"Simulated particles",
                      fmt::format("Potential {}; {} of {} particles", potential.name, particles, options.simulations),
                      {"protocol", "particles", "mean atoms", "mean cooling, K/ps", "mean temperature, K", "atom-steps"},
                      {}};
  std::int64_t done = 0;
  for (std::size_t p = 0; p < protocols.size(); ++p) {
    const Account& a = accounts[p];
    done += steps.at(p);
    const auto mean = [&](double sum) {
      return a.particles > 0 ? fmt::format("{:.4g}", sum / static_cast<double>(a.particles)) : "";
    };
    table.rows.push_back({names[p], std::to_string(a.particles), mean(static_cast<double>(a.atoms)), mean(a.rate),
                          mean(a.temperature), fmt::format("{:.3g}", static_cast<double>(steps.at(p)))});
  }
  report::Table recipes{"Protocols", "", {"protocol", "share", "what it does"}, {}};
  for (const Protocol& p : protocols) recipes.rows.push_back({p.name, fmt::format("{:.0f} %", 100 * p.weight), text_of(p)});
  for (const auto& t : {recipes, table, cost_table(options, particles, done)}) report::add(index, t);
  for (auto* curve : {&by_size, &by_share}) {
    std::erase_if(curve->series, [](const auto& s) { return s.x.empty(); });
    if (!curve->series.empty()) report::add(index, *curve);
  }
}

}  // namespace ronchi::simulate_particles
