// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"
#include "framework/engine/stage.hpp"
#include "stages/components/distinct.hpp"
#include "stages/components/models.hpp"
#include "stages/components/neighbours.hpp"
#include "stages/components/noise_edge.hpp"
#include "stages/components/stability.hpp"
#include "stages/decompose/dense.hpp"
#include "stages/decompose/sketch.hpp"

namespace ronchi::components {

using decompose::FusedPass;
using decompose::Matrix;
using decompose::Panel;
using decompose::Scaling;
using decompose::Sketch;
using decompose::SketchPass;

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::uint32_t perturbation_stream = 0x50455254;  // "PERT"
constexpr int columns_at_once = 24;                        // of models that go through the sketch together
constexpr double largest_normal2 = 75;                     // of a square of Random::normal()

std::size_t at(std::int64_t row, std::int64_t width, std::int64_t column) { return static_cast<std::size_t>(row * width + column); }

/// The first half as it is factorised, and the second in the same coordinates.
struct Halves {
  Matrix first, second;
  Scaling scaling;
  Sketch sketch;            ///< of the first
  std::vector<float> held;  ///< scores of the second, of the first's size
  double noise = 0;         ///< variance of an element
  double neighbours = 0;    ///< correlation of the noise of neighbouring pixels
  double held_noise = 0;    ///< of one of the second, once it has the first's size
};

void tell(const engine::Team& team, const char* what) {
  if (team.leads()) team.progress(0, what);
  if (team.should_stop()) throw engine::Stopped{};
}

/// Two passes after that of the scaling: the second with directions that the first one found, for values near the noise.
Sketch sketch_of_first(const Matrix& x, Scaling& scaling, int size, std::uint64_t seed, const engine::Team& team,
                       Neighbours& neighbours) {
  std::vector<float> columns(static_cast<std::size_t>(x.columns()), 1.f);
  decompose::RangeFinder finder(x, size, columns, seed);
  tell(team, "sums and a random sketch");
  scaling = measure(x, true, [&](Range rows, int worker, const Scaling& s) {
    finder.add(rows, worker, s);
    neighbours.add(rows, s);
  });
  FusedPass pass(x, scaling);
  tell(team, "sketch");
  Sketch sketch = sketch_of(pass, finder.directions(scaling), size);
  for (int i = 0; i < 2; ++i) {
    tell(team, "a better sketch");
    std::vector<double> directions(at(sketch.size, x.columns(), 0));
    for (int c = 0; c < sketch.size; ++c)
      for (std::int64_t j = 0; j < x.columns(); ++j)
        directions[at(c, x.columns(), j)] = static_cast<double>(sketch.v[at(c, x.padded_columns(), j)]);
    sketch = sketch_of(pass, directions, sketch.size);
  }
  return sketch;
}

/// Scores of the second half on the first one's directions, with its scaling.
std::vector<float> scores_of(const Matrix& x, const Scaling& scaling, const Sketch& sketch, double factor) {
  std::vector<float> scores(at(x.my_rows(), sketch.size, 0));
  FusedPass pass(x, scaling);
  (void)pass.run(
      sketch.v, sketch.size,
      [&](Panel& panel) {
        for (int r = 0; r < panel.rows; ++r)
          for (int c = 0; c < sketch.size; ++c) {
            scores[at(panel.first_row + r, sketch.size, c)] =
                static_cast<float>(factor * static_cast<double>(panel.a[c * panel.ld + r]));
            panel.out[r * sketch.size + c] = 0;  // their sums are not wanted, and have no known bound
          }
        return 0.0;
      },
      false);
  return scores;
}

/// An upper bound of the sum of squares that is the same for any number of ranks.
double bound_of(const Matrix& x, const std::vector<float>& scores, int size) {
  double largest = 0;
  for (std::int64_t r = 0; r < x.my_rows(); ++r) {
    double norm2 = 0;
    for (int c = 0; c < size; ++c)
      norm2 += static_cast<double>(scores[at(r, size, c)]) * static_cast<double>(scores[at(r, size, c)]);
    largest = std::max(largest, norm2);
  }
  std::vector<double> most{largest};
  x.comm().max(std::span(most));
  return most[0] * static_cast<double>(x.rows());
}

/// The sketch with more noise of the size that its data have.
Sketch perturbed(const Sketch& sketch, const Matrix& x, double deviation, std::uint64_t seed, int number) {
  Sketch noisy = sketch;
  decompose::for_pieces("ronchi/components/perturb", x.my_blocks(), [&](std::int64_t block, int) {
    for (std::int64_t r = x.block_rows(block).first; r < x.block_rows(block).last; ++r) {
      Random random(seed, perturbation_stream, static_cast<std::uint64_t>(x.frame_of_row(r)), static_cast<std::uint32_t>(number));
      for (int c = 0; c < sketch.size; ++c) noisy.y[at(r, sketch.size, c)] += static_cast<float>(deviation * random.normal());
    }
  });
  return noisy;
}

/// One model, seen with the second half of the counts.
struct Seen {
  int distinct = 0;
  double deviance = 0;          ///< ||X2~ - W H||^2 within the sketch, but for a constant, over the noise
  std::vector<float> patterns;  ///< H in the sketch's coordinates, k x size
};

class Examiner {
 public:
  Examiner(const Halves& halves, const Places& places, const SweepOptions& options)
      : halves_(&halves), places_(&places), options_(&options), width_(width_for(places, options)) {}

  [[nodiscard]] Seen look(const Models& models, std::size_t model, const decompose::Products& held) const {
    const int k = models.sizes()[model], first = models.first(model), n = models.columns();
    const std::int64_t padded = halves_->first.padded_columns(), columns = halves_->first.columns();
    Seen seen;
    std::vector<double> gram(at(k, k, 0));
    for (int c = 0; c < k; ++c)
      for (int d = 0; d < k; ++d) gram[at(c, k, d)] = held.wtw[at(first + c, n, first + d)];
    seen.deviance = deviance(models, first, k, gram, held);
    seen.patterns = in_sketch(models, first, k);

    // The patterns that the second half gives with these loadings: (W^T W)^-1 W^T X2~, free of the noise that W has fitted.
    const auto inverse = inverse_of(gram, k);
    std::vector<std::vector<float>> peaks(static_cast<std::size_t>(k));
    decompose::for_pieces("ronchi/components/peaks", k, [&](std::int64_t c, int) {
      std::vector<double> z(static_cast<std::size_t>(columns), 0);
      for (int d = 0; d < k; ++d)
        for (std::int64_t j = 0; j < columns; ++j)
          z[static_cast<std::size_t>(j)] += inverse[at(c, k, d)] * held.wtx[at(first + d, padded, j)];
      const double deviation = std::sqrt(std::max(1e-300, inverse[at(c, k, c)] * halves_->held_noise));
      for (double& v : z) v /= deviation;
      peaks[static_cast<std::size_t>(c)] = peaks_of(z, *places_, width_);
    });
    std::erase_if(peaks, [](const std::vector<float>& p) {
      return std::count_if(p.begin(), p.end(), [](float v) { return v > 2; }) < 4;  // six standard deviations
    });
    const auto groups = groups_of(similarities(peaks), static_cast<int>(peaks.size()), options_->similarity);
    seen.distinct = groups.empty() ? 0 : *std::max_element(groups.begin(), groups.end()) + 1;
    return seen;
  }

 private:
  [[nodiscard]] double deviance(const Models& models, int first, int k, const std::vector<double>& gram,
                                const decompose::Products& held) const {
    const std::int64_t padded = halves_->first.padded_columns();
    double sum = 0;
    for (int c = 0; c < k; ++c) {
      const float* h = models.h().data() + (first + c) * padded;
      for (std::int64_t j = 0; j < padded; ++j) sum -= 2 * held.wtx[at(first + c, padded, j)] * static_cast<double>(h[j]);
      for (int d = 0; d < k; ++d) {
        const float* other = models.h().data() + (first + d) * padded;
        double product = 0;
        for (std::int64_t j = 0; j < padded; ++j) product += static_cast<double>(h[j]) * static_cast<double>(other[j]);
        sum += gram[at(c, k, d)] * product;
      }
    }
    return sum / halves_->held_noise;
  }

  [[nodiscard]] std::vector<float> in_sketch(const Models& models, int first, int k) const {
    const std::int64_t padded = halves_->first.padded_columns();
    const int size = halves_->sketch.size;
    std::vector<float> projected(at(k, size, 0));
    decompose::for_pieces("ronchi/components/patterns", k, [&](std::int64_t c, int) {
      for (int i = 0; i < size; ++i) {
        double sum = 0;
        for (std::int64_t j = 0; j < padded; ++j)
          sum +=
              static_cast<double>(models.h()[at(first + c, padded, j)]) * static_cast<double>(halves_->sketch.v[at(i, padded, j)]);
        projected[at(c, size, i)] = static_cast<float>(sum);
      }
    });
    return projected;
  }

  [[nodiscard]] static std::vector<double> inverse_of(const std::vector<double>& gram, int k) {
    const decompose::Eigen e = decompose::symmetric_eigen(gram, k);
    std::vector<double> inverse(at(k, k, 0), 0);
    for (int i = 0; i < k; ++i) {
      const double value = e.values[static_cast<std::size_t>(i)];
      if (value <= 1e-10 * e.values[0]) continue;
      for (int c = 0; c < k; ++c)
        for (int d = 0; d < k; ++d) inverse[at(c, k, d)] += e.vectors[at(i, k, c)] * e.vectors[at(i, k, d)] / value;
    }
    return inverse;
  }

  [[nodiscard]] static int width_for(const Places& places, const SweepOptions& options) {
    const std::int64_t automatic = places.rows > 1 ? std::min(places.rows, places.columns) / 16 : places.columns / 64;
    return options.peak_width.value_or(static_cast<int>(std::clamp<std::int64_t>(automatic, 2, 64)));
  }

  const Halves* halves_;
  const Places* places_;
  const SweepOptions* options_;
  int width_;
};

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

Halves split(const FrameSource& first, const FrameSource& second, const decompose::Masks& masks, const SweepOptions& options,
             std::uint64_t seed, std::int64_t window, const engine::Team& team,
             const std::function<Places(const Matrix&)>& places_of) {
  tell(team, "reading the first half of the counts");
  Halves halves{Matrix(first, masks, team.comm(), window), Matrix(second, masks, team.comm(), window), {}, {}, {}, 0, 0, 0};
  const int size = static_cast<int>(std::min<std::int64_t>({options.sketch, halves.first.columns(), halves.first.rows()}));
  Neighbours neighbours(halves.first, places_of(halves.first));
  halves.sketch = sketch_of_first(halves.first, halves.scaling, size, seed, team, neighbours);
  tell(team, "the second half of the counts");
  const double factor = options.fraction / (1 - options.fraction);
  halves.held = scores_of(halves.second, halves.scaling, halves.sketch, factor);
  // An element of X has the variance g h / counts and is divided by sqrt(g h).
  halves.noise = 1 / std::max(1.0, halves.scaling.counts);
  halves.held_noise = halves.noise * factor;
  halves.neighbours = neighbours.correlation(halves.scaling, halves.sketch, halves.noise);
  return halves;
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
  const HalfCounts first(source, HalfCounts::Half::first, options.fraction, seed, mirror, masks.signal),
      second(source, HalfCounts::Half::second, options.fraction, seed, mirror, masks.signal);
  const decompose::Masks used{masks.navigation, first.signal_mask()};
  const Halves halves = split(first, second, used, options, seed, window, team,
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
  double squares = 0;
  for (const double square : halves.sketch.squares) squares += square;
  const double bound =
      2 * squares + 2 * static_cast<double>(x.rows()) * halves.sketch.size * largest_normal2 * deviation * deviation;
  Sketch held = halves.sketch;
  held.y = halves.held;
  held.squares = {std::max(bound, bound_of(x, halves.held, held.size))};
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
