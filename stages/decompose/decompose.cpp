// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/decompose.hpp"

#include <optional>

#include "stages/decompose/scan_sums.hpp"

namespace ronchi::decompose {

void describe(config::Schema<Options>& s) {
  s.field("components", &Options::components).range(1, 256).help("Number of NMF components");
  s.field("poisson", &Options::poisson).help("Scale for Poisson noise (Keenan & Kotula 2004)");
  s.field("start", &Options::start)
      .choices({"nndsvda", "nndsvd", "anchor", "random"})
      .help("First factors: non-negative double SVD with zeros filled or not, purest frames, or random");
  s.field("starts", &Options::starts)
      .range(1, 1000)
      .help("Number of starts; the first is `start`, the others are random; the best goes on");
  s.field("trial_iterations", &Options::trial_iterations).range(1, 100000).help("Iterations of each start when there are several");
  s.field("iterations", &Options::iterations).range(1, 1000000).help("Iterations at most");
  s.field("tolerance", &Options::tolerance).range(0, 1).help("KKT residual at which the factorisation is done");
  s.field("sweeps", &Options::sweeps).range(1, 100).help("HALS sweeps at most, of each factor, per reading of the data");
  s.field("arithmetic", &Options::arithmetic)
      .choices({"integer", "float"})
      .help("Products with uint8 or uint16 counts: exact sums of factors of 24 bits, or single precision");
  s.field("scree", &Options::scree).range(0, 256).help("Number of principal components for the scree plot; 0 leaves the PCA out");
  s.field("centre", &Options::centre).help("PCA: subtract the mean frame first");
  s.field("navigation_mask", &Options::navigation_mask).help("File with one value per scan position; other than 0 = left out");
  s.field("mask_image", &Options::mask_image).help("Virtual image of ingest by which scan positions are left out");
  s.field("mask_below", &Options::mask_below)
      .unit("counts")
      .help("Scan positions where mask_image is below this are left out; auto: Li's threshold between two classes");
  s.field("bin_scan", &Options::bin_scan)
      .range(1, ScanSums::largest_bin)
      .help(
          "Seek the components in sums over this many positions along y and x: for frames with few counts; loadings are of every "
          "position");
  s.field("checkpoint_every", &Options::checkpoint_every).at_least(0).unit("s").speed().help("Time between checkpoints");
}

namespace {

/// Null: single precision. Sums over so many positions that they became floating point are treated in it, too.
const IntegerKernels* integers_for(const Matrix& x, const Options& options) {
  return options.arithmetic == Arithmetic::integer && x.element() != Element::f32 ? &best_integer_kernels() : nullptr;
}

/// The matrix of sums over neighbouring positions, whose columns have the sums of those of the whole one: a factor of one is a
/// factor of the other.
struct Summed {
  ScanSums sums;
  Matrix x;
  Scaling scaling;
  FusedPass pass;
  Summed(const FrameSource& source, const Masks& masks, const Options& options, const Communicator& comm)
      : sums(source, masks.navigation, options.bin_scan),
        x(sums, {sums.navigation_mask(), masks.signal}, comm),
        scaling(measure(x, options.poisson)),
        pass(x, scaling, best_kernels(), integers_for(x, options)) {}
};

}  // namespace

Outcome decompose(const FrameSource& source, const Masks& masks, const Options& options, std::uint64_t seed, engine::Team& team,
                  engine::Part& part) {
  if (team.leads()) team.progress(0, "reading");
  const Matrix x(source, masks, team.comm());
  if (team.leads()) team.progress(0, "sums");
  const Scaling scaling = measure(x, options.poisson);
  if (options.arithmetic == Arithmetic::integer && x.element() == Element::f32)
    fail(Fault::usage, "set arithmetic: float, or decompose the counts as they were measured",
         "integer arithmetic needs uint8 or uint16 counts; these data are {}", name_of(source.info().type));
  FusedPass all(x, scaling, best_kernels(), integers_for(x, options));
  std::optional<Summed> summed;
  if (options.bin_scan > 1) summed.emplace(source, masks, options, team.comm());
  FusedPass& pass = summed ? summed->pass : all;
  const auto between = [&](int number) {
    if (team.leads()) team.progress(0, fmt::format("principal components, pass {}", number));
    if (team.should_stop()) throw engine::Stopped{};  // a few passes: nothing worth a checkpoint
  };

  std::optional<Pca> pca;
  std::vector<double> explained_variance;
  PcaOptions pca_options;
  if (options.scree > 0) {
    pca_options.components = options.scree;
    pca_options.centre = options.centre;
    pca = principal_components(pass, pca_options, seed, between);
    if (summed) {
      std::vector<float> scores = project(all, *pca, options.centre);
      std::swap(pca->scores, scores);
      write_pca(*pca, x, scaling, part);
      std::swap(pca->scores, scores);
    } else {
      write_pca(*pca, x, scaling, part);
    }
    for (const double square : pca->squares) explained_variance.push_back(square / pca->rows);
    if (options.centre || (pca->components < options.components && pca->components < x.columns())) pca.reset();
  }
  const auto start = [&](int number) {
    if (number > 0 || options.start == Start::random) return random_start(pass, options.components, seed, number);
    if (!pca) {
      pca_options.components = options.components;
      pca_options.centre = false;
      pca = principal_components(pass, pca_options, seed, between);
    }
    Model model = options.start == Start::anchor
                      ? anchor_start(pass, *pca, options.components, seed)
                      : nndsvd_start(pass, *pca, options.components, options.start == Start::nndsvda, seed);
    pca.reset();  // its scores are as large as W
    return model;
  };

  SolveOptions solve_options;
  solve_options.iterations = options.iterations;
  solve_options.tolerance = options.tolerance;
  solve_options.starts = options.starts;
  solve_options.trial_iterations = options.trial_iterations;
  solve_options.checkpoint_every = options.checkpoint_every;
  solve_options.hals.sweeps = options.sweeps;
  Solution solution = solve(pass, options.components, start, solve_options, &team);
  if (summed) solution.model.w = loadings_of(solution.model.h, options.components, all);
  Outcome outcome = write_nmf(std::move(solution), x, scaling, part);
  outcome.explained_variance = std::move(explained_variance);
  if (team.leads() && !outcome.warning.empty()) part.h5().set_attribute("warnings", std::vector<std::string>{outcome.warning});
  return outcome;
}

}  // namespace ronchi::decompose
