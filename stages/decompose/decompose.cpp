// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/decompose.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "framework/base/text.hpp"
#include "stages/decompose/divergence_solve.hpp"
#include "stages/decompose/friedel.hpp"
#include "stages/decompose/memory.hpp"
#include "stages/decompose/scan_sums.hpp"
#include "stages/decompose/sketch_stage.hpp"

namespace ronchi::decompose {

void describe(config::Schema<Options>& s) {
  s.field("components", &Options::wanted)
      .range(1, 256)
      .help("Number of NMF components; auto: as many as the stage `components`, one of the inputs, recommends");
  s.field("poisson", &Options::poisson).help("Scale for Poisson noise (Keenan & Kotula 2004)");
  s.field("loss", &Options::loss)
      .choices({"frobenius", "kullback_leibler"})
      .help("What is made small: squared differences, or (after that) the Kullback-Leibler divergence, the likelihood of counts");
  s.field("sparsity", &Options::sparsity)
      .at_least(0)
      .help("Penalty on the sum of all loadings: fewer of them are positive (alpha_W of scikit-learn, of the scaled data)");
  s.field("sparsity_factors", &Options::sparsity_factors)
      .at_least(0)
      .help("Penalty on the sum of all factors (alpha_H); auto: as sparsity. The product of both is what counts");
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
  describe_masks(s);
  s.field("within", &Options::within)
      .help("A second run, restricted to positions where components of a first decomposition are strong, or are not");
  s.field("bin_scan", &Options::bin_scan)
      .range(1, ScanSums::largest_bin)
      .help(
          "Seek the components in sums over this many positions along y and x: for frames with few counts; loadings are of every "
          "position");
  s.field("friedel", &Options::friedel)
      .help("Add the counts at k and -k of diffraction patterns about the axes' zero: half of the columns, symmetric factors");
  s.field("sketch", &Options::sketch)
      .range(8, 256)
      .help(
          "Directions of the sketch that stands for data that do not fit into the job's `memory`; auto: components + 56, in "
          "multiples of 16");
  s.field("polish", &Options::polish)
      .range(1, 3)
      .help("Exact iterations, each a reading of the data, after the factorisation of a sketch");
  s.field("checkpoint_every", &Options::checkpoint_every).at_least(0).unit("s").speed().help("Time between checkpoints");
}

namespace {

/// Null: single precision. Sums over so many positions that they became floating point are treated in it, too.
const IntegerKernels* integers_for(const Matrix& x, const Options& options) {
  return options.arithmetic == Arithmetic::integer && x.element() != Element::f32 ? &best_integer_kernels() : nullptr;
}

/// Many more directions than components: a randomised range finder misses the less the more there are (Halko, Martinsson & Tropp
/// 2011, section 10), and weak components lie near the noise. With 32 directions one of three phases of the simulated nanowire was
/// lost at 200 electrons on 128 x 128 pixels with the vacuum left in; with 64 none is.
int sketch_size(const Options& options) {
  return options.sketch.value_or(static_cast<int>(std::min<std::int64_t>(256, ceil_div(options.components + 56, lanes) * lanes)));
}

/// Bytes of data that a rank holds at a time; Matrix::in_memory if all of them fit. Which it is does not depend on the number of
/// ranks, nor does the result. `given`: directions of a sketch that is there already, or 0.
std::int64_t window_for(const FrameSource& source, const Masks& masks, const Options& options, const Setting& setting, int given,
                        int ranks) {
  const std::int64_t b2 = std::int64_t{options.bin_scan} * options.bin_scan, pixels = source.info().pixels();
  const std::int64_t sums = options.bin_scan > 1 ? (source.info().type == Scalar::u8 ? 2 : 4) * pixels / b2 : 0;
  const std::int64_t results = 4 * (3 * options.components + 3 * options.scree) + sums;
  const int size = options.bin_scan > 1 ? std::max(options.components, options.scree + 10)
                   : given > 0          ? given
                                        : sketch_size(options);
  const Footprint whole = footprint(source, masks, results, 0, 1);
  if (setting.memory == 0 || whole.data + whole.rows <= setting.memory) return Matrix::in_memory;
  // Scores are there twice while they are put into rows.
  return window_in(footprint(source, masks, results + (options.bin_scan > 1 ? 0 : 8 * size), size, host_threads()),
                   {setting.memory, setting.process, ranks}, fmt::format("the decomposition of {}", source.info().text()));
}

/// What can be refused before anything is read.
void check(const FrameInfo& info, const Options& options, const Setting& setting) {
  if (setting.sketch != nullptr && options.bin_scan > 1)
    fail(Fault::usage, "leave bin_scan out, or the sketch", "a sketch has no sums over scan positions");
  if (options.arithmetic == Arithmetic::integer && info.type != Scalar::u8 && info.type != Scalar::u16)
    fail(Fault::usage,
         options.friedel ? "set arithmetic: float: sums of Friedel pairs of uint16 are floats"
                         : "set arithmetic: float, or decompose the counts as they were measured",
         "integer arithmetic needs uint8 or uint16 counts; these data are {}", name_of(info.type));
}

/// Directions of the sketch in `index`, which must be more than the components that are to be found on it.
int directions_of(const h5::Group& index, int components) {
  const auto size = static_cast<int>(index.dataset("scores").shape().at(1));
  if (size < components)
    fail(Fault::usage, "give the sketch a larger `size`, some 50 more than there are components, or ask for fewer components",
         "a sketch of {} directions has no {} components", size, components);
  return size;
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

/// The data, and what stands for them while components are sought.
class Data {
 public:
  Data(const FrameSource& source, const Masks& masks, const Options& options, const Setting& setting, const engine::Team& team)
      : team_(&team), x_(source, masks, team.comm(), window(source, masks, options, setting, team.comm())) {
    if (setting.sketch != nullptr)
      take_sketch(*setting.sketch, options);
    else if (x_.streams() && options.bin_scan == 1)
      make_sketch(options, setting);
    else
      measure_all(options);
    exact_.emplace(x_, scaling_, best_kernels(), integers_for(x_, options));
    if (options.bin_scan > 1) summed_.emplace(source, masks, options, team.comm());
  }

  [[nodiscard]] const Matrix& matrix() const { return x_; }
  [[nodiscard]] const Scaling& scaling() const { return scaling_; }
  [[nodiscard]] FusedPass& exact() { return *exact_; }
  [[nodiscard]] DataPass& working() {
    return summed_ ? static_cast<DataPass&>(summed_->pass) : sketch_ ? static_cast<DataPass&>(*sketch_) : *exact_;
  }
  [[nodiscard]] bool summed() const { return summed_.has_value(); }
  [[nodiscard]] bool sketched() const { return sketch_ != nullptr; }

 private:
  [[nodiscard]] static std::int64_t window(const FrameSource& source, const Masks& masks, const Options& options,
                                           const Setting& setting, const Communicator& comm) {
    check(source.info(), options, setting);
    const int given = setting.sketch == nullptr ? 0 : directions_of(*setting.sketch, options.components);
    if (given == 0 && options.sketch && *options.sketch < options.components)
      fail(Fault::usage, "give some 50 more than there are components", "sketch: {} is less than {} components", *options.sketch,
           options.components);
    return window_for(source, masks, options, setting, given, ranks_of_a_node(comm));
  }
  void tell(const char* what) const {
    if (team_->leads()) team_->progress(0, what);
    if (team_->should_stop()) throw engine::Stopped{};
  }
  void measure_all(const Options& options) {
    tell("sums");
    scaling_ = measure(x_, options.poisson);
  }
  void take_sketch(const h5::Group& index, const Options& options) {
    StoredSketch stored;
    together(team_->comm(), [&] { stored = load_sketch(index, x_); });
    if (stored.scaling.poisson != options.poisson)
      fail(Fault::usage, "set `poisson` alike in both stages", "the sketch was made with poisson: {}, this stage has poisson: {}",
           stored.scaling.poisson, options.poisson);
    scaling_ = std::move(stored.scaling);
    const FusedPass floats(x_, scaling_);
    sketch_ = std::make_unique<SketchPass>(floats, stored.sketch);
  }
  void make_sketch(const Options& options, const Setting& setting) {
    const auto between = [&](const char* what) { tell(what); };
    const SketchSettings settings{sketch_size(options), options.poisson, setting.seed, setting.pixel_sums};
    const Sketch sketch = sketch_matrix(x_, settings, scaling_, between);
    const FusedPass floats(x_, scaling_);
    sketch_ = std::make_unique<SketchPass>(floats, sketch);
  }

  const engine::Team* team_;
  Matrix x_;
  Scaling scaling_;
  std::optional<FusedPass> exact_;
  std::unique_ptr<SketchPass> sketch_;
  std::optional<Summed> summed_;
};

/// Exact iterations for a model that was found on a sketch.
void polish(Solution& solution, FusedPass& exact, const Options& options, const SolveOptions& solve_options,
            const engine::Team& team) {
  solution.model.units = exact.units_for(solution.model.w, options.components);
  for (int i = 0; i < options.polish; ++i) {
    if (team.leads()) team.progress(1, fmt::format("exact iteration {} of {}", i + 1, options.polish));
    if (team.should_stop()) throw engine::Stopped{};
    const IterationReport report = iterate(solution.model, exact, solve_options.hals);
    solution.error.push_back(report.error);
    solution.kkt.push_back(report.kkt);
  }
  solution.exact = options.polish;
}

Sparsity sparsity_of(const Options& options) {
  const Sparsity sparsity{options.sparsity, options.sparsity_factors.value_or(options.sparsity)};
  if ((sparsity.loadings > 0) != (sparsity.factors > 0))
    fail(Fault::usage, "set both, or leave sparsity_factors: auto",
         "of sparsity: {} and sparsity_factors: {} one is zero: what is not penalised would grow and the penalty vanish",
         sparsity.loadings, sparsity.factors);
  if (sparsity.any() && options.loss != Loss::frobenius)
    fail(Fault::usage, "set loss: frobenius, or leave sparsity out", "the loss kullback_leibler has no sparsity penalty");
  return sparsity;
}

/// Components by least squares, with every start, on the data or on what stands for them; then, if it is asked for, by the
/// likelihood of the counts. Loadings are those of every position.
Solution factorise(Data& data, const std::function<Model(int)>& start, const Options& options, const SolveOptions& solve_options,
                   const engine::Team& team) {
  DataPass& pass = data.working();
  const int k = options.components;
  const auto squares = [&] { return solve(pass, k, start, solve_options, &team); };
  if (options.loss == Loss::frobenius) {
    Solution solution = squares();
    if (data.summed()) solution.model.w = loadings_of(solution.model.h, k, data.exact());
    if (data.sketched()) polish(solution, data.exact(), options, solve_options, team);
    return solution;
  }
  DivergencePass counts(pass.matrix(), pass.scaling());
  SolveOptions of_counts = solve_options;
  if (data.sketched()) of_counts.iterations = options.polish;
  Solution solution = solve_divergence(counts, k, squares, of_counts, &team);
  if (data.sketched()) solution.exact = static_cast<int>(solution.kkt.size());
  if (data.summed()) {
    DivergencePass every(data.matrix(), data.scaling());
    solution.model.w = likely_loadings(solution.model.h, k, every);
  }
  return solution;
}

/// What `decompose` does, with Friedel pairs that were added already, or null.
Outcome decompose_sums(const FrameSource& source, const Masks& masks, const Options& options, const Setting& setting,
                       engine::Team& team, engine::Part& part, const FriedelSums* pairs) {
  const Sparsity sparsity = sparsity_of(options);
  if (team.leads()) team.progress(0, "reading");
  Data data(source, masks, options, setting, team);
  const Matrix& x = data.matrix();
  const Scaling& scaling = data.scaling();
  DataPass& pass = data.working();
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
    pca = principal_components(pass, pca_options, setting.seed, between);
    if (data.summed()) {
      std::vector<float> scores = project(data.exact(), *pca, options.centre);
      std::swap(pca->scores, scores);
      write_pca(*pca, x, scaling, part, pairs);
      std::swap(pca->scores, scores);
    } else {
      write_pca(*pca, x, scaling, part, pairs);
    }
    for (const double square : pca->squares) explained_variance.push_back(square / pca->rows);
    if (options.centre || (pca->components < options.components && pca->components < x.columns())) pca.reset();
  }
  const auto start = [&](int number) {
    if (number > 0 || options.start == Start::random) return random_start(pass, options.components, setting.seed, number);
    if (!pca) {
      pca_options.components = options.components;
      pca_options.centre = false;
      pca = principal_components(pass, pca_options, setting.seed, between);
    }
    Model model = options.start == Start::anchor
                      ? anchor_start(pass, *pca, options.components, setting.seed)
                      : nndsvd_start(pass, *pca, options.components, options.start == Start::nndsvda, setting.seed);
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
  solve_options.hals.sparsity = sparsity;
  const std::int64_t before = x.readings();
  Solution solution = factorise(data, start, options, solve_options, team);
  // A restart goes on within these iterations; without one there are so many readings, and one for the divergence at the end.
  const bool resumable = data.sketched() && x.streams() && options.loss == Loss::kullback_leibler;
  const std::int64_t readings = resumable ? before + static_cast<std::int64_t>(solution.kkt.size()) + 1 : x.readings();
  Outcome outcome = write_nmf(std::move(solution), x, scaling, part, pairs);
  if (team.leads()) part.h5().set_attribute("readings", readings);
  outcome.explained_variance = std::move(explained_variance);
  if (team.leads() && !outcome.warning.empty()) part.h5().set_attribute("warnings", std::vector<std::string>{outcome.warning});
  return outcome;
}

}  // namespace

Outcome decompose(const FrameSource& source, const Masks& masks, const Options& options, const Setting& setting, engine::Team& team,
                  engine::Part& part) {
  if (!options.friedel) return decompose_sums(source, masks, options, setting, team, part, nullptr);
  const FriedelSums pairs(source, masks.signal);
  Setting folded = setting;
  pairs.fold(folded.pixel_sums);
  if (team.leads()) part.h5().set_attribute("friedel_pairs", pairs.pairs());
  return decompose_sums(pairs, {masks.navigation, pairs.halves()}, options, folded, team, part, &pairs);
}

}  // namespace ronchi::decompose
