// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "stages/elements/nnls.hpp"
#include "stages/elements/spectrum.hpp"

namespace ronchi::elements {

namespace {

/// A column of the fit: a family of lines, or a piece of the background (element null).
struct Column {
  const Element* element = nullptr;
  char shell = ' ';
  std::vector<double> shape;  ///< over the used channels; a family has area 1 where all of it is seen
};

class Model {
 public:
  explicit Model(const Spectrum& s) : s_(&s) {
    for (std::size_t c = 0; c < s.counts.size(); ++c)
      if (s.used(static_cast<std::int64_t>(c)) && s.energy(static_cast<double>(c)) < s.beam_energy) channels_.push_back(c);
  }
  [[nodiscard]] bool empty() const { return channels_.size() < 10; }

  /// Lines as Gaussians of the detector's width.
  [[nodiscard]] std::vector<Column> lines_of(const Element& element) const {
    std::vector<Column> columns;
    for (const auto& family : families(element)) {
      if (!s_->sees(family.lines[0])) continue;
      Column column{&element, family.shell, std::vector<double>(channels_.size(), 0)};
      for (const auto& line : family.lines) {
        if (!s_->sees(line)) continue;
        const double sigma = 0.42466 * s_->width(line.energy);
        for (std::size_t i = 0; i < channels_.size(); ++i) {
          const double u = (s_->energy(static_cast<double>(channels_[i])) - line.energy) / sigma;
          if (std::abs(u) < 6) column.shape[i] += line.weight * std::exp(-u * u / 2) * std::abs(s_->scale) / (sigma * 2.506628);
        }
      }
      columns.push_back(std::move(column));
    }
    return columns;
  }

  /// Hat functions on knots six peak widths apart: too wide to imitate a line, narrow enough for bremsstrahlung and edges.
  [[nodiscard]] std::vector<Column> background() const {
    std::vector<double> knots;
    const double last = s_->energy(static_cast<double>(channels_.back()));
    for (double e = s_->energy(static_cast<double>(channels_.front())); e < last; e += 6 * s_->width(e)) knots.push_back(e);
    knots.push_back(last + std::abs(s_->scale));
    std::vector<Column> columns(knots.size());
    for (auto& c : columns) c.shape.assign(channels_.size(), 0);
    std::size_t k = 0;
    for (std::size_t i = 0; i < channels_.size(); ++i) {
      const double e = s_->energy(static_cast<double>(channels_[i]));
      while (k + 2 < knots.size() && e >= knots[k + 1]) ++k;
      const double f = (e - knots[k]) / (knots[k + 1] - knots[k]);
      columns[k].shape[i] = 1 - f;
      columns[k + 1].shape[i] = f;
    }
    return columns;
  }

  /// Amplitudes and their standard deviations. Three passes: the later ones weigh with the model of the one before, and down where
  /// it misses the spectrum by more than counting noise (a detector's peaks are not quite Gaussian), so that a strong line in one
  /// place does not hide a weak one in another.
  [[nodiscard]] NonNegativeFit fit(const std::vector<Column>& columns) const {
    std::vector<std::vector<double>> shapes;
    for (const auto& c : columns) shapes.push_back(c.shape);
    std::vector<double> y, variance;
    for (const auto c : channels_) y.push_back(s_->counts[c]);
    const auto around = [&](std::size_t i, std::size_t reach, auto&& value) {  // mean over the channels beside i
      double sum = 0;
      const std::size_t first = i < reach ? 0 : i - reach, end = std::min(y.size(), i + reach + 1);
      for (std::size_t j = first; j < end; ++j) sum += value(j);
      return sum / static_cast<double>(end - first);
    };
    for (std::size_t i = 0; i < y.size(); ++i)
      variance.push_back(std::max(1.0, around(i, 2, [&](std::size_t j) { return std::max(0.0, y[j]); })));
    NonNegativeFit result = fit_non_negative(shapes, y, variance);
    for (int pass = 0; pass < 2; ++pass) {
      std::vector<double> model(y.size(), 0);
      for (std::size_t k = 0; k < shapes.size(); ++k)
        for (std::size_t i = 0; i < y.size(); ++i) model[i] += result.amplitude[k] * shapes[k][i];
      for (std::size_t i = 0; i < y.size(); ++i) {
        const auto reach =
            static_cast<std::size_t>(0.6 * s_->width(s_->energy(static_cast<double>(channels_[i]))) / std::abs(s_->scale));
        variance[i] =
            std::max({1.0, model[i], around(i, reach, [&](std::size_t j) { return (y[j] - model[j]) * (y[j] - model[j]); })});
      }
      result = fit_non_negative(shapes, y, variance);
    }
    return result;
  }

 private:
  const Spectrum* s_;
  std::vector<std::size_t> channels_;
};

struct Judged {
  const Element* element = nullptr;
  double net = 0, significance = 0;
  bool plausible = true;  ///< its higher shells show where they must
  std::string shells;     ///< the significant ones
};

Judged judge(const Spectrum& s, const Element& element, const std::vector<Column>& columns, const NonNegativeFit& fit,
             double least) {
  Judged j{&element};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].element != &element) continue;
    const double t = fit.deviation[i] > 0 ? fit.amplitude[i] / fit.deviation[i] : 0;
    j.net += fit.amplitude[i];
    j.significance = std::max(j.significance, t);
    if (t >= least) j.shells += columns[i].shell;
    const double highest = columns[i].shell == 'K' ? 12 : 15;
    const double main = columns[i].shell == 'K' ? element.ka : element.la;
    const bool must = (columns[i].shell == 'K' && element.la > 0) || (columns[i].shell == 'L' && element.ma > 0);
    if (must && main < 1000 * highest && main * 1.3 < 1000 * s.beam_energy && t < std::min(least, 3.0)) j.plausible = false;
    // Above three times its energy a shell is well excited: then the next one out does not have ten times its counts (a trace of Zr
    // would otherwise take over what the model of a neighbouring Pt M peak leaves).
    if (main * 3 > 1000 * s.beam_energy) continue;
    for (std::size_t k = i + 1; k < columns.size(); ++k)
      if (columns[k].element == &element && fit.amplitude[k] > 10 * (fit.amplitude[i] + 3 * fit.deviation[i])) j.plausible = false;
  }
  return j;
}

}  // namespace

std::vector<Found> identify(const Spectrum& s, std::vector<const Element*> candidates, const IdentifyOptions& options) {
  const Model model(s);
  if (model.empty()) return {};
  std::vector<Judged> judged;
  while (!candidates.empty()) {
    std::vector<Column> columns = model.background();
    for (const auto* e : candidates)
      for (auto& c : model.lines_of(*e)) columns.push_back(std::move(c));
    const auto fit = model.fit(columns);
    judged.clear();
    double total = 0;
    for (const auto* e : candidates) {
      judged.push_back(judge(s, *e, columns, fit, options.least_significance));
      total += judged.back().net;
    }
    // The least certain goes first, one at a time: of two elements that share a line, one must be able to stay.
    const auto standing = [&](const Judged& j) {
      if (j.net <= 0) return -1.0;
      return j.plausible ? j.significance : std::min(j.significance, options.least_significance) * 0.5;
    };
    const auto worst =
        std::min_element(judged.begin(), judged.end(), [&](const auto& a, const auto& b) { return standing(a) < standing(b); });
    const auto faint = std::min_element(judged.begin(), judged.end(), [](const auto& a, const auto& b) { return a.net < b.net; });
    if (standing(*worst) < options.least_significance)
      std::erase(candidates, worst->element);
    else if (faint->net < options.least_share * total)
      std::erase(candidates, faint->element);
    else
      break;
  }
  if (candidates.empty()) return {};
  double total = 0;
  for (const auto& j : judged) total += j.net;
  std::vector<Found> found;
  for (const auto& j : judged) {
    Found f{j.element, j.net, j.net / total, j.significance, {}};
    for (const auto& family : families(*j.element))
      for (const auto& line : family.lines)
        if (j.shells.find(family.shell) != std::string::npos && s.sees(line) && line.name.size() == 2 && line.name != "Lg" &&
            line.name != "Mb")
          f.lines.push_back(line);
    found.push_back(std::move(f));
  }
  std::sort(found.begin(), found.end(),
            [](const Found& a, const Found& b) { return a.share != b.share ? a.share > b.share : a.element->z < b.element->z; });
  return found;
}

std::string component_name(std::span<const Found> found) {
  std::string name;
  int parts = 0;
  for (const auto& f : found)
    if (f.share >= 0.06 && parts < 3) {
      name += (parts > 0 ? "-" : "") + std::string(f.element->symbol);
      ++parts;
    }
  return name;
}

}  // namespace ronchi::elements
