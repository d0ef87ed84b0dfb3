// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "framework/report/figures.hpp"
#include "stages/components/stage.hpp"

namespace ronchi::components {

namespace {

double middle(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

void add_curves(const Findings& f, const Recommendation& r, h5::Group& file) {
  std::vector<double> sizes, deviance, distinct, index;
  for (std::size_t m = 0; m < f.distinct.size(); ++m) {
    sizes.push_back(f.least + static_cast<double>(m));
    deviance.push_back(middle(f.deviance[m]));
    distinct.push_back(middle({f.distinct[m].begin(), f.distinct[m].end()}));
  }
  for (std::size_t i = 0; i < f.spectrum.size(); ++i) index.push_back(static_cast<double>(i + 1));
  const std::vector<report::Curve::Mark> marks{{static_cast<double>(r.distinct), "distinct patterns"}};
  const double lowest = deviance.empty() ? 0 : *std::min_element(deviance.begin(), deviance.end());
  for (double& d : deviance) d = d - lowest + 1;
  report::add(file, report::Curve{.title = "Distinct patterns against the number of components",
                                  .caption = "Median over the perturbed runs: components that are the same reflections with other "
                                             "intensities count once.",
                                  .x_label = "components",
                                  .y_label = "distinct patterns",
                                  .points = true,
                                  .series = {{"distinct patterns", sizes, distinct}},
                                  .marks = marks});
  report::add(file, report::Curve{.title = "Held-out deviance",
                                  .caption = "Misfit of the counts that the models have not seen, in units of the noise, above the "
                                             "least one. It falls on as long as components describe something, bending included.",
                                  .x_label = "components",
                                  .y_label = "deviance above the least",
                                  .log_y = true,
                                  .points = true,
                                  .series = {{"deviance", sizes, deviance}},
                                  .marks = marks});
  report::add(file,
              report::Curve{.title = "Stability of the components",
                            .caption = "Silhouettes of the components of perturbed runs: 1 = the same components in all runs.",
                            .x_label = "components",
                            .y_label = "silhouette",
                            .points = true,
                            .series = {{"least of a component", sizes, f.stability_least}, {"mean", sizes, f.stability_mean}},
                            .marks = marks});
  report::add(file, report::Curve{
                        .title = "Spectrum and noise edge",
                        .caption = "Squared singular values of the scaled counts; below 1 is what noise alone can give.",
                        .x_label = "principal component",
                        .y_label = "squared singular value over the noise edge",
                        .log_y = true,
                        .points = true,
                        .series = {{"spectrum", index, f.spectrum}, {"noise edge", index, std::vector<double>(index.size(), 1.0)}},
                        .marks = marks});
}

}  // namespace

void write(const SweepResult& result, const Recommendation& r, h5::Group& file) {
  const Findings& f = result.findings;
  std::vector<std::int64_t> sizes, distinct;
  std::vector<double> deviance, stability;
  for (std::size_t m = 0; m < f.distinct.size(); ++m) {
    sizes.push_back(f.least + static_cast<std::int64_t>(m));
    for (const int n : f.distinct[m]) distinct.push_back(n);
    for (const double d : f.deviance[m]) deviance.push_back(d);
    stability.push_back(f.stability_least[m]);
    stability.push_back(f.stability_mean[m]);
  }
  const auto models = static_cast<std::int64_t>(sizes.size()), runs = static_cast<std::int64_t>(distinct.size()) / models;
  file.write<double>("spectrum", f.spectrum);
  file.write<std::int64_t>("sizes", sizes);
  file.write<std::int64_t>("distinct_runs", distinct, {models, runs});
  file.write<double>("deviance", deviance, {models, runs});
  file.write<double>("stability", stability, {models, 2});
  file.set_attribute("distinct", std::int64_t{r.distinct});
  file.set_attribute("components", std::int64_t{r.components});
  file.set_attribute("confidence", r.confidence);
  file.set_attribute("votes", r.votes);
  file.set_attribute("by_deviance", std::int64_t{r.by_deviance});
  file.set_attribute("by_stability", std::int64_t{r.by_stability});
  file.set_attribute("by_spectrum", std::int64_t{r.by_spectrum});
  file.set_attribute("supported", std::int64_t{r.supported});
  file.set_attribute("friedel", result.friedel);
  file.set_attribute("neighbours", result.neighbours);
  file.set_attribute("summary", fmt::format("{} distinct patterns (confidence {:.2f}); factorise with {} components", r.distinct,
                                            r.confidence, r.components));
  report::add(file, report::Text{"Recommendation", r.text});
  add_curves(f, r, file);
}

}  // namespace ronchi::components
