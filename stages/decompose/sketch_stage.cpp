// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/sketch_stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "framework/formats/stage_frames.hpp"
#include "framework/report/figures.hpp"
#include "stages/decompose/memory.hpp"
#include "stages/decompose/results.hpp"

namespace ronchi::decompose {

void describe(config::Schema<SketchOptions>& s) {
  s.field("size", &SketchOptions::size)
      .range(8, 256)
      .help("Number of directions: 50 more than the largest number of components that is to be tried, or more");
  s.field("poisson", &SketchOptions::poisson).help("Scale for Poisson noise (Keenan & Kotula 2004)");
  describe_masks(s);
}

std::string SketchStage::fingerprint() const { return options_.fingerprint(); }

engine::Plan SketchStage::plan(const engine::Inputs& inputs) const {
  const auto info = formats::open_frames(formats::frames_input(inputs))->info();
  engine::Plan plan;
  plan.team = engine::all_ranks;
  plan.bytes = 4 * (info.frames() + info.pixels()) * (options_.size + 2);
  return plan;
}

void SketchStage::run(const engine::Task&, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) {
  const engine::Input& input = formats::frames_input(inputs);
  std::unique_ptr<FrameSource> source;
  Masks masks;
  SketchSettings settings{options_.size, options_.poisson, inputs.seed(), {}};
  together(team.comm(), [&] {
    source = formats::open_frames(input);
    masks = read_masks(options_, input, source->info());
    settings.pixel_sums = pixel_sums(input.index(), source->info());
  });
  // Nothing is gone through more than twice: it need not be held.
  const Footprint needs = footprint(*source, masks, 8 * options_.size, options_.size, host_threads());
  const std::int64_t window = window_in(needs, {inputs.memory().node, memory_of_a_process, ranks_of_a_node(team.comm())},
                                        fmt::format("a sketch of {}", source->info().text()));
  const Matrix x(*source, masks, team.comm(), window);
  Scaling scaling;
  const Sketch sketch = sketch_matrix(x, settings, scaling, [&](const char* what) {
    if (team.leads()) team.progress(0, what);
    if (team.should_stop()) throw engine::Stopped{};
  });
  save_sketch(sketch, scaling, x, part);
  if (!team.leads()) return;
  double inside = 0;
  std::vector<double> numbers(sketch.squares.size()), variances;
  std::iota(numbers.begin(), numbers.end(), 1.0);
  for (const double square : sketch.squares) {
    inside += square;
    variances.push_back(square / static_cast<double>(x.rows()));
  }
  h5::Group& file = part.h5();
  file.set_attribute("summary", fmt::format("{} directions hold {:.2f} % of the (scaled) data's variance", sketch.size,
                                            scaling.norm2 > 0 ? 100 * inside / scaling.norm2 : 0.0));
  file.set_attribute("readings", x.readings());
  file.set_attribute("frames_key", input.key);
  formats::save_info(file.make_group("frames_info"), source->info());
  report::add(file, report::Curve{.title = "Spectrum of the sketch",
                                  .caption = "Variance of the (scaled) data along each direction.",
                                  .x_label = "direction",
                                  .y_label = "variance",
                                  .log_y = true,
                                  .points = true,
                                  .series = {{"variance", numbers, variances}}});
}

namespace {

std::vector<std::uint8_t> whole(const std::vector<std::uint8_t>& mask, std::int64_t size) {
  return mask.empty() ? std::vector<std::uint8_t>(static_cast<std::size_t>(size), 0) : mask;
}

/// Values of columns in the places of their pixels; zero where masked.
template <class T>
std::vector<T> over_pixels(const Matrix& x, const T* columns) {
  std::vector<T> pixels(static_cast<std::size_t>(x.pixels()), T{0});
  for (std::size_t j = 0; j < x.pixel_of_column().size(); ++j)
    pixels[static_cast<std::size_t>(x.pixel_of_column()[j])] = columns[j];
  return pixels;
}

/// And back.
std::vector<double> of_columns(const Matrix& x, const std::vector<double>& pixels) {
  std::vector<double> columns;
  for (const auto pixel : x.pixel_of_column()) columns.push_back(pixels[static_cast<std::size_t>(pixel)]);
  return columns;
}

}  // namespace

void save_sketch(const Sketch& sketch, const Scaling& scaling, const Matrix& x, engine::Part& part) {
  write_rows("scores", sketch.y, sketch.size, x, part);
  const Range mine = x.my_frames();
  std::vector<double> sums(static_cast<std::size_t>(mine.size()), 0);
  for (std::int64_t r = 0; r < x.my_rows(); ++r)
    sums[static_cast<std::size_t>(x.frame_of_row(r) - mine.first)] = scaling.row_sum[static_cast<std::size_t>(r)];
  part.shared<double>("row_sums", {x.frames()}, mine, sums);
  if (!x.comm().leads()) return;
  h5::Group& file = part.h5();
  std::vector<float> directions;
  for (int i = 0; i < sketch.size; ++i) {
    const auto row = over_pixels(x, sketch.v.data() + i * x.padded_columns());
    directions.insert(directions.end(), row.begin(), row.end());
  }
  file.write<float>("directions", directions, {sketch.size, x.pixels()});
  std::vector<double> singular;
  for (const double square : sketch.squares) singular.push_back(std::sqrt(square));
  file.write("singular_values", singular);
  file.write("column_sums", over_pixels(x, scaling.column_sum.data()));
  file.write("column_means", over_pixels(x, scaling.column_mean.data()));
  file.write("signal_mask", whole(x.masks().signal, x.pixels()));
  file.write("navigation_mask", whole(x.masks().navigation, x.frames()));
  file.set_attribute("norm2", scaling.norm2);
  file.set_attribute("mean", scaling.mean);
  file.set_attribute("counts", scaling.counts);
  file.set_attribute("largest", scaling.largest);
  file.set_attribute("poisson", scaling.poisson);
}

Masks masks_of_sketch(const h5::Group& index) {
  return {index.read<std::uint8_t>("navigation_mask"), index.read<std::uint8_t>("signal_mask")};
}

StoredSketch load_sketch(const h5::Group& index, const Matrix& x) {
  StoredSketch stored;
  const h5::Dataset scores = index.dataset("scores");
  const auto sums = index.read<double>("column_sums");
  if (scores.shape().at(0) != x.frames() || static_cast<std::int64_t>(sums.size()) != x.pixels())
    fail(Fault::usage, "name the stage whose frames were sketched in after:",
         "the sketch is one of {} frames of {} pixels, these data have {} of {}", scores.shape().at(0), sums.size(), x.frames(),
         x.pixels());
  Sketch& sketch = stored.sketch;
  sketch.size = static_cast<int>(scores.shape().at(1));
  for (const double s : index.read<double>("singular_values")) sketch.squares.push_back(s * s);
  const auto directions = index.read<float>("directions");
  sketch.v.assign(static_cast<std::size_t>(sketch.size * x.padded_columns()), 0.f);
  for (std::int64_t i = 0; i < sketch.size; ++i)
    for (std::int64_t j = 0; j < x.columns(); ++j)
      sketch.v[static_cast<std::size_t>(i * x.padded_columns() + j)] =
          directions[static_cast<std::size_t>(i * x.pixels() + x.pixel_of_column()[static_cast<std::size_t>(j)])];

  std::vector<double> row_sums;
  const Range mine = x.my_frames();
  if (!mine.empty()) {
    sketch.y = scores.read<float>({mine.first, 0}, {mine.size(), sketch.size});
    const auto of_frames = index.dataset("row_sums").read<double>({mine.first}, {mine.size()});
    for (std::int64_t r = 0; r < x.my_rows(); ++r) {
      const std::int64_t at = x.frame_of_row(r) - mine.first;
      std::copy_n(sketch.y.begin() + at * sketch.size, sketch.size, sketch.y.begin() + r * sketch.size);
      row_sums.push_back(of_frames[static_cast<std::size_t>(at)]);
    }
    sketch.y.resize(static_cast<std::size_t>(x.my_rows() * sketch.size));
  }
  Scaling& s = stored.scaling;
  s.norm2 = index.attribute<double>("norm2");
  s.mean = index.attribute<double>("mean");
  s.counts = index.attribute<double>("counts");
  s.largest = index.attribute<double>("largest");
  s.column_mean = of_columns(x, index.read<double>("column_means"));
  s.set_rows(std::move(row_sums), index.attribute<bool>("poisson"));
  s.set_columns(of_columns(x, sums), x.padded_columns());
  return stored;
}

}  // namespace ronchi::decompose
