// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/phases/stage.hpp"

#include <fmt/format.h>

#include <numbers>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/formats/formats.hpp"
#include "framework/physics/electrons.hpp"
#include "framework/report/figures.hpp"
#include "stages/phases/mapping.hpp"
#include "stages/phases/naming.hpp"

namespace ronchi::phases {

namespace {

constexpr double degree = std::numbers::pi / 180;

/// One option that the metadata may say as well, there times `unit`.
struct Setting {
  const char* name;  ///< of the option; its range holds for the metadata, too
  std::string key;   ///< in the metadata
  double unit = 1;   ///< of the metadata, in that of the option
  std::optional<double> otherwise = {};
};

/// The option, or what the metadata say, or `otherwise`; without any of them, or where the metadata cannot be right, a Failure.
double setting(const std::optional<double>& option, const Metadata& metadata, const Setting& s) {
  if (option) return *option;
  const std::string advice = fmt::format("Set the option {} of the stage phases.", s.name);
  if (const auto value = number_in(metadata, s.key)) {
    const auto options = config::table_of<Options>();
    const config::Option& declared = *options->find(s.name);
    if (!(*value * s.unit >= *declared.low && *value * s.unit <= *declared.high))
      fail(Fault::usage, advice, "the data's metadata say {}: {}, which is {:.4g} {}; {:g} to {:g} were expected", s.key, *value,
           *value * s.unit, declared.unit, *declared.low, *declared.high);
    return *value * s.unit;
  }
  if (s.otherwise) return *s.otherwise;
  fail(Fault::usage, advice, "the data's metadata do not say {} ({})", s.name, s.key);
}

/// What the stage reads of a decomposition.
struct Decomposition {
  explicit Decomposition(const h5::Group& index)
      : frames(formats::load_info(index.group("frames_info"))),
        factors(index.read<float>("nmf/factors")),
        loadings(index.read<float>("nmf/loadings")),
        signal_mask(index.read<std::uint8_t>("signal_mask")),
        navigation_mask(index.read<std::uint8_t>("navigation_mask")),
        components(index.dataset("nmf/factors").shape().at(0)) {}

  [[nodiscard]] std::span<const float> factor(std::int64_t k) const {
    const auto pixels = static_cast<std::size_t>(frames.pixels());
    return std::span(factors).subspan(static_cast<std::size_t>(k) * pixels, pixels);
  }
  [[nodiscard]] double total(std::int64_t k) const {
    double sum = 0;
    const auto f = factor(k);
    for (std::size_t i = 0; i < f.size(); ++i)
      if (signal_mask[i] == 0) sum += f[i];
    return sum;
  }

  FrameInfo frames;
  std::vector<float> factors, loadings;
  std::vector<std::uint8_t> signal_mask, navigation_mask;
  std::int64_t components;
};

std::vector<Template> make_templates(const Options& options, const FrameInfo& frames, const Grid& grid) {
  const std::string tem = "Acquisition_instrument.TEM.";
  const auto& metadata = frames.metadata;
  const double energy = setting(options.energy, metadata, {"energy", tem + "beam_energy"});
  // mrad, as pyxem's set_experimental_parameters writes both angles.
  const double precession = setting(options.precession, metadata, {"precession", tem + "rocking_angle", 1e-3 / degree, 0.0});
  const double convergence = setting(options.convergence, metadata, {"convergence", tem + "convergence_angle"});
  const physics::Illumination beam{physics::wavelength(energy), physics::relativistic_mass(energy), precession * degree};
  std::vector<Template> templates;
  for (const auto& phase : options.phases)
    templates.emplace_back(phase, grid, beam, convergence * 1e-3 / beam.wavelength, options.thickness, options.tilt * degree);
  return templates;
}

void show_components(h5::Group& result, const Options& options, const Decomposition& d, std::span<const Template> templates,
                     const std::vector<Match>& matches, const std::vector<std::string>& names) {
  report::Table table{
      "Components and templates", "Correlation of each component with each phase's template", {"component", "named"}, {}};
  for (const auto& phase : options.phases) table.header.push_back(phase.name);
  table.header.insert(table.header.end(), {"rotation (deg)", "centre off by (px)"});
  for (std::size_t k = 0; k < matches.size(); ++k) {
    const Match& m = matches[k];
    const auto best = static_cast<std::size_t>(m.best());
    const Placement& at = m.placements[best];
    auto& row = table.rows.emplace_back(std::vector<std::string>{std::to_string(k + 1), names[k]});
    for (const double score : m.scores) row.push_back(fmt::format("{:.3f}", score));
    row.push_back(fmt::format("{:.1f}", at.rotation / degree));
    row.push_back(fmt::format("{:.1f}, {:.1f}", at.dy, at.dx));

    report::Image image{.title = fmt::format("Component {}: {}", k + 1, names[k]),
                        .kind = report::Image::Kind::pattern,
                        .unit = "counts",
                        .axes = d.frames.signal,
                        .group = "Components and templates"};
    const auto factor = d.factor(static_cast<std::int64_t>(k));
    image.values.assign(factor.begin(), factor.end());
    report::add(result, image);
    image.title = fmt::format("Template: {}", options.phases[best].name);
    image.caption = fmt::format("Correlation {:.3f}", m.scores[best]);
    image.unit = "";
    image.values = templates[best].draw(at);
    for (std::size_t i = 0; i < image.values.size(); ++i)
      if (d.signal_mask[i] != 0) image.values[i] = 0;
    report::add(result, image);
  }
  report::add(result, table);
}

void show_map(h5::Group& result, const std::string& title, const std::string& caption, const FrameInfo& frames,
              const std::vector<std::uint8_t>& labels, const std::vector<std::string>& names) {
  if (frames.navigation.size() < 2) return;
  std::vector<Axis> axes(frames.navigation.end() - 2, frames.navigation.end());
  axes[0].size = frames.frames() / axes[1].size;
  report::add(result, report::Image{.title = title,
                                    .caption = caption,
                                    .kind = report::Image::Kind::labels,
                                    .axes = axes,
                                    .values = {labels.begin(), labels.end()},
                                    .labels = names,
                                    .group = "Phases"});
}

/// The truth is read here and nowhere before: the map is made by then.
void compare_with_truth(h5::Group& result, const engine::Input& simulation, const FrameInfo& frames,
                        const std::vector<std::uint8_t>& labels, const std::vector<std::string>& names) {
  const h5::File index = simulation.index();
  const auto truth = index.read<std::uint8_t>("truth_phase");
  const auto truth_names = index.read_texts("truth/phase_names");
  const Comparison c = compare(truth, truth_names, labels, names);
  result.set_attribute("accuracy", c.accuracy());
  result.set_attribute("summary", fmt::format("{:.2f} % of {} positions inside the wire have the right phase", 100 * c.accuracy(),
                                              human_count(c.inside)));
  result.set_attribute("dose", index.attribute<double>("dose"));
  result.write<std::int64_t>("confusion", c.confusion,
                             {static_cast<std::int64_t>(truth_names.size()), static_cast<std::int64_t>(names.size())});
  result.write_texts("truth_names", truth_names);
  show_map(result, "Ground truth", "", frames, truth, truth_names);
  report::Table table{"Accuracy",
                      fmt::format("{:.2f} % of {} positions inside the wire have the right phase; rows: truth, columns: map",
                                  100 * c.accuracy(), c.inside),
                      {""},
                      {}};
  table.header.insert(table.header.end(), names.begin(), names.end());
  for (std::size_t t = 0; t < truth_names.size(); ++t) {
    auto& row = table.rows.emplace_back(std::vector<std::string>{truth_names[t]});
    for (std::size_t l = 0; l < names.size(); ++l) row.push_back(std::to_string(c.confusion[t * names.size() + l]));
  }
  report::add(result, table);
}

}  // namespace

void Phases::check() const {
  if (options_.phases.empty() || options_.phases.size() > 200)
    fail(Fault::usage, "Name 1 to 200 phases.", "the stage phases names {} phases", options_.phases.size());
  if (options_.thickness.empty()) fail(Fault::usage, "Give at least one thickness.", "phases.thickness is empty");
}

engine::Plan Phases::plan(const engine::Inputs& inputs) const {
  (void)inputs.of_type("decompose");
  return {.items = 1, .per_task = 1, .team = engine::all_ranks};
}

void Phases::run(const engine::Task&, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) {
  if (!team.leads()) return;  // seconds of work
  const Decomposition d(inputs.of_type("decompose").index());
  const Grid grid = grid_of(d.frames.signal);
  const auto templates = make_templates(options_, d.frames, grid);
  const Search search{options_.rotation * degree, options_.search_rotation * degree, degree, options_.search_centre};
  const auto matches = name_components(d.factors, d.components, templates, grid, d.signal_mask, search, options_.exponent,
                                       options_.least_score, options_.least_margin);

  std::vector<int> phase_of;
  std::vector<double> totals, scores;
  std::vector<std::string> component_names, names{"outside"};
  for (const auto& phase : options_.phases) names.push_back(phase.name);
  for (std::int64_t k = 0; k < d.components; ++k) {
    const Match& m = matches[static_cast<std::size_t>(k)];
    phase_of.push_back(m.phase);
    totals.push_back(d.total(k));
    component_names.push_back(m.phase >= 0            ? options_.phases[static_cast<std::size_t>(m.phase)].name
                              : m.phase == background ? "background"
                                                      : "unassigned");
    scores.insert(scores.end(), m.scores.begin(), m.scores.end());
  }
  const Map map =
      map_phases(d.loadings, totals, phase_of, static_cast<int>(options_.phases.size()), d.navigation_mask, options_.vacuum);

  auto& result = part.h5();
  const std::int64_t columns = d.frames.navigation.empty() ? 1 : d.frames.navigation.back().size;
  result.write<std::uint8_t>("phase_map", map.labels, {d.frames.frames() / columns, columns});
  result.write_texts("phase_names", names);
  result.write_texts("component_names", component_names);
  result.write<double>("scores", scores, {d.components, static_cast<std::int64_t>(options_.phases.size())});
  result.set_attribute("vacuum_threshold", map.threshold);

  std::vector<std::int64_t> positions(names.size(), 0);
  for (const std::uint8_t label : map.labels) ++positions[label];
  const std::int64_t inside = static_cast<std::int64_t>(map.labels.size()) - positions[0];
  std::vector<double> fractions;
  report::Table shares{"Phase fractions", fmt::format("Of {} positions inside", inside), {"phase", "positions", "fraction"}, {}};
  for (std::size_t p = 1; p < names.size(); ++p) {
    fractions.push_back(inside > 0 ? static_cast<double>(positions[p]) / static_cast<double>(inside) : 0);
    shares.rows.push_back({names[p], std::to_string(positions[p]), fmt::format("{:.2f} %", 100 * fractions.back())});
  }
  result.write("fractions", fractions);

  show_map(result, "Phase map",
           fmt::format("Positions with fewer than {:.3g} counts in named components are outside", map.threshold), d.frames,
           map.labels, names);
  if (const auto* simulation = inputs.find_type("simulate_scan"))
    compare_with_truth(result, *simulation, d.frames, map.labels, names);
  report::add(result, shares);
  show_components(result, options_, d, templates, matches, component_names);
}

}  // namespace ronchi::phases
