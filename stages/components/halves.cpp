// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/halves.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"
#include "framework/engine/stage.hpp"
#include "stages/components/neighbours.hpp"

namespace ronchi::components {

using decompose::FusedPass;
using decompose::Matrix;
using decompose::Panel;
using decompose::Scaling;
using decompose::Sketch;

namespace {

constexpr std::uint32_t perturbation_stream = 0x50455254;  // "PERT"
constexpr double largest_normal2 = 75;                     // of a square of Random::normal()

std::size_t at(std::int64_t row, std::int64_t width, std::int64_t column) { return static_cast<std::size_t>(row * width + column); }

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

}  // namespace

Halves split(const FrameSource& first, const FrameSource& second, const decompose::Masks& masks, int size, double fraction,
             std::uint64_t seed, std::int64_t window, const engine::Team& team,
             const std::function<Places(const Matrix&)>& places_of) {
  tell(team, "reading the first half of the counts");
  Halves halves{Matrix(first, masks, team.comm(), window), Matrix(second, masks, team.comm(), window), {}, {}, {}, 0, 0, 0};
  size = static_cast<int>(std::min<std::int64_t>({size, halves.first.columns(), halves.first.rows()}));
  Neighbours neighbours(halves.first, places_of(halves.first));
  halves.sketch = sketch_of_first(halves.first, halves.scaling, size, seed, team, neighbours);
  if (halves.sketch.size == 0)
    fail(Fault::numeric, "loosen the masks, or check the frames", "there are no counts in the {} frames that are not masked",
         halves.first.rows());
  tell(team, "the second half of the counts");
  const double factor = fraction / (1 - fraction);
  halves.held = scores_of(halves.second, halves.scaling, halves.sketch, factor);
  // An element of X has the variance g h / counts and is divided by sqrt(g h).
  halves.noise = 1 / std::max(1.0, halves.scaling.counts);
  halves.held_noise = halves.noise * factor;
  halves.neighbours = neighbours.correlation(halves.scaling, halves.sketch, halves.noise);
  return halves;
}

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

double bound_of_held(const Halves& halves) {
  const Matrix& x = halves.first;
  const int size = halves.sketch.size;
  const std::vector<float>& scores = halves.held;
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

double bound_of_perturbed(const Halves& halves, double deviation) {
  double squares = 0;
  for (const double square : halves.sketch.squares) squares += square;
  return 2 * squares + 2 * static_cast<double>(halves.first.rows()) * halves.sketch.size * largest_normal2 * deviation * deviation;
}

}  // namespace ronchi::components
