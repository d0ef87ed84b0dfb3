// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/decompose.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "framework/base/text.hpp"
#include "stages/decompose/scan_sums.hpp"
#include "stages/decompose/sketch.hpp"

namespace ronchi::decompose {

void describe(config::Schema<Options>& s) {
  s.field("components", &Options::wanted)
      .range(1, 256)
      .help("Number of NMF components; auto: as many as the stage `components`, one of the inputs, recommends");
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
  s.field("sketch", &Options::sketch)
      .range(8, 256)
      .help(
          "Directions of the sketch that stands for data that do not fit into the job's `memory`; auto: components + 26, in multiples "
          "of 16");
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

std::int64_t unmasked(const std::vector<std::uint8_t>& mask, std::int64_t size) {
  return mask.empty() ? size : std::count(mask.begin(), mask.end(), std::uint8_t{0});
}

/// More directions than components, so that those of the noise do not displace weak components: a randomised range finder misses the
/// less the more there are (Halko, Martinsson & Tropp 2011, section 10).
int sketch_size(const Options& options) {
  return options.sketch.value_or(static_cast<int>(std::min<std::int64_t>(256, ceil_div(options.components + 26, lanes) * lanes)));
}

/// What a decomposition takes, bytes over all ranks; see "Memory" in docs/nmf.md.
struct Needs {
  std::int64_t whole = 0;   ///< with all data in memory
  std::int64_t sketch = 0;  ///< without a window of the data
  Needs(const FrameInfo& info, const Masks& masks, const Options& options) {
    const std::int64_t rows = unmasked(masks.navigation, info.frames()), columns = unmasked(masks.signal, info.pixels()) + chunk;
    const auto element = static_cast<std::int64_t>(info.type == Scalar::u8 || info.type == Scalar::u16 ? size_of(info.type) : 4);
    const std::int64_t results = rows * (4 * (3 * options.components + 3 * options.scree) + 40);
    whole = rows * columns * element + results;
    // Scores twice, while they are put into rows; sums of the passes, as integers and as doubles.
    sketch = results + (rows * 4 * 2 + 40 * columns) * sketch_size(options);
  }
};
constexpr std::int64_t largest_window = 512 << 20;

/// Bytes of data that a rank holds at a time; Matrix::in_memory if all of them fit. Which it is does not depend on the number of
/// ranks, nor does the result.
std::int64_t window_for(const FrameSource& source, const Masks& masks, const Options& options, const Setting& setting, int ranks) {
  const Needs needs(source.info(), masks, options);
  if (setting.memory == 0 || needs.whole <= setting.memory) return Matrix::in_memory;
  const std::int64_t left = setting.memory - needs.sketch - setting.process * ranks,
                     window = std::min(largest_window, left / 2 / ranks);
  const std::int64_t least = ExactSum::block * source.info().frame_bytes();
  if (window < least)
    fail(Fault::no_space, "raise `memory`, use fewer ranks per node, or lower `sketch`, `scree` or `components`",
         "memory: {} is too little to decompose {} on {} ranks of a node; about {} are needed",
         human_bytes(static_cast<double>(setting.memory)), source.info().text(), ranks,
         human_bytes(static_cast<double>(needs.sketch + (setting.process + 2 * least) * ranks)));
  return window;
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
      : team_(&team), x_(source, masks, team.comm(), window_for(source, masks, options, setting, team.comm().node().size())) {
    if (options.arithmetic == Arithmetic::integer && x_.element() == Element::f32)
      fail(Fault::usage, "set arithmetic: float, or decompose the counts as they were measured",
           "integer arithmetic needs uint8 or uint16 counts; these data are {}", name_of(source.info().type));
    if (x_.streams() && options.bin_scan == 1)
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
  void tell(const char* what) const {
    if (team_->leads()) team_->progress(0, what);
    if (team_->should_stop()) throw engine::Stopped{};
  }
  void measure_all(const Options& options) {
    tell("sums");
    scaling_ = measure(x_, options.poisson);
  }
  void make_sketch(const Options& options, const Setting& setting) {
    const int size = static_cast<int>(std::min<std::int64_t>(sketch_size(options), x_.columns()));
    std::vector<float> columns(static_cast<std::size_t>(x_.columns()), 1.f);
    if (options.poisson && !setting.pixel_sums.empty())
      for (std::size_t j = 0; j < columns.size(); ++j)
        columns[j] =
            static_cast<float>(1 / std::sqrt(std::max(1.0, setting.pixel_sums[static_cast<std::size_t>(x_.pixel_of_column()[j])])));
    tell("first reading: sums and a random sketch");
    RangeFinder finder(x_, size, columns, setting.seed);
    scaling_ = measure(x_, options.poisson, [&](Range rows, int worker, const Scaling& s) { finder.add(rows, worker, s); });
    tell("second reading: the sketch");
    FusedPass floats(x_, scaling_);
    sketch_ = std::make_unique<SketchPass>(floats, sketch_of(floats, finder.directions(scaling_), size));
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

}  // namespace

Outcome decompose(const FrameSource& source, const Masks& masks, const Options& options, const Setting& setting, engine::Team& team,
                  engine::Part& part) {
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
      write_pca(*pca, x, scaling, part);
      std::swap(pca->scores, scores);
    } else {
      write_pca(*pca, x, scaling, part);
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
  Solution solution = solve(pass, options.components, start, solve_options, &team);
  if (data.summed()) solution.model.w = loadings_of(solution.model.h, options.components, data.exact());
  if (data.sketched()) polish(solution, data.exact(), options, solve_options, team);
  Outcome outcome = write_nmf(std::move(solution), x, scaling, part);
  if (team.leads()) part.h5().set_attribute("readings", x.readings());
  outcome.explained_variance = std::move(explained_variance);
  if (team.leads() && !outcome.warning.empty()) part.h5().set_attribute("warnings", std::vector<std::string>{outcome.warning});
  return outcome;
}

}  // namespace ronchi::decompose
