// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/figures.hpp"

#include <fmt/format.h>

#include <numeric>

#include "framework/base/text.hpp"
#include "framework/report/figures.hpp"

namespace ronchi::decompose {

namespace {

/// The last two axes as they are; slower ones (a tilt series) are stacked along y.
std::vector<Axis> as_image(const std::vector<Axis>& axes) {
  if (axes.empty()) return {{"y", "", 1, 0, 1}, {"x", "", 1, 0, 1}};
  if (axes.size() == 1) return {{"", "", 1, 0, 1}, axes[0]};
  std::vector<Axis> image{axes[axes.size() - 2], axes.back()};
  for (std::size_t i = 0; i + 2 < axes.size(); ++i) image[0].size *= axes[i].size;
  return image;
}

std::vector<double> numbers(std::size_t n) {
  std::vector<double> v(n);
  std::iota(v.begin(), v.end(), 1.0);
  return v;
}

}  // namespace

void add_figures(const Outcome& outcome, const FrameInfo& info, h5::Group& result) {
  const auto pixels = static_cast<std::size_t>(info.pixels());
  const double all = std::accumulate(outcome.counts.begin(), outcome.counts.end(), 0.0);
  const auto share = [&](std::size_t c) {
    return fmt::format("{:.1f} % of the counts", all > 0 ? 100 * outcome.counts[c] / all : 0.0);
  };

  if (info.signal.size() == 1) {
    const Axis& energy = info.signal[0];
    std::vector<double> position(pixels);
    for (std::size_t j = 0; j < pixels; ++j) position[j] = energy.offset + energy.scale * static_cast<double>(j);
    report::Curve spectra{.title = "Component spectra",
                          .caption = "Each has the sum 1.",
                          .x_label = fmt::format("{} ({})", energy.name, energy.units),
                          .y_label = "share of the counts"};
    for (std::size_t c = 0; c < outcome.maps.size(); ++c)
      spectra.series.push_back({fmt::format("component {}", c + 1), position,
                                std::vector<double>(outcome.factors.begin() + static_cast<std::ptrdiff_t>(c * pixels),
                                                    outcome.factors.begin() + static_cast<std::ptrdiff_t>((c + 1) * pixels))});
    report::add(result, spectra);
  } else {
    for (std::size_t c = 0; c < outcome.maps.size(); ++c)
      report::add(result, report::Image{
                              .title = fmt::format("Component {}", c + 1),
                              .caption = share(c),
                              .kind = report::Image::Kind::pattern,
                              .unit = "share of the counts",
                              .axes = as_image(info.signal),
                              .values = std::vector<float>(outcome.factors.begin() + static_cast<std::ptrdiff_t>(c * pixels),
                                                           outcome.factors.begin() + static_cast<std::ptrdiff_t>((c + 1) * pixels)),
                              .group = "Component patterns"});
  }
  for (std::size_t c = 0; c < outcome.maps.size(); ++c)
    report::add(result, report::Image{.title = fmt::format("Loading {}", c + 1),
                                      .caption = share(c),
                                      .kind = report::Image::Kind::map,
                                      .unit = "counts",
                                      .axes = as_image(info.navigation),
                                      .values = outcome.maps[c],
                                      .group = "Loading maps"});
  if (!outcome.explained_variance.empty())
    report::add(
        result,
        report::Curve{.title = "Scree plot",
                      .caption = "Variance of the (scaled) data along each principal component.",
                      .x_label = "principal component",
                      .y_label = "explained variance",
                      .log_y = true,
                      .points = true,
                      .series = {{"explained variance", numbers(outcome.explained_variance.size()), outcome.explained_variance}}});
  const bool likelihood = outcome.divergence.has_value();
  report::add(result, report::Curve{.title = "Convergence: error",
                                    .caption = likelihood ? "Deviance of the counts from WH after each iteration."
                                                          : "||X - WH|| / ||X|| after each iteration, of the (scaled) data.",
                                    .x_label = "iteration",
                                    .y_label = likelihood ? "deviance per degree of freedom" : "relative error",
                                    .series = {{"error", numbers(outcome.error.size()), outcome.error}}});
  report::add(result, report::Curve{.title = "Convergence: KKT residual",
                                    .caption = "Distance from a stationary point before each iteration.",
                                    .x_label = "iteration",
                                    .y_label = "KKT residual",
                                    .log_y = true,
                                    .series = {{"KKT residual", numbers(outcome.kkt.size()), outcome.kkt}}});
}

}  // namespace ronchi::decompose
