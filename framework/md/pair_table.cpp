// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/pair_table.hpp"

#include <cmath>
#include <numbers>

namespace ronchi::md {

template <class T>
std::vector<T> pair_table(const Gupta& potential) {
  std::vector<T> table(static_cast<std::size_t>(Row::count) * lanes, T(0));
  const int species = potential.symbols[1].empty() ? 1 : 2;
  for (int i = 0; i < species; ++i)
    for (int j = 0; j < species; ++j) {
      const GuptaPair& pair = potential.pair(i, j);
      const double repulsion_decay = pair.p / pair.r0, binding_decay = 2 * pair.q / pair.r0;
      const auto at = [&](double factor, double decay) { return factor * std::exp(-decay * (pair.inner - pair.r0)); };
      const auto repulsion = smooth_tail(at(pair.a, repulsion_decay), repulsion_decay, pair.inner, pair.outer);
      const auto binding = smooth_tail(at(pair.xi, binding_decay / 2), binding_decay / 2, pair.inner, pair.outer);
      const auto set = [&](Row::Name row, double value) {
        table[static_cast<std::size_t>(row * lanes + 2 * i + j)] = static_cast<T>(value);
      };
      set(Row::outer, pair.outer);
      set(Row::inner, pair.inner);
      set(Row::repulsion_log, std::log2(2 * repulsion_decay * pair.a) + pair.p * std::numbers::log2e);
      set(Row::repulsion_rate, -repulsion_decay * std::numbers::log2e);
      set(Row::r3, -6 * repulsion[0]);
      set(Row::r4, -8 * repulsion[1]);
      set(Row::r5, -10 * repulsion[2]);
      set(Row::binding_log, 2 * (std::log2(pair.xi) + pair.q * std::numbers::log2e));
      set(Row::binding_rate, -binding_decay * std::numbers::log2e);
      set(Row::b3, binding[0]);
      set(Row::b4, binding[1]);
      set(Row::b5, binding[2]);
      set(Row::binding_slope, -binding_decay / 2);
      set(Row::repulsion_length, 1 / (2 * repulsion_decay));
    }
  return table;
}

template std::vector<float> pair_table<float>(const Gupta&);
template std::vector<double> pair_table<double>(const Gupta&);

}  // namespace ronchi::md
