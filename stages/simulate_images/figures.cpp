// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_images/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "framework/base/text.hpp"
#include "framework/report/figures.hpp"
#include "stages/simulate_images/stage.hpp"

namespace ronchi::simulate_images {

namespace {

constexpr std::size_t pictures = 12;
constexpr std::int64_t full_set = 200'000;  // structures that the volume is extrapolated to
const std::vector<std::string> split_names{"train", "validation", "test"};

struct Labels {
  std::vector<std::uint8_t> kind, split;
  std::vector<std::int32_t> atoms;
  std::vector<std::string> names;
  std::vector<std::int64_t> there;  ///< items with images

  Labels(const engine::Parts& parts, const engine::Inputs& inputs) {
    names = inputs.of_type("describe_particles").index().read_texts("class_names");
    const Range all{0, inputs.of_type("simulate_particles").items};
    if (all.empty()) return;
    kind = parts.rows<std::uint8_t>("label_class", all);
    split = parts.rows<std::uint8_t>("split", all);
    atoms = parts.rows<std::int32_t>("label_atoms", all);
    for (std::int64_t item = 0; item < all.last; ++item)
      if (split[static_cast<std::size_t>(item)] < split_names.size()) there.push_back(item);
  }
};

report::Table class_table(const Labels& l, std::int64_t images) {
  report::Table table;
  table.title = "Structures by class and split";
  table.caption = "A structure is in one split with all its images. Classes are measured (docs/particles.md).";
  table.header = {"class", "train", "validation", "test", "all", "share", "images"};
  for (std::size_t c = 0; c < l.names.size(); ++c) {
    std::array<std::int64_t, 3> count{};
    for (const auto item : l.there)
      if (l.kind[static_cast<std::size_t>(item)] == c) ++count[l.split[static_cast<std::size_t>(item)]];
    const auto all = count[0] + count[1] + count[2];
    if (all == 0) continue;
    table.rows.push_back({l.names[c], std::to_string(count[0]), std::to_string(count[1]), std::to_string(count[2]),
                          std::to_string(all),
                          fmt::format("{:.1f} %", 100.0 * static_cast<double>(all) / static_cast<double>(l.there.size())),
                          std::to_string(all * images)});
  }
  return table;
}

report::Curve::Series histogram(const std::string& name, const std::vector<double>& values, double low, double high, int bins) {
  report::Curve::Series s{name, {}, std::vector<double>(static_cast<std::size_t>(bins), 0)};
  for (int b = 0; b < bins; ++b) s.x.push_back(low + (high - low) * (b + 0.5) / bins);
  for (const double v : values) {
    const int b = std::clamp(static_cast<int>((v - low) / (high - low) * bins), 0, bins - 1);
    s.y[static_cast<std::size_t>(b)] += 1;
  }
  return s;
}

report::Curve sizes(const Labels& l) {
  report::Curve c;
  c.title = "Atoms by class";
  c.x_label = "atoms";
  c.y_label = "structures";
  double most = 1;
  for (const auto item : l.there) most = std::max(most, static_cast<double>(l.atoms[static_cast<std::size_t>(item)]));
  for (std::size_t k = 0; k < l.names.size(); ++k) {
    std::vector<double> atoms;
    for (const auto item : l.there)
      if (l.kind[static_cast<std::size_t>(item)] == k) atoms.push_back(l.atoms[static_cast<std::size_t>(item)]);
    if (!atoms.empty()) c.series.push_back(histogram(l.names[k], atoms, 0, most, 20));
  }
  return c;
}

/// Least, mean and largest of what varies from image to image.
report::Table settings_table(const Options& o, const Labels& l, const engine::Parts& parts) {
  report::Table table;
  table.title = "What varies from image to image";
  table.header = {"setting", "unit", "least", "mean", "largest"};
  auto settings = varying_settings(o);
  settings.insert(settings.begin(), {"dose", "electrons/A^2", nullptr});
  for (const auto& s : settings) {
    const auto values = parts.rows<float>(s.name, {0, static_cast<std::int64_t>(l.split.size())});
    double sum = 0, least = HUGE_VAL, most = -HUGE_VAL, n = 0;
    for (const auto item : l.there)
      for (std::int64_t i = 0; i < o.images; ++i, n += 1) {
        const double v = values[static_cast<std::size_t>(item * o.images + i)];
        sum += v;
        least = std::min(least, v);
        most = std::max(most, v);
      }
    table.rows.push_back(
        {s.name, s.unit, fmt::format("{:.4g}", least), fmt::format("{:.4g}", sum / n), fmt::format("{:.4g}", most)});
  }
  return table;
}

report::Table volume_table(const Options& o, std::int64_t structures, std::int64_t most_atoms) {
  report::Table table;
  table.title = "Size of the set";
  table.caption = "Image pairs: clean and noisy. The time that it took stands under provenance, with this stage's rank count.";
  table.header = {"structures", "images", "bytes", "shards"};
  const std::int64_t bytes = bytes_per_structure(o, most_atoms);
  for (const std::int64_t n : {structures, full_set})
    table.rows.push_back({std::to_string(n), std::to_string(n * o.images), human_bytes(static_cast<double>(n * bytes)),
                          std::to_string(ceil_div(n, structures_per_shard(o, n, bytes)))});
  return table;
}

std::vector<float> clean_images(const Options& o, const engine::Parts& parts, std::int64_t item) {
  if (o.number == Number::float32) return parts.rows<float>("clean", {item, item + 1});
  const auto halves = parts.rows<Half>("clean", {item, item + 1});
  std::vector<float> values(halves.size());
  to_float(halves, values);
  return values;
}

/// The middle half of an image in both directions.
template <class T>
void add_middle(const T* image, std::int64_t pixels, double scale, std::vector<float>& values) {
  const std::int64_t half = pixels / 2, first = (pixels - half) / 2;
  for (std::int64_t y = first; y < first + half; ++y)
    for (std::int64_t x = first; x < first + half; ++x) values.push_back(static_cast<float>(scale * image[y * pixels + x]));
}

/// Examples spread over the set, as pictures with a slider.
void add_pictures(const Options& o, const Labels& l, const engine::Parts& parts, const engine::Inputs& inputs, h5::Group& index) {
  const std::size_t count = std::min(pictures, l.there.size());
  const std::int64_t p = o.pixels / 2;  // the middle of the field: particles are small
  const std::vector<Axis> axes{
      {"structure", "", 1, 0, static_cast<std::int64_t>(count)}, {"y", "nm", o.sampling, 0, p}, {"x", "nm", o.sampling, 0, p}};
  report::Image balls{.title = "Particle", .kind = report::Image::Kind::labels, .axes = axes, .group = "Particles and images"};
  for (std::size_t a = 1; a < 3; ++a) {  // twice as fine, so that balls are round
    balls.axes[a].size = 2 * p;
    balls.axes[a].scale /= 2;
  }
  report::Image clean{.title = "Clean image", .axes = axes, .group = balls.group}, noisy = clean;
  noisy.title = "Noisy image";
  clean.unit = "of vacuum";
  noisy.unit = "of the mean";
  balls.labels = {"vacuum"};
  for (const auto& symbol : inputs.of_type("simulate_particles").index().read_texts("symbols")) balls.labels.push_back(symbol);
  balls.caption = "Seen along the beam, in the orientation of the first image. ";
  for (std::size_t k = 0; k < count; ++k) {
    const std::int64_t item = l.there[k * l.there.size() / count];
    const auto i = static_cast<std::size_t>(item);
    const simulate_particles::Structures one(inputs.of_type("simulate_particles"), {item, item + 1});
    const auto drawn =
        draw_balls(one.particle(item), draw_stance(o, inputs.seed(), item, 0), 10 * o.sampling * static_cast<double>(p), 2 * p);
    balls.values.insert(balls.values.end(), drawn.begin(), drawn.end());
    balls.caption += fmt::format("{}{}: {}, {} atoms", k == 0 ? "" : "; ", k, l.names.at(l.kind[i]), l.atoms[i]);
    const Conditions c = draw_conditions(o, inputs.seed(), item, 0);
    clean.caption += fmt::format("{}{}: C10 {:.1f} nm, {:.0f} e/A^2", k == 0 ? "" : "; ", k, c.lens.aberrations.C10, c.dose);
    if (o.store == Store::exit_waves) continue;
    const auto images = clean_images(o, parts, item);
    const auto counts = parts.rows<std::uint16_t>("noisy", {item, item + 1});
    add_middle(images.data(), o.pixels, 1, clean.values);
    const double sum = std::accumulate(counts.begin(), counts.begin() + o.pixels * o.pixels, 0.0);
    add_middle(counts.data(), o.pixels, static_cast<double>(o.pixels * o.pixels) / std::max(1.0, sum), noisy.values);
  }
  report::add(index, balls);
  if (o.store == Store::exit_waves) return;
  report::add(index, clean);
  report::add(index, noisy);
}

/// The lens as far as it does not vary, for those who form images themselves: attributes in the units of the job file.
void describe_lens(const Options& o, h5::Group& index) {
  h5::Group lens = index.make_group("lens");
  for (const auto& term : wave::aberration_terms()) {
    lens.set_attribute(term.name, o.lens.aberrations.*term.value);
    if (term.azimuth != nullptr) lens.set_attribute(std::string("phi") + (term.name + 1), o.lens.aberrations.*term.azimuth);
  }
  lens.set_attribute("focal_spread", wave::Lens(o.lens, o.energy).focal_spread() / 10);
  lens.set_attribute("source_angle", o.lens.source_angle);
  lens.set_attribute("aperture", o.lens.aperture);
  lens.set_attribute("aperture_edge", o.lens.aperture_edge);
}

}  // namespace

std::vector<float> draw_balls(const physics::Particle& particle, const Stance& stance, double field, std::int64_t pixels) {
  constexpr double radius = 1.45;  // A, half the distance of neighbours
  wave::Slicing placed;
  placed.set(particle, {physics::rotation_of(stance.quaternion), field / 2 + stance.x, field / 2 + stance.y}, 1, 0);
  const double s = field / static_cast<double>(pixels);
  std::vector<float> picture(static_cast<std::size_t>(pixels * pixels), 0);
  std::vector<double> depth(picture.size(), HUGE_VAL);
  for (std::size_t a = 0; a < particle.size(); ++a) {
    const double *r = placed.positions.data() + 3 * a, reach = radius / s;
    const auto first = [&](double c) { return std::max<std::int64_t>(0, static_cast<std::int64_t>(std::ceil(c / s - reach))); };
    const auto last = [&](double c) { return std::min(pixels - 1, static_cast<std::int64_t>(std::floor(c / s + reach))); };
    for (std::int64_t y = first(r[1]); y <= last(r[1]); ++y)
      for (std::int64_t x = first(r[0]); x <= last(r[0]); ++x) {
        const double dx = static_cast<double>(x) * s - r[0], dy = static_cast<double>(y) * s - r[1];
        const double square = radius * radius - dx * dx - dy * dy;
        if (square < 0) continue;
        const double front = r[2] - std::sqrt(square);  // the beam comes from where z is least, and so does the look
        const auto i = static_cast<std::size_t>(y * pixels + x);
        if (front >= depth[i]) continue;
        depth[i] = front;
        const bool rim = square < 0.25 * radius * radius;  // so that balls of one colour can be told apart
        picture[i] = rim ? 0.0f : static_cast<float>(1 + particle.species[a]);
      }
  }
  return picture;
}

void describe_set(const Options& o, const engine::Inputs& inputs, h5::Group& index) {
  index.write_texts("class_names", inputs.of_type("describe_particles").index().read_texts("class_names"));
  index.write_texts("symbols", inputs.of_type("simulate_particles").index().read_texts("symbols"));
  index.write_texts("split_names", split_names);
  index.set_attribute("seed", static_cast<std::int64_t>(inputs.seed()));
  index.set_attribute("sampling_nm", o.sampling);
  index.set_attribute("energy_kV", o.energy);
  for (const auto& s : varying_settings(o)) index.dataset(s.name).set_attribute("unit", s.unit);
  index.dataset("dose").set_attribute("unit", "electrons/A^2");
  index.dataset("position").set_attribute("unit", "nm");
  index.dataset("positions").set_attribute("unit", "A");
  if (o.store == Store::images) return;
  const Microscope microscope(o, {});
  h5::Dataset waves = index.dataset("exit_wave");
  waves.set_attribute("sampling_nm", microscope.stored().sampling / 10);
  waves.set_attribute("band_per_nm", 10 * microscope.band());
  describe_lens(o, index);
}

void add_figures(const Options& o, const engine::Parts& parts, const engine::Inputs& inputs, engine::Output& output) {
  const Labels labels(parts, inputs);
  if (labels.there.empty()) {
    output.warn("there is no particle to take images of");
    return;
  }
  h5::Group& index = output.h5();
  add_pictures(o, labels, parts, inputs, index);
  report::add(index, class_table(labels, o.images));
  report::add(index, sizes(labels));
  report::add(index, settings_table(o, labels, parts));
  const std::int64_t most = inputs.of_type("simulate_particles").index().dataset("species").shape().at(1);
  report::add(index, volume_table(o, inputs.of_type("simulate_particles").items, most));
}

}  // namespace ronchi::simulate_images
