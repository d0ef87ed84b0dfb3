// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/powder_diffraction/figures.hpp"

#include <fmt/format.h>

#include <cmath>

#include "framework/report/figures.hpp"

namespace ronchi::powder_diffraction {

std::vector<double> q_values(const Options& o) {
  std::vector<double> q;
  for (std::int64_t i = 0; i < o.points; ++i)
    q.push_back(o.q[0] + (o.q[1] - o.q[0]) * static_cast<double>(i) / static_cast<double>(o.points - 1));
  return q;
}

std::vector<double> r_values(const Options& o) {
  std::vector<double> r;
  for (std::int64_t i = 1; static_cast<double>(i) * o.pdf_step <= o.pdf_range; ++i)
    r.push_back(static_cast<double>(i) * o.pdf_step);
  return r;
}

std::vector<std::string> class_names(const engine::Inputs& inputs) {
  const engine::Input* described = inputs.find_type("describe_particles");
  return described != nullptr ? described->index().read_texts("class_names") : std::vector<std::string>{"all"};
}

void add_figures(const Options& o, const engine::Parts& parts, const engine::Inputs& inputs, h5::Group& index) {
  const auto names = class_names(inputs);
  const auto q = q_values(o), r = r_values(o);
  const auto particles = parts.sum("particles_of_class"), sums = parts.sum("intensity_of_class");
  index.write("q", q);
  if (!r.empty()) index.write("r", r);
  index.write_texts("class_names", names);
  std::vector<double> mean(names.size() * q.size());
  const bool electrons = o.radiation == Radiation::electrons;
  report::Curve curve{
      .title = "Powder diffraction",
      .caption = fmt::format("Mean over the particles of each class, kinematical, {}", electrons ? "electrons" : "X-rays"),
      .x_label = "q = 1/d, 1/A",
      .y_label = electrons ? "A^2 per atom" : "squared electrons per atom",
      .log_y = true};
  for (std::size_t c = 0; c < names.size(); ++c) {
    if (particles.at(c) == 0) continue;
    for (std::size_t j = 0; j < q.size(); ++j)
      mean[c * q.size() + j] = intensity_unit * static_cast<double>(sums.at(c * q.size() + j)) / static_cast<double>(particles[c]);
    const auto begin = mean.begin() + static_cast<std::ptrdiff_t>(c * q.size());
    curve.series.push_back({fmt::format("{} ({})", names[c], particles[c]), q, {begin, begin + std::ssize(q)}});
  }
  index.write<double>("mean_intensity", mean, {std::ssize(names), std::ssize(q)});
  if (!curve.series.empty()) report::add(index, curve);
}

}  // namespace ronchi::powder_diffraction
