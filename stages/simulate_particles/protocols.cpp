// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_particles/protocols.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace ronchi::simulate_particles {

namespace {

void check_span(const Span& span, const std::string& what) {
  if (span.empty() || span.size() > 2 || span.front() > span.back())
    fail(Fault::usage, "Write [least, most], or one number.", "{} is not a range", what);
}

void check(const Protocol& p) {
  check_span(p.density, fmt::format("density of protocol '{}'", p.name));
  if (p.legs.empty()) fail(Fault::usage, "Write legs: [{duration: 10, from: 300, to: 300}].", "protocol '{}' has no legs", p.name);
  for (const auto* legs : {&p.prepare, &p.legs})
    for (const Leg& leg : *legs) check_span(leg.duration, fmt::format("a duration of protocol '{}'", p.name));
}

/// Mean of what is drawn uniformly in its logarithm.
double mean(const Span& span) {
  const double low = span.front(), high = span.back();
  return high > low * (1 + 1e-9) ? (high - low) / std::log(high / low) : low;
}

double duration(const std::vector<Leg>& legs) {
  return std::accumulate(legs.begin(), legs.end(), 0.0, [](double sum, const Leg& leg) { return sum + mean(leg.duration); });
}

std::string text_of(const Span& span) {
  return span.size() > 1 ? fmt::format("{:g} to {:g}", span.front(), span.back()) : fmt::format("{:g}", span.front());
}

std::string text_of(const std::vector<Leg>& legs) {
  std::vector<std::string> texts;
  for (const Leg& leg : legs)
    texts.push_back(leg.from == leg.to ? fmt::format("{:g} K for {} ps", leg.from, text_of(leg.duration))
                                       : fmt::format("{:g} to {:g} K in {} ps", leg.from, leg.to, text_of(leg.duration)));
  return join(texts, ", ");
}

}  // namespace

std::vector<Protocol> built_in(Schedule schedule) {
  const bool full = schedule == Schedule::full;
  Protocol core_shell;
  core_shell.name = "core_shell";
  core_shell.weight = 0.42;
  core_shell.start = Start::gas;
  core_shell.density = full ? Span{4, 8} : Span{5, 10};
  core_shell.boundary = md::Boundary::reflecting;
  core_shell.legs = {{full ? Span{1000} : Span{200, 300}, 7500, 300}};

  Protocol janus;
  janus.name = "janus";
  janus.weight = 0.48;
  janus.start = Start::droplets;
  janus.prepare = {{full ? Span{20} : Span{10}, 800, 800}};
  janus.legs = {{full ? Span{30, 100} : Span{20, 50}, 800, 300}};

  Protocol heated;
  heated.name = "heated";
  heated.weight = 0.1;
  heated.start = Start::cluster;
  heated.shape = Shape::sphere;
  heated.arrangement = Arrangement::random;
  heated.legs = {{full ? Span{200} : Span{25}, 300, 1000}, {full ? Span{200} : Span{25}, 1000, 300}};
  return {core_shell, janus, heated};
}

std::vector<Protocol> protocols_of(const Options& options) {
  auto protocols = built_in(options.schedule);
  for (const Protocol& own : options.protocols) {
    const auto same = std::find_if(protocols.begin(), protocols.end(), [&](const Protocol& p) { return p.name == own.name; });
    if (same != protocols.end())
      *same = own;
    else
      protocols.push_back(own);
  }
  if (!options.mixture.empty()) {
    if (options.mixture.size() != protocols.size()) {
      std::vector<std::string> names;
      for (const auto& p : protocols) names.push_back(p.name);
      fail(Fault::usage, "Write a weight for each.", "mixture has {} weights; there are {} protocols: {}", options.mixture.size(),
           protocols.size(), join(names, ", "));
    }
    for (std::size_t i = 0; i < protocols.size(); ++i) protocols[i].weight = options.mixture[i];
  }
  double total = 0;
  for (const Protocol& p : protocols) {
    check(p);
    total += p.weight;
  }
  if (!(total > 0)) fail(Fault::usage, "Give one a weight above 0.", "no protocol has any weight");
  for (Protocol& p : protocols) p.weight /= total;
  return protocols;
}

std::array<std::int64_t, 2> atoms_of(const Options& options) {
  if (options.atoms.empty())
    return options.schedule == Schedule::full ? std::array<std::int64_t, 2>{100, 1000} : std::array<std::int64_t, 2>{20, 250};
  return {options.atoms.front(), options.atoms.back()};
}

void check(const Options& options) {
  if (options.atoms.size() > 2 || (!options.atoms.empty() && options.atoms.front() > options.atoms.back()))
    fail(Fault::usage, "Write atoms: [least, most], or one number.", "atoms is not a range");
  check_span(options.composition, "composition");
  check_span(options.last.duration, "duration of the last leg");
}

double atom_steps(const Protocol& protocol, const Options& options, double atoms) {
  const double all =
      (protocol.start == Start::droplets ? duration(protocol.prepare) : 0) + duration(protocol.legs) + mean(options.last.duration);
  return atoms * all * 1000 / options.timestep;
}

double mean_atom_steps(const Options& options) {
  const auto [least, most] = atoms_of(options);
  double sum = 0;
  for (const Protocol& p : protocols_of(options)) sum += p.weight * atom_steps(p, options, 0.5 * static_cast<double>(least + most));
  return sum;
}

std::string text_of(const Protocol& p) {
  constexpr std::array boundaries{"open", "periodic", "reflecting"};
  constexpr std::array structures{"fcc", "liquid"}, shapes{"icosahedra", "spheres of fcc"};
  constexpr std::array arrangements{"the second species inside", "a side for each species", "species at random"};
  const auto name = [](const auto& names, auto value) { return names.at(static_cast<std::size_t>(value)); };
  std::string text;
  switch (p.start) {
    case Start::gas:
      text = fmt::format("gas of {} atoms per nm^3, {} box", text_of(p.density), name(boundaries, p.boundary));
      break;
    case Start::droplets:
      text = fmt::format("two {} droplets{}{}, joined", name(structures, p.structure), p.prepare.empty() ? "" : ", each at ",
                         text_of(p.prepare));
      break;
    case Start::cluster:
      text = fmt::format("{}, {}", name(shapes, p.shape), name(arrangements, p.arrangement));
      break;
  }
  return text + "; " + text_of(p.legs);
}

}  // namespace ronchi::simulate_particles
