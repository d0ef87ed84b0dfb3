// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/pair_table.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "framework/md/gupta_pair.hpp"

namespace ronchi::md {
namespace {

/// Binary logarithms of -2 alpha' and of Xi^2 left of `inner`: `log` + `rate` r.
struct Power {
  double log, rate;
};
Power repulsion_of(const GuptaPair& pair, const PairCurve& curve) {
  return {std::log2(2 * curve.alpha_decay * pair.a) + pair.p * std::numbers::log2e, -curve.alpha_decay * std::numbers::log2e};
}
Power binding_of(const GuptaPair& pair, const PairCurve& curve) {
  return {2 * (std::log2(pair.xi) + pair.q * std::numbers::log2e), -2 * curve.hopping_decay * std::numbers::log2e};
}

}  // namespace

template <class T>
std::vector<T> pair_table(const Gupta& potential) {
  std::vector<T> table(static_cast<std::size_t>(Row::count) * lanes, T(0));
  const int species = potential.symbols[1].empty() ? 1 : 2;
  for (int i = 0; i < species; ++i)
    for (int j = 0; j < species; ++j) {
      const GuptaPair& pair = potential.pair(i, j);
      const PairCurve curve(pair);
      const Power repulsion = repulsion_of(pair, curve), binding = binding_of(pair, curve);
      const auto set = [&](Row::Name row, double value) {
        table[static_cast<std::size_t>(row * lanes + 2 * i + j)] = static_cast<T>(value);
      };
      set(Row::outer, pair.outer);
      set(Row::inner, pair.inner);
      set(Row::repulsion_log, repulsion.log);
      set(Row::repulsion_rate, repulsion.rate);
      set(Row::r3, -6 * curve.alpha_tail[0]);
      set(Row::r4, -8 * curve.alpha_tail[1]);
      set(Row::r5, -10 * curve.alpha_tail[2]);
      set(Row::binding_log, binding.log);
      set(Row::binding_rate, binding.rate);
      set(Row::b3, curve.hopping_tail[0]);
      set(Row::b4, curve.hopping_tail[1]);
      set(Row::b5, curve.hopping_tail[2]);
      set(Row::binding_slope, -curve.hopping_decay);
      set(Row::repulsion_length, 1 / (2 * curve.alpha_decay));
    }
  return table;
}

std::string beyond_single_precision(const GuptaPair& pair) {
  constexpr double most = 120;  // a float goes from 2^-126 to 2^127
  const PairCurve curve(pair);
  const auto problem = [&](const char* what, const Power& power, const char* letter) -> std::string {
    if (power.log > most)
      return fmt::format("its {} at distance 0 is 2^{:.0f}, more than single precision holds: choose a smaller {}", what, power.log,
                         letter);
    if (const double end = power.log + power.rate * pair.inner; end < -most)
      return fmt::format("its {} at inner is 2^{:.0f}, less than single precision holds: choose a smaller inner", what, end);
    return {};
  };
  const std::string repulsion = problem("repulsion", repulsion_of(pair, curve), "p");
  return repulsion.empty() ? problem("binding", binding_of(pair, curve), "q") : repulsion;
}

template std::vector<float> pair_table<float>(const Gupta&);
template std::vector<double> pair_table<double>(const Gupta&);

}  // namespace ronchi::md
