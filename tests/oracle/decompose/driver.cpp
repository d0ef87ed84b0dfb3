// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Decomposes raw files, for the comparisons with numpy and scikit-learn. Arguments are name=value:
//
// - the matrix: data= rows= columns= type=uint8|uint16|float32, navigation_mask= signal_mask= uint8 files
// - Friedel pairs of patterns are added about a pixel: height= width= zero_y= zero_x=
// - k= iterations= poisson=0|1 sweeps= tolerance= threads= arithmetic=float|integer kernels= (of integers, by name)
// - penalties: sparsity= sparsity_factors=
// - loss=frobenius|kullback_leibler: the latter after `iterations` of the former, unless a start is given; updates= (plain ones, so
//   many of W); prints D
// - the start: w= h= float32 files (rows x k, k x columns), or start=nndsvda|nndsvd|anchor|random seed=
// - pca= centre=0|1: number of principal components
// - out=: prefix of the results OUT.w OUT.h (float32) OUT.v OUT.scores
//
// Prints one JSON object.
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>

#include "framework/base/error.hpp"
#include "stages/decompose/divergence.hpp"
#include "stages/decompose/friedel.hpp"
#include "stages/decompose/fused_pass.hpp"
#include "stages/decompose/solve.hpp"

namespace {

using namespace ronchi;
using namespace ronchi::decompose;

template <class T>
std::vector<T> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) fail(Fault::missing, "", "{} cannot be read", path);
  std::vector<T> values(static_cast<std::size_t>(file.tellg()) / sizeof(T));
  file.seekg(0);
  file.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
  return values;
}

template <class T>
void write_file(const std::string& path, const std::vector<T>& values) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(T)));
}

/// Raw numbers in a file, read lazily.
class RawFrames : public FrameSource {
 public:
  RawFrames(const std::string& path, Scalar type, std::int64_t rows, std::int64_t columns) : file_(path, std::ios::binary) {
    if (!file_) fail(Fault::missing, "", "{} cannot be read", path);
    info_.type = type;
    info_.navigation = {{"x", "", 1, 0, rows}};
    info_.signal = {{"channel", "", 1, 0, columns}};
  }
  void make_patterns(std::int64_t height, std::int64_t width, double y, double x) {
    info_.signal = {{"ky", "", 1, -y, height}, {"kx", "", 1, -x, width}};
  }
  void read(Range frames, std::span<std::byte> out) const override {
    file_.seekg(frames.first * info_.frame_bytes());
    file_.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size()));
  }

 private:
  mutable std::ifstream file_;
};

/// The integer kernels of that name, or the fastest.
const IntegerKernels* integers(const std::string& name) {
  const auto list = available_integer_kernels();
  for (int i = 0; i < list.count; ++i)
    if (name.empty() || name == list.sets[i]->name) return list.sets[i];
  fail(Fault::usage, "", "this processor has no integer kernels '{}'", name);
}

using Arguments = std::map<std::string, std::string>;

void run(Arguments& a) {
  const auto number = [&](const std::string& name, double otherwise) { return a.contains(name) ? std::stod(a[name]) : otherwise; };
  const auto world = Communicator::world();
  const std::int64_t rows = static_cast<std::int64_t>(number("rows", 0)), columns = static_cast<std::int64_t>(number("columns", 0));
  const Scalar type = a["type"] == "uint16" ? Scalar::u16 : a["type"] == "float32" ? Scalar::f32 : Scalar::u8;
  Masks masks;
  if (a.contains("navigation_mask")) masks.navigation = read_file<std::uint8_t>(a["navigation_mask"]);
  if (a.contains("signal_mask")) masks.signal = read_file<std::uint8_t>(a["signal_mask"]);
  RawFrames raw(a["data"], type, rows, columns);
  std::optional<FriedelSums> pairs;
  if (a.contains("zero_y")) {
    raw.make_patterns(static_cast<std::int64_t>(number("height", 1)), static_cast<std::int64_t>(number("width", 1)),
                      number("zero_y", 0), number("zero_x", 0));
    pairs.emplace(raw, masks.signal);
    masks.signal = pairs->halves();
  }
  const FrameSource& source = pairs ? static_cast<const FrameSource&>(*pairs) : raw;
  const Matrix x(source, masks, world);
  const Scaling scaling = measure(x, number("poisson", 0) != 0);
  FusedPass pass(x, scaling, best_kernels(), a["arithmetic"] == "integer" ? integers(a["kernels"]) : nullptr);
  const int k = static_cast<int>(number("k", 8));
  const auto seed = static_cast<std::uint64_t>(number("seed", 1));
  PcaOptions pca_options;
  pca_options.components = static_cast<int>(number("pca", k));
  pca_options.centre = number("centre", 0) != 0;
  Pca pca;
  const std::string start = a.contains("w") ? "given" : a.contains("start") ? a["start"] : "nndsvda";
  if (a.contains("pca") || (start != "given" && start != "random")) pca = principal_components(pass, pca_options, seed);

  Model model{k, {}, std::vector<float>(static_cast<std::size_t>(k * x.padded_columns()), 0.f)};
  if (start == "given") {
    const auto w = read_file<float>(a["w"]), h = read_file<float>(a["h"]);
    for (std::int64_t r = 0; r < x.my_rows(); ++r)
      model.w.insert(model.w.end(), w.begin() + x.frame_of_row(r) * k, w.begin() + (x.frame_of_row(r) + 1) * k);
    for (int c = 0; c < k; ++c)
      for (std::int64_t j = 0; j < x.columns(); ++j)
        model.h[static_cast<std::size_t>(c * x.padded_columns() + j)] =
            h[static_cast<std::size_t>(c * columns + x.pixel_of_column()[static_cast<std::size_t>(j)])];
    normalise(model, pass);
  } else if (start == "random") {
    model = random_start(pass, k, seed, 0);
  } else {
    model = start == "anchor" ? anchor_start(pass, pca, k, seed) : nndsvd_start(pass, pca, k, start == "nndsvda", seed);
  }
  if (a.contains("out")) {
    write_file(a["out"] + ".w0", model.w);
    write_file(a["out"] + ".h0", model.h);
  }
  const bool divergence = a["loss"] == "kullback_leibler";
  HalsOptions hals;
  hals.sweeps = static_cast<int>(number("sweeps", hals.sweeps));
  hals.sparsity = {number("sparsity", 0), number("sparsity_factors", number("sparsity", 0))};
  std::vector<double> error, kkt, seconds;
  const int iterations = static_cast<int>(number("iterations", 0)), first = divergence && start == "given" ? iterations : 0;
  for (int i = first; i < iterations; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const auto report = iterate(model, pass, hals);
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
    error.push_back(report.error);
    kkt.push_back(report.kkt);
    if (report.kkt <= number("tolerance", 0)) break;
  }
  std::vector<double> divergences, divergence_seconds;
  if (divergence) {
    DivergencePass counts(x, scaling);
    if (start != "given") unscale(model, scaling, x);
    normalise(model, counts);
    RowUpdates updates;
    if (a.contains("updates")) updates = {static_cast<int>(number("updates", 1)), 0, 0};
    Momentum momentum;
    kkt.clear();
    for (int i = 0; i < iterations; ++i) {
      const auto begin = std::chrono::steady_clock::now();
      const auto report = iterate(model, counts, updates, a.contains("updates") ? nullptr : &momentum);
      divergence_seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
      divergences.push_back(report.divergence);
      kkt.push_back(report.kkt);
      if (report.kkt <= number("tolerance", 0)) break;
    }
    divergences.push_back(divergence_of(model, counts));
  }
  if (a.contains("out")) {
    write_file(a["out"] + ".w", model.w);
    write_file(a["out"] + ".h", model.h);
    write_file(a["out"] + ".v", pca.v);
    write_file(a["out"] + ".scores", pca.scores);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const double peak = static_cast<double>(world.sum(static_cast<std::int64_t>(usage.ru_maxrss) * 1024));
  if (world.leads())
    fmt::print(
        "{{\"error\": [{}], \"kkt\": [{}], \"seconds\": [{}], \"divergence\": [{}], \"divergence_seconds\": [{}], \"squares\": "
        "[{}], \"total\": {}, \"passes\": {}, \"norm\": {}, "
        "\"mean\": {},"
        " \"padded\": {}, \"peak_bytes\": {}, \"ranks\": {}}}\n",
        fmt::join(error, ", "), fmt::join(kkt, ", "), fmt::join(seconds, ", "), fmt::join(divergences, ", "),
        fmt::join(divergence_seconds, ", "), fmt::join(pca.squares, ", "), pca.total, pca.passes, std::sqrt(scaling.norm2),
        scaling.mean, x.padded_columns(), peak, world.size());
}

}  // namespace

int main(int argc, char** argv) {
  const MpiSession mpi(&argc, &argv);
  Arguments arguments;
  for (int i = 1; i < argc; ++i) {
    const std::string text = argv[i];
    arguments[text.substr(0, text.find('='))] = text.substr(text.find('=') + 1);
  }
  const KokkosSession kokkos(arguments.contains("threads") ? std::stoi(arguments["threads"]) : 1);
  try {
    run(arguments);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
  return 0;
}
