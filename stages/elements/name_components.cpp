// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/report/figures.hpp"
#include "stages/elements/spectrum.hpp"
#include "stages/elements/stage.hpp"

namespace ronchi::elements {

namespace {

double energy_unit(const std::string& units) {
  if (units == "keV") return 1;
  if (units == "eV") return 1e-3;
  if (units == "MeV") return 1e3;
  fail(Fault::usage, "the stage elements needs spectra with an energy axis in eV or keV", "the signal axis has the unit '{}'",
       units);
}

/// Of the microscope, which is a TEM or an SEM.
double instrument_number(const Metadata& metadata, const std::string& name, double otherwise) {
  for (const char* kind : {"TEM", "SEM"})
    if (const auto value = number_in(metadata, fmt::format("Acquisition_instrument.{}.{}", kind, name))) return *value;
  return otherwise;
}

const Element& known(const std::string& symbol, const char* where) {
  if (const Element* e = find_element(symbol)) return *e;
  std::vector<std::string> symbols;
  for (const auto& e : all_elements()) symbols.emplace_back(e.symbol);
  const auto meant = nearest(symbol, symbols);
  fail(Fault::usage, meant ? fmt::format("is it {}?", *meant) : "use symbols of elements from Be to U", "{} names the element '{}'",
       where, symbol);
}

/// From the option, else the metadata; empty = search.
std::vector<const Element*> listed(const ElementsOptions& options, const Metadata& metadata) {
  std::vector<const Element*> all;
  if (options.search) return all;
  for (const auto& s : options.elements) all.push_back(&known(s, "the option elements"));
  if (all.empty())
    if (const auto it = metadata.find("Sample.elements"); it != metadata.end())
      if (const auto* symbols = std::get_if<std::vector<std::string>>(&it->second))
        for (const auto& s : *symbols)
          if (s != "H" && s != "He" && s != "Li") all.push_back(&known(s, "the metadata (Sample.elements)"));
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

/// "; near it: Co Ka 6.930, Er La 6.949 keV": main lines of likely elements, K before L before M; "" if there are none.
std::string lines_near(const Spectrum& s, double energy) {
  const std::vector<Peak> peak{{energy, 0, 0}};
  std::vector<std::string> near[3];
  for (const Element* e : candidates_at(s, peak)) {
    int rank = 0;
    for (const auto& f : families(*e)) {
      rank = f.shell == 'K' ? 0 : f.shell == 'L' ? 1 : 2;
      if (std::abs(f.lines[0].energy - energy) < 0.4 * s.width(energy))
        near[rank].push_back(fmt::format("{} {} {:.3f}", e->symbol, f.lines[0].name, f.lines[0].energy));
    }
  }
  std::vector<std::string> all;
  for (const auto& group : near) all.insert(all.end(), group.begin(), group.end());
  if (all.size() > 3) all.resize(3);
  return all.empty() ? "" : fmt::format("; near it: {} keV", join(all, ", "));
}

/// One sentence for all peaks that nothing explains, the most certain first; "" if there are none.
std::string warning_of(const Spectrum& s, const std::vector<std::vector<Peak>>& found, const std::vector<std::vector<Peak>>& left,
                       const std::vector<Peak>& all) {
  std::vector<std::pair<Peak, std::size_t>> peaks;
  for (std::size_t c = 0; c < left.size(); ++c)
    for (const auto& p : left[c])
      if (!is_remnant(s, p, c, found, all)) peaks.emplace_back(p, c);
  std::stable_sort(peaks.begin(), peaks.end(),
                   [](const auto& a, const auto& b) { return a.first.significance > b.first.significance; });
  std::vector<std::pair<Peak, std::size_t>> kept;  // one per place
  for (const auto& p : peaks)
    if (std::none_of(kept.begin(), kept.end(),
                     [&](const auto& q) { return std::abs(q.first.energy - p.first.energy) < s.width(p.first.energy); }))
      kept.push_back(p);
  if (kept.empty()) return "";
  if (kept.size() == 1)
    return fmt::format("component {}: the peak at {:.3f} keV ({:.0f} standard deviations) is no line of the elements found{}",
                       kept[0].second + 1, kept[0].first.energy, kept[0].first.significance, lines_near(s, kept[0].first.energy));
  constexpr std::size_t most = 8;
  std::string text = "peaks that are no line of the elements found:";
  for (std::size_t i = 0; i < std::min(most, kept.size()); ++i)
    text += fmt::format("{} {:.3f} keV (component {}, {:.0f} standard deviations{})", i > 0 ? "," : "", kept[i].first.energy,
                        kept[i].second + 1, kept[i].first.significance, lines_near(s, kept[i].first.energy));
  if (kept.size() > most) text += fmt::format(", and {} more", kept.size() - most);
  return text;
}

}  // namespace

void name_components(const ElementsOptions& options, const h5::Group& decompose, const FrameInfo& info, h5::Group& result) {
  if (info.signal.size() != 1)
    fail(Fault::usage, "leave the stage elements out of this job", "the frames are images ({}), not spectra", info.text());
  const double unit = energy_unit(info.signal[0].units);
  const h5::Dataset factors = decompose.dataset("nmf/factors"), loadings = decompose.dataset("nmf/loadings");
  const std::int64_t k = factors.shape().at(0), channels = factors.shape().at(1), frames = loadings.shape().at(0);
  if (channels != info.signal[0].size)
    fail(Fault::corrupt, "run the stage decompose again", "factors have {} channels, the energy axis {}", channels,
         info.signal[0].size);

  // A factor times the sum of its loadings: the counts of all frames that the component stands for.
  std::vector<double> totals(static_cast<std::size_t>(k), 0);
  constexpr std::int64_t block = 65536;
  for (std::int64_t first = 0; first < frames; first += block) {
    const std::int64_t rows = std::min(block, frames - first);
    const auto values = loadings.read<float>({first, 0}, {rows, k});
    for (std::size_t i = 0; i < values.size(); ++i) totals[i % static_cast<std::size_t>(k)] += values[i];
  }
  if (!(info.signal[0].scale > 0))
    fail(Fault::usage, "turn the spectra round, so that the energy rises with the channel, and give the axis the step as its scale",
         "the energy axis runs from {} in steps of {} {}; lines are looked for upwards", info.signal[0].offset,
         info.signal[0].scale, info.signal[0].units);
  Spectrum s;
  s.scale = info.signal[0].scale * unit;
  s.offset = info.signal[0].offset * unit;
  s.lowest_energy = options.lowest_energy;
  s.resolution =
      (options.resolution ? *options.resolution : instrument_number(info.metadata, "Detector.EDS.energy_resolution_MnKa", 130)) /
      1000;
  s.beam_energy = options.beam_energy ? *options.beam_energy : instrument_number(info.metadata, "beam_energy", 200);
  if (decompose.exists("signal_mask")) s.masked = decompose.read<std::uint8_t>("signal_mask");
  const auto given = listed(options, info.metadata);
  const auto all_factors = factors.read<double>();

  std::vector<std::string> names, warnings;
  std::vector<std::vector<Found>> found(static_cast<std::size_t>(k));
  std::vector<std::vector<Peak>> all_peaks, left;  // per component
  std::map<int, const Element*> columns;           // by atomic number
  std::map<std::string, int> used;
  for (std::int64_t c = 0; c < k; ++c) {
    auto& here = found[static_cast<std::size_t>(c)];
    s.counts.assign(all_factors.begin() + c * channels, all_factors.begin() + (c + 1) * channels);
    for (auto& v : s.counts) v *= totals[static_cast<std::size_t>(c)];
    const auto peaks = find_peaks(s, options.significance);
    here = identify(s, given.empty() ? candidates_at(s, peaks) : given, {options.significance, options.least_share});
    for (const auto& f : here) columns[f.element->z] = f.element;
    std::string name = component_name(here);
    if (!name.empty() && ++used[name] > 1) name += fmt::format(" ({})", used[name]);
    names.push_back(name);
    left.push_back(unexplained(s, peaks, here));
    all_peaks.push_back(peaks);
    if (here.empty()) warnings.push_back(fmt::format("component {}: no element is significant", c + 1));

    report::Curve curve{name.empty() ? fmt::format("Component {}", c + 1) : fmt::format("Component {}: {}", c + 1, name),
                        "Counts of all positions together that this component stands for.",
                        "Energy (keV)",
                        "counts",
                        false,
                        true,
                        false,
                        {{"spectrum", {}, {}}},
                        {}};
    for (std::int64_t i = 0; i < channels; ++i) {
      if (!s.used(i)) continue;
      curve.series[0].x.push_back(s.energy(static_cast<double>(i)));
      curve.series[0].y.push_back(s.counts[static_cast<std::size_t>(i)]);
    }
    for (const auto& f : here)
      for (const auto& line : f.lines) curve.marks.push_back({line.energy, fmt::format("{} {}", f.element->symbol, line.name)});
    report::add(result, curve);
  }

  report::Table table{"Elements of the components",
                      "Net counts above the background in all lines of an element, and their share. Shares are of counts, not of "
                      "mass: they are not corrected for yield, absorption or detector efficiency.",
                      {"component", "named"},
                      {}};
  std::vector<std::string> symbols;
  std::vector<double> net;
  for (const auto& [z, e] : columns) {
    symbols.emplace_back(e->symbol);
    table.header.emplace_back(e->symbol);
  }
  for (std::int64_t c = 0; c < k; ++c) {
    table.rows.push_back(
        {std::to_string(c + 1), names[static_cast<std::size_t>(c)].empty() ? "–" : names[static_cast<std::size_t>(c)]});
    for (const auto& [z, e] : columns) {
      const auto& here = found[static_cast<std::size_t>(c)];
      const auto it = std::find_if(here.begin(), here.end(), [e = e](const Found& f) { return f.element == e; });
      net.push_back(it == here.end() ? 0 : it->net);
      table.rows.back().push_back(
          it == here.end() ? "" : fmt::format("{} ({:.1f} %)", human_count(std::llround(it->net)), 100 * it->share));
    }
  }
  report::add(result, table);
  result.write_texts("component_names", names);
  s.counts.assign(static_cast<std::size_t>(channels), 0);
  for (std::size_t i = 0; i < all_factors.size(); ++i)
    s.counts[i % s.counts.size()] += all_factors[i] * totals[i / s.counts.size()];
  if (auto text = warning_of(s, all_peaks, left, find_peaks(s, options.significance)); !text.empty())
    warnings.insert(warnings.begin(), std::move(text));
  if (!warnings.empty()) result.set_attribute("warnings", warnings);  // the engine prints them, the report shows them
  if (!symbols.empty()) {
    result.write_texts("elements", symbols);
    result.write<double>("net", net, {k, static_cast<std::int64_t>(symbols.size())});
  }
}

}  // namespace ronchi::elements
