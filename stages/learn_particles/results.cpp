// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/learn_particles/results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "framework/report/figures.hpp"

namespace ronchi::learn_particles {

namespace {

constexpr std::size_t pictures = 12;

struct Test {
  const std::vector<Sample>& samples;
  const std::vector<std::string>& names;
  const Predictions& said;
  std::vector<std::int64_t> confusion;  ///< [class, predicted class]
  double largest_class = 0;
  std::int64_t particles = 0;
  double particles_right = 0, particles_error = 0;  ///< of the means of what is said of all images of a particle

  [[nodiscard]] std::size_t predicted(std::size_t i) const { return said.most_probable(i, names.size()); }
};

/// What is said of all images of a particle, which follow each other, taken together.
void examine_particles(Test& t) {
  const std::size_t classes = t.names.size();
  for (std::size_t i = 0, next = 0; i < t.samples.size(); i = next) {
    Predictions mean{std::vector<float>(classes), {}};
    double atoms = 0;
    for (; next < t.samples.size() && t.samples[next].item == t.samples[i].item; ++next) {
      for (std::size_t c = 0; c < classes; ++c) mean.probabilities[c] += t.said.probabilities[next * classes + c];
      atoms += t.said.atoms[next];
    }
    ++t.particles;
    t.particles_right += mean.most_probable(0, classes) == static_cast<std::size_t>(t.samples[i].category) ? 1 : 0;
    t.particles_error += std::abs(atoms / static_cast<double>(next - i) - t.samples[i].atoms);
  }
  t.particles_right /= static_cast<double>(t.particles);
  t.particles_error /= static_cast<double>(t.particles);
}

Test examine(const Training& training, const Samples& samples) {
  Test t{samples.of(Split::test), samples.class_names(), training.test(), {}};
  const std::size_t classes = t.names.size();
  t.confusion.assign(classes * classes, 0);
  std::vector<std::int64_t> of_class(classes, 0);
  for (std::size_t i = 0; i < t.samples.size(); ++i) {
    const auto truth = static_cast<std::size_t>(t.samples[i].category);
    ++t.confusion[truth * classes + t.predicted(i)];
    ++of_class[truth];
  }
  t.largest_class =
      static_cast<double>(*std::max_element(of_class.begin(), of_class.end())) / static_cast<double>(t.samples.size());
  examine_particles(t);
  return t;
}

void write_test(const Test& t, h5::Group& out) {
  const std::size_t n = t.samples.size(), classes = t.names.size();
  std::vector<std::int64_t> item(n), image(n), truth(n), predicted(n), atoms(n);
  for (std::size_t i = 0; i < n; ++i) {
    item[i] = t.samples[i].item;
    image[i] = t.samples[i].image;
    truth[i] = t.samples[i].category;
    predicted[i] = static_cast<std::int64_t>(t.predicted(i));
    atoms[i] = static_cast<std::int64_t>(t.samples[i].atoms);
  }
  out.write<std::int64_t>("test/item", item);
  out.write<std::int64_t>("test/image", image);
  out.write<std::int64_t>("test/class", truth);
  out.write<std::int64_t>("test/predicted_class", predicted);
  out.write<std::int64_t>("test/atoms", atoms);
  out.write<float>("test/predicted_atoms", t.said.atoms);
  out.write<float>("test/probabilities", std::span<const float>(t.said.probabilities),
                   {static_cast<std::int64_t>(n), static_cast<std::int64_t>(classes)});
  out.write<std::int64_t>("confusion", std::span<const std::int64_t>(t.confusion),
                          {static_cast<std::int64_t>(classes), static_cast<std::int64_t>(classes)});
  out.write_texts("class_names", t.names);
}

report::Curve curve(const std::string& title, const std::string& y, std::vector<report::Curve::Series> series) {
  report::Curve c;
  c.title = title;
  c.x_label = "epoch";
  c.y_label = y;
  for (auto& s : series) {
    s.x.resize(s.y.size());
    std::iota(s.x.begin(), s.x.end(), 1);
  }
  c.series = std::move(series);
  return c;
}

report::Table confusion_table(const Test& t) {
  report::Table table;
  table.title = "What the network says of test images";
  table.caption = "Rows: what the particle is; columns: what the network says. None of these particles was in training.";
  const std::size_t classes = t.names.size();
  std::vector<std::size_t> there;
  for (std::size_t c = 0; c < classes; ++c) {
    std::int64_t images = 0;
    for (std::size_t d = 0; d < classes; ++d) images += t.confusion[c * classes + d] + t.confusion[d * classes + c];
    if (images > 0) there.push_back(c);
  }
  table.header = {""};
  for (const auto c : there) table.header.push_back(t.names[c]);
  table.header.push_back("right");
  for (const auto c : there) {
    std::vector<std::string> row{t.names[c]};
    std::int64_t all = 0;
    for (const auto d : there) {
      all += t.confusion[c * classes + d];
      row.push_back(std::to_string(t.confusion[c * classes + d]));
    }
    row.push_back(
        all == 0 ? "-"
                 : fmt::format("{:.0f} %", 100.0 * static_cast<double>(t.confusion[c * classes + c]) / static_cast<double>(all)));
    table.rows.push_back(std::move(row));
  }
  return table;
}

report::Table views_table(const Test& t) {
  report::Table table;
  table.title = "From one image, and from all of a particle";
  table.caption =
      "The second row: the most probable class by the mean of what is said of each image, and the mean number of atoms.";
  table.header = {"", "", "class right", "atoms (mean absolute error)"};
  const auto row = [](const char* what, std::size_t n, double right, double error) {
    return std::vector<std::string>{what, std::to_string(n), fmt::format("{:.1f} %", 100 * right), fmt::format("{:.1f}", error)};
  };
  table.rows = {row("images", t.samples.size(), t.said.right, t.said.atoms_error),
                row("particles", static_cast<std::size_t>(t.particles), t.particles_right, t.particles_error)};
  return table;
}

report::Curve size_plot(const Test& t) {
  report::Curve c;
  c.title = "Number of atoms";
  c.caption = fmt::format("Test images; mean absolute error {:.1f} atoms.", t.said.atoms_error);
  c.x_label = "atoms";
  c.y_label = "atoms that the network says";
  c.points = true;
  report::Curve::Series s{"images", {}, {}};
  for (std::size_t i = 0; i < t.samples.size(); ++i) {
    s.x.push_back(t.samples[i].atoms);
    s.y.push_back(t.said.atoms[i]);
  }
  c.series.push_back(std::move(s));
  return c;
}

/// Test images spread over the split, as the network sees them.
report::Image examples(const Test& t, Samples& samples) {
  const std::int64_t p = samples.pixels();
  const std::size_t count = std::min(pictures, t.samples.size());
  report::Image image;
  image.title = "What the network sees";
  image.group = "Test images";
  image.unit = "standard deviations";
  image.caption =
      "The middle of a noisy image, with mean 0 and standard deviation 1. Class and atoms; then what the network says: ";
  image.axes = {{"image", "", 1, 0, static_cast<std::int64_t>(count)}, {"y", "px", 1, 0, p}, {"x", "px", 1, 0, p}};
  image.values.resize(count * static_cast<std::size_t>(p * p));
  for (std::size_t k = 0; k < count; ++k) {
    const std::size_t i = k * t.samples.size() / count;
    samples.read(t.samples[i], 0, image.values.data() + k * static_cast<std::size_t>(p * p));
    image.caption +=
        fmt::format("{}{}: {}, {}; {}, {:.0f}", k == 0 ? "" : " | ", k, t.names[static_cast<std::size_t>(t.samples[i].category)],
                    t.samples[i].atoms, t.names[t.predicted(i)], t.said.atoms[i]);
  }
  return image;
}

}  // namespace

void write_results(const Training& training, Samples& samples, h5::Group& out) {
  const Test t = examine(training, samples);
  const auto& h = training.history();
  write_test(t, out);
  out.write<double>("loss", h.loss);
  out.write<double>("validation_loss", h.validation_loss);
  out.write<double>("validation_right", h.validation_right);
  out.write<double>("validation_error", h.validation_error);
  for (const auto& v : training.best())
    if (v.name.starts_with("weights/")) out.write<float>("model/" + v.name.substr(8), std::span<const float>(v.values), v.shape);
  out.set_attribute("accuracy", t.said.right);
  out.set_attribute("largest_class", t.largest_class);
  out.set_attribute("atoms_error", t.said.atoms_error);
  out.set_attribute("particles_accuracy", t.particles_right);
  out.set_attribute("particles_atoms_error", t.particles_error);
  out.set_attribute("best_epoch", training.best_epoch());
  out.set_attribute(
      "summary", fmt::format("{:.1f} % of {} test images right, {:.1f} % of {} particles by all their images (the largest class is "
                             "{:.1f} %), size to {:.1f} and {:.1f} atoms",
                             100 * t.said.right, t.samples.size(), 100 * t.particles_right, t.particles, 100 * t.largest_class,
                             t.said.atoms_error, t.particles_error));
  report::add(out, confusion_table(t));
  report::add(out, views_table(t));
  report::add(out, curve("Loss", "cross entropy + smooth absolute error",
                         {{"training", {}, h.loss}, {"validation", {}, h.validation_loss}}));
  report::add(out, curve("Validation images whose class is right", "share", {{"validation", {}, h.validation_right}}));
  report::add(out, size_plot(t));
  report::add(out, examples(t, samples));
}

}  // namespace ronchi::learn_particles
