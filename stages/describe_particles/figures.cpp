// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/describe_particles/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <optional>

#include "framework/report/figures.hpp"
#include "stages/describe_particles/measures.hpp"

namespace ronchi::describe_particles {
namespace {

/// The columns that the statistics are made of; one entry per particle that there is.
class Set {
 public:
  Set(const engine::Parts& parts, const engine::Input& simulation) : parts_(parts), simulated_(simulation.parts()) {
    items_ = {0, simulation.items};
    const auto all = parts.rows<std::uint8_t>("class", items_);
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i] != static_cast<std::uint8_t>(Class::none)) {
        chosen_.push_back(i);
        classes.push_back(all[i]);
      }
  }
  /// A column of this stage, or of the simulation; `width` numbers a row, of which number `which` is taken.
  template <class T>
  [[nodiscard]] std::vector<double> column(const std::string& name, std::size_t width = 1, std::size_t which = 0) const {
    return take(parts_.rows<T>(name, items_), width, which);
  }
  template <class T>
  [[nodiscard]] std::vector<double> simulated(const std::string& name) const {
    return take(simulated_.rows<T>(name, items_), 1, 0);
  }
  [[nodiscard]] std::size_t size() const { return classes.size(); }
  [[nodiscard]] std::int64_t absent() const { return items_.size() - static_cast<std::int64_t>(size()); }

  std::vector<std::uint8_t> classes;

 private:
  template <class T>
  [[nodiscard]] std::vector<double> take(const std::vector<T>& rows, std::size_t width, std::size_t which) const {
    std::vector<double> values;
    for (const std::size_t i : chosen_) values.push_back(static_cast<double>(rows[i * width + which]));
    return values;
  }
  const engine::Parts& parts_;
  engine::Parts simulated_;
  Range items_;
  std::vector<std::size_t> chosen_;
};

std::vector<std::size_t> classes_there(const Set& set) {
  std::vector<std::size_t> there;
  for (std::size_t c = 1; c < class_names().size(); ++c)
    if (std::find(set.classes.begin(), set.classes.end(), c) != set.classes.end()) there.push_back(c);
  return there;
}

double mean(const Set& set, std::size_t of_class, const std::vector<double>& values) {
  double sum = 0, count = 0;
  for (std::size_t i = 0; i < set.size(); ++i)
    if (set.classes[i] == of_class) {
      sum += values[i];
      ++count;
    }
  return count > 0 ? sum / count : 0;
}

report::Table class_table(const Set& set, const std::vector<std::string>& symbols) {
  const std::string one = symbols[0], two = symbols.size() > 1 ? symbols[1] : "second";
  struct Column {
    std::string title;
    int digits;
    std::vector<double> values;
  };
  const Column columns[] = {
      {"atoms", 0, set.column<std::int32_t>("atoms")},
      {fmt::format("share of {}", two), 2, set.column<float>("composition")},
      {"separation (A)", 2, set.column<float>("separation")},
      {"asymmetry", 2, set.column<float>("asymmetry")},
      {"enclosure", 2, set.column<float>("enclosure")},
      {fmt::format("{} at the surface", one), 2, set.column<float>("surface_fraction", 2, 0)},
      {fmt::format("{} at the surface", two), 2, set.column<float>("surface_fraction", 2, 1)},
      {"short-range order", 2, set.column<float>("short_range_order")},
      {"q6", 3, set.column<float>("q6")},
      {"on fivefold axes", 3, set.column<float>("fivefold")},
  };
  report::Table table{"Classes of particles",
                      fmt::format("Measured on each of {} particles; means{}", set.size(),
                                  set.absent() > 0 ? fmt::format(" ({} simulations failed)", set.absent()) : ""),
                      {""},
                      {{"particles"}, {"share"}}};
  for (const Column& c : columns) table.rows.push_back({c.title});
  for (const std::size_t c : classes_there(set)) {
    const auto count = std::count(set.classes.begin(), set.classes.end(), c);
    table.header.push_back(class_names()[c]);
    table.rows[0].push_back(std::to_string(count));
    table.rows[1].push_back(fmt::format("{:.1f} %", 100.0 * static_cast<double>(count) / static_cast<double>(set.size())));
    for (std::size_t k = 0; k < std::size(columns); ++k)
      table.rows[k + 2].push_back(fmt::format("{:.{}f}", mean(set, c, columns[k].values), columns[k].digits));
  }
  return table;
}

/// Share of each class in bins of `values`; `bin_of` says the bin, if there is one, `x_of` where it is drawn.
report::Curve shares(const Set& set, report::Curve curve, const std::vector<double>& values,
                     const std::function<std::optional<int>(double)>& bin_of, const std::function<double(int)>& x_of) {
  std::map<int, std::vector<double>> bins;  // counts of each class
  for (std::size_t i = 0; i < set.size(); ++i) {
    const auto bin = bin_of(values[i]);
    if (!bin) continue;
    auto& counts = bins[*bin];
    counts.resize(class_names().size());
    ++counts[set.classes[i]];
  }
  curve.y_label = "share";
  for (const std::size_t c : classes_there(set)) {
    auto& series = curve.series.emplace_back(report::Curve::Series{class_names()[c], {}, {}});
    for (const auto& [bin, counts] : bins) {
      double all = 0;
      for (const double n : counts) all += n;
      series.x.push_back(x_of(bin));
      series.y.push_back(counts[c] / all);
    }
  }
  return curve;
}

void add_shares(const Set& set, const std::vector<std::string>& symbols, h5::Group& index) {
  const auto atoms = set.column<std::int32_t>("atoms");
  const double step = std::max(1.0, std::ceil(*std::max_element(atoms.begin(), atoms.end()) / 10));
  report::add(index,
              shares(
                  set, {.title = "Class and size", .caption = fmt::format("Bins of {:g} atoms", step), .x_label = "atoms"}, atoms,
                  [&](double n) { return static_cast<int>((n - 1) / step); }, [&](int bin) { return (bin + 0.5) * step; }));
  report::add(index, shares(
                         set,
                         {.title = "Class and composition",
                          .caption = "Bins of 0.1",
                          .x_label = fmt::format("share of {}", symbols.size() > 1 ? symbols[1] : "the second species")},
                         set.column<float>("composition"), [](double x) { return std::min(9, static_cast<int>(10 * x)); },
                         [](int bin) { return 0.1 * bin + 0.05; }));
  // Two bins per factor of ten.
  const auto cooling = [](double rate) {
    return rate > 0 ? std::optional(static_cast<int>(std::floor(2 * std::log10(rate)))) : std::nullopt;
  };
  const auto rates = set.simulated<float>("quench_rate");
  if (std::any_of(rates.begin(), rates.end(), [](double rate) { return rate > 0; }))
    report::add(index, shares(set,
                              {.title = "Class and cooling rate",
                               .caption = "Where the leg with the largest change of temperature is one of cooling",
                               .x_label = "K/ps",
                               .log_x = true},
                              rates, cooling, [](int bin) { return std::pow(10, (bin + 0.5) / 2); }));
}

report::Table protocol_table(const Set& set, const std::vector<std::string>& protocols) {
  const auto protocol = set.simulated<std::uint8_t>("protocol");
  const auto there = classes_there(set);
  report::Table table{
      "Class and protocol", "Particles; what a recipe is called does not decide what comes of it", {"protocol"}, {}};
  for (const std::size_t c : there) table.header.push_back(class_names()[c]);
  for (std::size_t p = 0; p < protocols.size(); ++p) {
    auto& row = table.rows.emplace_back(std::vector<std::string>{protocols[p]});
    for (const std::size_t c : there) {
      std::int64_t count = 0;
      for (std::size_t i = 0; i < set.size(); ++i) count += set.classes[i] == c && protocol[i] == static_cast<double>(p);
      row.push_back(std::to_string(count));
    }
  }
  return table;
}

report::Curve scatter(const Set& set, report::Curve curve, const std::vector<double>& x, const std::vector<double>& y) {
  curve.points = true;
  for (const std::size_t c : classes_there(set)) {
    auto& series = curve.series.emplace_back(report::Curve::Series{class_names()[c], {}, {}});
    for (std::size_t i = 0; i < set.size(); ++i)
      if (set.classes[i] == c) {
        series.x.push_back(x[i]);
        series.y.push_back(y[i]);
      }
  }
  return curve;
}

/// Number of particles of each class in steps of a measure that is not negative.
report::Curve histogram(const Set& set, report::Curve curve, const std::vector<double>& values, double step) {
  const auto bins = static_cast<std::size_t>(*std::max_element(values.begin(), values.end()) / step) + 1;
  curve.y_label = "particles";
  for (const std::size_t c : classes_there(set)) {
    report::Curve::Series series{class_names()[c], {}, std::vector<double>(bins, 0)};
    for (std::size_t b = 0; b < bins; ++b) series.x.push_back((static_cast<double>(b) + 0.5) * step);
    for (std::size_t i = 0; i < set.size(); ++i)
      if (set.classes[i] == c) ++series.y[static_cast<std::size_t>(values[i] / step)];
    curve.series.push_back(std::move(series));
  }
  return curve;
}

/// Counts of distances over r^2: in arbitrary units, each curve with its maximum at 1.
report::Curve pair_distribution(const engine::Parts& parts, const std::vector<std::string>& symbols, const physics::Bonds& bonds) {
  const auto counts = parts.sum("pair_distribution");
  const std::string one = symbols[0], two = symbols.size() > 1 ? symbols[1] : "";
  const std::string names[] = {one + "-" + one, two + "-" + two, one + "-" + two};
  report::Curve curve{.title = "Pair distribution",
                      .caption = "Of all particles, each pair over its largest value; a bond should end in the first minimum",
                      .x_label = "distance (A)",
                      .y_label = "pairs over r^2"};
  for (std::size_t k = 0; k < (two.empty() ? 1 : 3); ++k) {
    report::Curve::Series series{names[k], {}, {}};
    for (std::size_t b = 0; b < pair_steps; ++b) {
      const double r = (static_cast<double>(b) + 0.5) * pair_step;
      series.x.push_back(r);
      series.y.push_back(static_cast<double>(counts[k * pair_steps + b]) / (r * r));
    }
    const double largest = *std::max_element(series.y.begin(), series.y.end());
    if (!(largest > 0)) continue;
    for (double& y : series.y) y /= largest;
    curve.series.push_back(std::move(series));
    curve.marks.push_back({bonds[k], names[k]});
  }
  return curve;
}

}  // namespace

void add_figures(const Options& options, const physics::Bonds& bonds, const engine::Parts& parts, const engine::Input& simulation,
                 h5::Group& index) {
  const Set set(parts, simulation);
  if (set.size() == 0) return;
  const h5::File simulated = simulation.index();
  const auto symbols = simulated.read_texts("symbols");
  report::add(index, class_table(set, symbols));
  report::add(index, protocol_table(set, simulated.read_texts("protocol_names")));
  add_shares(set, symbols, index);
  report::add(
      index,
      scatter(set,
              {.title = "Where the classes end",
               .caption = fmt::format("A core is above an enclosure of {:g} or below -{:g}, and centred below an asymmetry "
                                      "of {:g}; halves begin at {:g}, or at {:g} without a core.",
                                      options.enclosed, options.enclosed, options.centred, options.halves, options.separated),
               .x_label = "enclosure",
               .y_label = "asymmetry"},
              set.column<float>("enclosure"), set.column<float>("asymmetry")));
  report::add(index, histogram(set, {.title = "Asymmetry", .caption = "Bins of 0.05", .x_label = "asymmetry"},
                               set.column<float>("asymmetry"), 0.05));
  report::add(index, histogram(set,
                               {.title = "Separation of the species",
                                .caption = "Distance of their centres; bins of 0.5 A",
                                .x_label = "separation (A)"},
                               set.column<float>("separation"), 0.5));
  report::add(index, pair_distribution(parts, symbols, bonds));
}

}  // namespace ronchi::describe_particles
