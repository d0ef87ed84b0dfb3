// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/recommend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace ronchi::components {

namespace {

double middle(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t n = values.size();
  return n == 0 ? 0 : (values[(n - 1) / 2] + values[n / 2]) / 2;
}

/// The number that occurs most, the smaller of two equals, and in how many.
std::pair<int, int> most_frequent(const std::map<int, int>& votes) {
  std::pair<int, int> best{1, 0};
  for (const auto& [number, times] : votes)
    if (times > best.second) best = {number, times};
  return best;
}

/// Where a falling series breaks off: the position i >= 1 with the largest ratio of element i to the next, among elements above
/// `floor`.
int break_of(const std::vector<double>& falling, double floor) {
  int best = 1;
  double largest = 0;
  for (std::size_t i = 1; i <= falling.size(); ++i) {
    if (falling[i - 1] <= floor) break;
    const double next = i < falling.size() ? std::max(falling[i], floor) : floor;
    if (i == falling.size() && next <= 0) break;
    if (falling[i - 1] / next > largest && i >= 2) {
      largest = falling[i - 1] / next;
      best = static_cast<int>(i);
    }
  }
  return best;
}

/// The part of the runs of models with n and more components that have n distinct patterns. `more` further models that have not
/// keep a handful of the largest ones from deciding.
double plateau(const Findings& f, int n, int more) {
  std::size_t have = 0, able = 0, runs = f.distinct.empty() ? 0 : f.distinct[0].size();
  for (std::size_t m = 0; m < f.distinct.size(); ++m) {
    if (f.least + static_cast<int>(m) < n) continue;
    able += f.distinct[m].size();
    have += static_cast<std::size_t>(std::count(f.distinct[m].begin(), f.distinct[m].end(), n));
  }
  const double all = static_cast<double>(able + static_cast<std::size_t>(more) * runs);
  return all > 0 ? static_cast<double>(have) / all : 0;
}

constexpr double spectrum_weight = 0.2, largest_break = 10;

/// Logarithm of the ratio of the n-th squared singular value to the next one, both not below the noise edge.
double break_behind(const std::vector<double>& spectrum, int n) {
  const auto i = static_cast<std::size_t>(n);
  if (n < 2 || i > spectrum.size() || spectrum[i - 1] <= 1) return 0;
  const double next = i < spectrum.size() ? std::max(1.0, spectrum[i]) : 1;
  return std::log(std::clamp(spectrum[i - 1] / next, 1.0, largest_break));
}

}  // namespace

Recommendation recommend(const Findings& f) {
  Recommendation r;
  const std::size_t models = f.distinct.size();
  // Two things speak for a number n: the part of the models of n and more components that have so many distinct patterns, and how
  // steeply the spectrum breaks off behind n.
  double best = -1, second = 0;
  for (int n = 1; n < f.least + static_cast<int>(models); ++n) {
    const double part = plateau(f, n, 3), score = part + spectrum_weight * break_behind(f.spectrum, n);
    if (score <= best) {
      second = std::max(second, score);
      continue;
    }
    second = std::max(0.0, best);
    best = score;
    r.distinct = n;
    r.votes = plateau(f, n, 0);
  }

  // The least model in which most runs have that many, if the next one has no fewer.
  const auto usual = [&](std::size_t m) {
    std::map<int, int> here;
    for (const int n : f.distinct[m]) ++here[n];
    return most_frequent(here).first;
  };
  // Where none has, the one that has it most often.
  std::ptrdiff_t most = -1;
  for (std::size_t m = 0; m < models; ++m)
    if (const auto often = std::count(f.distinct[m].begin(), f.distinct[m].end(), r.distinct); often > most) {
      most = often;
      r.components = f.least + static_cast<int>(m);
    }
  for (std::size_t m = models; m-- > 0;)
    if (usual(m) == r.distinct && (m + 1 == models || usual(m + 1) >= r.distinct)) r.components = f.least + static_cast<int>(m);

  std::vector<double> deviance, gain;
  for (const auto& runs : f.deviance) deviance.push_back(middle(runs));
  if (!deviance.empty())
    r.supported = f.least + static_cast<int>(std::min_element(deviance.begin(), deviance.end()) - deviance.begin());
  for (std::size_t m = 1; m < deviance.size(); ++m) gain.push_back(std::max(1.0, deviance[m - 1] - deviance[m]));  // of noise
  r.by_deviance = f.least;
  double largest = 0;
  for (std::size_t m = 0; m + 1 < gain.size(); ++m)
    if (gain[m] / gain[m + 1] > largest) {
      largest = gain[m] / gain[m + 1];
      r.by_deviance = f.least + static_cast<int>(m) + 1;
    }
  r.by_spectrum = break_of(f.spectrum, 1);
  r.by_stability = f.least;
  for (std::size_t m = 0; m < f.stability_least.size(); ++m)
    if (f.stability_least[m] > 0.8) r.by_stability = f.least + static_cast<int>(m);

  // Fitted to simulated sets, see docs/components.md: the further the next number lies behind, the surer.
  if (!(r.votes > 0)) {
    r.distinct = 0;
    r.components = f.least;
    r.confidence = 0;
    r.text = fmt::format(
        "In no model do patterns have peaks that stand out of the noise: how many there are cannot be told. The held-out counts "
        "support "
        "{} components.",
        r.supported);
    return r;
  }
  r.confidence = 1 - 0.55 * std::exp(-2.5 * std::max(0.0, best - second));
  const auto says = [&](int criterion) {
    return criterion == r.distinct ? std::string(" (agrees)") : fmt::format(" ({})", criterion);
  };
  r.text = fmt::format(
      "{} distinct mean patterns, with a confidence of {:.2f}: {:.0f} % of the models with at least so many components have that "
      "many. "
      "Factorise "
      "with {} components{}: from there on all of them are apart. By themselves: the noise edge, and where the spectrum breaks "
      "off{}; the "
      "held-out counts, and where their gain breaks off{}, which support {} components in all; the stability of perturbed runs{}.",
      r.distinct, r.confidence, 100 * r.votes, r.components,
      r.components > r.distinct ? fmt::format(", {} of which are variations by bending and thickness", r.components - r.distinct)
                                : "",
      says(r.by_spectrum), says(r.by_deviance), r.supported, says(r.by_stability));
  return r;
}

}  // namespace ronchi::components
