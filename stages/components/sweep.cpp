// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "framework/base/error.hpp"
#include "framework/engine/stage.hpp"
#include "stages/components/examine.hpp"
#include "stages/components/noise_edge.hpp"
#include "stages/components/stability.hpp"

namespace ronchi::components {

using decompose::FusedPass;
using decompose::Matrix;
using decompose::Sketch;
using decompose::SketchPass;

namespace {

using Clock = std::chrono::steady_clock;
constexpr int columns_at_once = 24;  // of models that go through the sketch together

std::size_t at(std::int64_t row, std::int64_t width, std::int64_t column) { return static_cast<std::size_t>(row * width + column); }

/// What is known after some runs; all that a checkpoint holds.
struct Runs {
  int done = 0;
  std::vector<std::int64_t> distinct;  ///< done x models
  std::vector<double> deviance;        ///< done x models
  std::vector<float> patterns;         ///< done x (sum of all sizes) x sketch

  void append(const Runs& run) {
    ++done;
    distinct.insert(distinct.end(), run.distinct.begin(), run.distinct.end());
    deviance.insert(deviance.end(), run.deviance.begin(), run.deviance.end());
    patterns.insert(patterns.end(), run.patterns.begin(), run.patterns.end());
  }
};

void save(const Runs& runs, const engine::Team& team) {
  if (!team.leads()) return;
  team.checkpoints().save(runs.done, [&](h5::Group& file) {
    file.write<std::int64_t>("distinct", runs.distinct);
    file.write<double>("deviance", runs.deviance);
    file.write<float>("patterns", runs.patterns, {static_cast<std::int64_t>(runs.patterns.size())});
  });
}

Runs load(std::size_t models, std::size_t floats, const engine::Team& team) {
  Runs runs;
  try {
    if (const auto loaded = team.checkpoints().load()) {
      runs.done = static_cast<int>(loaded->step);
      runs.distinct = loaded->file.read<std::int64_t>("distinct");
      runs.deviance = loaded->file.read<double>("deviance");
      runs.patterns = loaded->file.read<float>("patterns");
      const auto done = static_cast<std::size_t>(runs.done);
      if (runs.distinct.size() != done * models || runs.deviance.size() != done * models || runs.patterns.size() != done * floats)
        runs = {};
    }
  } catch (const Failure&) { runs = {}; }  // beginning again costs time alone
  // A network file system may show ranks different files for a moment; then nobody goes on from any.
  const std::int64_t step = runs.done;
  if (team.comm().max(step) != -team.comm().max(-step)) runs = {};
  return runs;
}

}  // namespace

SweepResult sweep(const FrameSource& source, const decompose::Masks& masks, const SweepOptions& options, std::uint64_t seed,
                  std::int64_t window, const engine::Team& team) {
  SweepResult result;
  const auto possible = Mirror::about_zero(source.info());
  if (options.friedel.value_or(false) && !possible)
    fail(Fault::usage, "set friedel: false, or calibrate the pattern's axes with their zero at the direct beam",
         "Friedel pairs cannot be told: the frames are {}", source.info().text());
  const auto mirror = options.friedel.value_or(true) ? possible : std::nullopt;
  result.friedel = mirror.has_value();
  const HalfCounts first(source, HalfCounts::Half::first, options.fraction, seed, mirror, masks.signal, masks.navigation),
      second(source, HalfCounts::Half::second, options.fraction, seed, mirror, masks.signal, masks.navigation);
  const decompose::Masks used{masks.navigation, first.signal_mask()};
  const Halves halves = split(first, second, used, options.sketch, options.fraction, seed, window, team,
                              [&](const Matrix& m) { return Places(source.info(), m.pixel_of_column(), mirror); });
  const Matrix& x = halves.first;
  result.noise = halves.noise;
  result.neighbours = halves.neighbours;
  result.findings.least = options.least;
  const double edge =
      noise_edge(x.rows(), x.columns(), result.neighbours, static_cast<int>(source.info().signal.size())) * halves.noise;
  for (const double square : halves.sketch.squares) result.findings.spectrum.push_back(square / edge);

  const int most = static_cast<int>(std::min<std::int64_t>({options.most, halves.sketch.size, x.rows()}));
  std::vector<int> sizes;
  for (int k = std::min(options.least, most); k <= most; ++k) sizes.push_back(k);
  result.findings.least = sizes.front();
  std::vector<std::vector<int>> groups{{}};
  int columns = 0;
  std::size_t floats = 0;
  for (const int k : sizes) {
    if (columns > 0 && columns + k > columns_at_once) {
      groups.emplace_back();
      columns = 0;
    }
    groups.back().push_back(k);
    columns += k;
    floats += at(k, halves.sketch.size, 0);
  }

  const FusedPass data(x, halves.scaling);
  const double deviation = options.perturbation * std::sqrt(halves.noise);
  const double bound = bound_of_perturbed(halves, deviation);
  Sketch held = halves.sketch;
  held.y = halves.held;
  held.squares = {std::max(bound, bound_of_held(halves))};
  SketchPass held_pass(data, held);
  const Places places(source.info(), x.pixel_of_column(), mirror);
  const Examiner examiner(halves, places, options);

  Runs runs = load(sizes.size(), floats, team);
  auto last = Clock::now();
  for (int run = runs.done; run < options.perturbations; ++run) {
    Sketch noisy = perturbed(halves.sketch, x, run == 0 ? 0 : deviation, seed, run);
    noisy.squares = {bound};
    SketchPass pass(data, noisy);
    noisy = {};
    Runs mine;  // a run that is stopped leaves nothing
    for (std::size_t g = 0; g < groups.size(); ++g) {
      Models models(groups[g], pass, seed, static_cast<std::uint32_t>(run));
      for (int i = 0; i < options.iterations; ++i) {
        if (team.should_stop()) {
          save(runs, team);
          throw engine::Stopped{};
        }
        models.iterate(pass, options.sweeps);
      }
      const auto products = models.products(held_pass);
      for (std::size_t m = 0; m < groups[g].size(); ++m) {
        Seen seen = examiner.look(models, m, products);
        mine.distinct.push_back(seen.distinct);
        mine.deviance.push_back(seen.deviance);
        mine.patterns.insert(mine.patterns.end(), seen.patterns.begin(), seen.patterns.end());
      }
      if (team.leads())
        team.progress((run + static_cast<double>(g + 1) / static_cast<double>(groups.size())) / options.perturbations,
                      fmt::format("run {} of {}, up to {} components", run + 1, options.perturbations, groups[g].back()));
    }
    runs.append(mine);
    const bool due = std::chrono::duration<double>(Clock::now() - last).count() >= options.checkpoint_every;
    if (team.comm().broadcast_value(due)) {
      save(runs, team);
      last = Clock::now();
    }
  }

  Findings& f = result.findings;
  std::size_t from = 0;
  for (std::size_t m = 0; m < sizes.size(); ++m) {
    const std::size_t length = at(sizes[m], halves.sketch.size, 0);
    f.distinct.emplace_back();
    f.deviance.emplace_back();
    std::vector<std::vector<float>> patterns;
    for (int run = 0; run < runs.done; ++run) {
      f.distinct.back().push_back(static_cast<int>(runs.distinct[at(run, static_cast<std::int64_t>(sizes.size()), 0) + m]));
      f.deviance.back().push_back(runs.deviance[at(run, static_cast<std::int64_t>(sizes.size()), 0) + m]);
      const auto begin = runs.patterns.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(run) * floats + from);
      patterns.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(length));
    }
    from += length;
    const Stability s = stability_of(patterns, sizes[m], halves.sketch.size);
    f.stability_least.push_back(s.least);
    f.stability_mean.push_back(s.mean);
  }
  return result;
}

}  // namespace ronchi::components
