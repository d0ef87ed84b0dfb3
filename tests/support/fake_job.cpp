// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "tests/support/fake_job.hpp"

#include <cmath>
#include <cstring>

#include "framework/base/random.hpp"

namespace ronchi::testing {

namespace {

/// Poisson counts around loadings x factors, computed when they are read.
class ModelFrames : public FrameSource {
 public:
  ModelFrames(FrameInfo info, const std::vector<float>& factors, const std::vector<float>& loadings, std::int64_t components)
      : factors_(&factors), loadings_(&loadings), components_(components) {
    info_ = std::move(info);
  }
  void read(Range frames, std::span<std::byte> out) const override {
    auto* at = reinterpret_cast<std::uint8_t*>(out.data());
    const std::int64_t pixels = info_.pixels();
    for (std::int64_t n = frames.first; n < frames.last; ++n) {
      Random random(7, 1, static_cast<std::uint64_t>(n), 0);
      for (std::int64_t m = 0; m < pixels; ++m) {
        double mean = 0;
        for (std::int64_t k = 0; k < components_; ++k)
          mean +=
              (*loadings_)[static_cast<std::size_t>(n * components_ + k)] * (*factors_)[static_cast<std::size_t>(k * pixels + m)];
        *at++ = static_cast<std::uint8_t>(std::min<std::int64_t>(255, random.poisson(mean)));
      }
    }
  }

 private:
  const std::vector<float>*factors_, *loadings_;
  std::int64_t components_;
};

double gauss(double x, double width) { return std::exp(-x * x / (2 * width * width)); }

/// Rows of spots on a lattice that differs from component to component; component 0 is a broad background.
std::vector<float> patterns(const FakeJob::Size& size) {
  std::vector<float> all;
  for (std::int64_t k = 0; k < size.components; ++k) {
    std::vector<double> p(static_cast<std::size_t>(size.height * size.width));
    double sum = 0;
    for (std::int64_t y = 0; y < size.height; ++y)
      for (std::int64_t x = 0; x < size.width; ++x) {
        const double u = (static_cast<double>(x) + 0.5) / static_cast<double>(size.width) - 0.5,
                     v = (static_cast<double>(y) + 0.5) / static_cast<double>(size.height) - 0.5;
        double value = k == 0 ? gauss(std::hypot(u, v), 0.12) : 0.01 * gauss(std::hypot(u, v), 0.15);
        const double angle = 0.4 * static_cast<double>(k), spacing = 0.14 + 0.015 * static_cast<double>(k);
        for (int i = -3; i <= 3 && k > 0; ++i)
          for (int j = -3; j <= 3; ++j) {
            if (i == 0 && j == 0) continue;
            const double gx = spacing * (i * std::cos(angle) - j * std::sin(angle)),
                         gy = spacing * (i * std::sin(angle) + j * std::cos(angle));
            value += gauss(std::hypot(u - gx, v - gy), 0.012) * gauss(std::hypot(gx, gy), 0.22);
          }
        p[static_cast<std::size_t>(y * size.width + x)] = value;
        sum += value;
      }
    for (const double v : p) all.push_back(static_cast<float>(v / sum));
  }
  return all;
}

/// Lines on a falling background; the lines of neighbouring components overlap.
std::vector<float> spectra(const FakeJob::Size& size) {
  static constexpr double lines[] = {0.525, 1.487, 1.74, 6.404, 8.048, 9.251, 2.307, 4.511};
  std::vector<float> all;
  for (std::int64_t k = 0; k < size.components; ++k)
    for (std::int64_t c = 0; c < size.width; ++c) {
      const double e = -0.47 + 0.01 * static_cast<double>(c);
      double v = e < 0.1 ? 0 : 0.02 * std::exp(-e / 4);
      for (int j : {0, 1}) v += (j == 0 ? 1.0 : 0.4) * gauss(e - lines[(k + j) % 8], 0.045);
      all.push_back(static_cast<float>(v / 30));
    }
  return all;
}

}  // namespace

FakeJob::FakeJob(const Size& size, const std::string& title) {
  const bool spectrum = size.height == 1;
  FrameInfo info;
  info.type = Scalar::u8;
  if (size.slices > 1) info.navigation.push_back({"tilt", "", 1, 0, size.slices});
  info.navigation.push_back({"y", "nm", 2.5, 0, size.ny});
  info.navigation.push_back({"x", "nm", 2.5, 0, size.nx});
  if (spectrum)
    info.signal = {{"Energy", "keV", 0.01, -0.47, size.width}};
  else
    info.signal = {{"ky", "1/A", 0.025, -0.8, size.height}, {"kx", "1/A", 0.025, -0.8, size.width}};
  info.metadata["General.title"] = title;
  content.info = info;
  content.job = title;
  content.seed = 1;

  factors = spectrum ? spectra(size) : patterns(size);
  const std::int64_t n = info.frames(), k = size.components;
  loadings.resize(static_cast<std::size_t>(n * k));
  const std::int64_t labels = k - 1;
  std::vector<float> phase(static_cast<std::size_t>(size.ny * size.nx)), bright(phase.size());
  for (std::int64_t i = 0; i < n; ++i) {
    const std::int64_t slice = i / (size.ny * size.nx), y = i / size.nx % size.ny, x = i % size.nx;
    const double v = (static_cast<double>(y) + 0.5) / static_cast<double>(size.ny) - 0.5,
                 u = static_cast<double>(x) / static_cast<double>(size.nx);
    const bool inside = std::abs(v + 0.05 * std::sin(6 * u + static_cast<double>(slice))) < 0.3;
    const double thick = inside ? std::sqrt(std::max(0.0, 1 - v * v / 0.12)) : 0;
    const auto which = labels > 0 ? 1 + static_cast<std::int64_t>(u * 2.5 * static_cast<double>(labels)) % labels : 0;
    float* row = loadings.data() + i * k;
    row[0] = static_cast<float>(size.dose * (inside ? 0.25 : 0.1));
    if (inside && labels > 0) row[which] = static_cast<float>(size.dose * thick);
    Random noise(3, 2, static_cast<std::uint64_t>(i), 0);  // as a decomposition of noisy patterns has it
    for (std::int64_t c = 0; c < k; ++c) row[c] = static_cast<float>(std::max(0.0, row[c] + 0.03 * size.dose * noise.normal()));
    if (slice == 0) {
      phase[static_cast<std::size_t>(i)] = inside ? static_cast<float>(which) : 0;
      bright[static_cast<std::size_t>(i)] = static_cast<float>(1000 * (1 - 0.6 * thick) + 20 * noise.normal());
    }
  }
  frames = std::make_unique<ModelFrames>(info, factors, loadings, k);
  content.frames = frames.get();

  const auto stage = [&](const std::string& name, double seconds, const std::string& extra = "") -> h5::File& {
    indexes.push_back(h5::File::in_memory());
    content.stages.push_back({name, name, "0123456789abcdef", name == "ingest" ? size.ny : 1, &indexes.back(),
                              YAML::Load("{version: 0.1.0, commit: abc123, ranks: 2, threads: 1, host: laptop, peak_memory_bytes: "
                                         "123456789, finished: '2026-11-21T12:00:00Z', seconds: " +
                                         std::to_string(seconds) + extra + "}")});
    return indexes.back();
  };
  const std::vector<Axis> nav{{"y", "nm", 2.5, 0, size.ny}, {"x", "nm", 2.5, 0, size.nx}};
  h5::File& files = stage("files", 0.2);
  report::add(files, report::Table{"Input files",
                                   "",
                                   {"file", "frames", "bytes", "hash of the ends"},
                                   {{"scan.blo", std::to_string(n), "98,765,432", "9f86d081884c7d65"}}});
  h5::File& ingest =
      stage("ingest", 4.25, ", warnings: ['3 hot pixels were replaced </script><img src=x>'], given: {bin: 2, mask_radius: 4}");
  report::add(ingest, report::Image{"Virtual bright field",
                                    "Sum within 8 pixels of the direct beam.",
                                    report::Image::Kind::map,
                                    "counts",
                                    nav,
                                    bright,
                                    {},
                                    "Virtual images"});
  auto dark = bright;
  for (auto& v : dark) v = 1000 - v;
  report::add(ingest, report::Image{"Virtual dark field", "", report::Image::Kind::map, "counts", nav, dark, {}, "Virtual images"});
  if (!spectrum) {
    std::vector<float> sum(static_cast<std::size_t>(info.pixels()));
    for (std::size_t i = 0; i < factors.size(); ++i) sum[i % sum.size()] += factors[i] * static_cast<float>(n) * 20;
    report::add(ingest,
                report::Image{"Sum of all patterns", "", report::Image::Kind::pattern, "counts", info.signal, sum, {}, "Patterns"});
  }

  h5::File& decompose = stage("decompose", 63.7, ", given: {components: " + std::to_string(k) + ", scaling: poisson}");
  decompose.write<float>("nmf/factors", factors, {k, info.pixels()});
  decompose.write<float>("nmf/loadings", loadings, {n, k});
  std::vector<double> objective, kkt, scree;
  for (int i = 0; i < 80; ++i) {
    objective.push_back(0.16 + 0.4 * std::exp(-i / 6.0));
    kkt.push_back(std::pow(10, -i / 16.0));
    scree.push_back(1e5 * (i < 5 ? std::pow(0.3, i) : 2e-3 * (1 - 0.005 * i)));
  }
  decompose.write<double>("nmf/objective", objective);
  decompose.write<double>("nmf/kkt", kkt);
  scree.resize(30);
  decompose.write<double>("pca/explained_variance", scree);
  decompose.set_attribute("algorithm", "NMF");
  decompose.set_attribute("iterations", std::int64_t{80});
  decompose.set_attribute("converged", true);
  report::add(decompose, report::Curve{"Component spectra", "", "x", "y", false, false, false, {{"a", {1, 2}, {1, 2}}}, {}});
  report::add(decompose, report::Image{"Loading 1", "", report::Image::Kind::map, "counts", nav, bright, {}, "Loading maps"});

  if (!spectrum) {
    h5::File& phases = stage("phases", 0.1);
    phases.set_attribute("accuracy", 0.9823);
    std::vector<std::string> names{"outside"}, of{"background"};
    for (std::int64_t i = 1; i < k; ++i) {
      names.push_back(i == 1 ? "zinc blende" : i == 2 ? "twin" : i == 3 ? "wurtzite" : "phase " + std::to_string(i));
      of.push_back(names.back());
    }
    phases.write_texts("component_names", of);
    report::add(phases, report::Image{"Phase map", "The phase whose component has the largest share.", report::Image::Kind::labels,
                                      "", nav, phase, names, ""});
    report::Curve dose{"Accuracy against dose",
                       "Positions inside the wire.",
                       "electrons per pattern",
                       "accuracy (%)",
                       true,
                       false,
                       false,
                       {{"phases", {50, 100, 200, 500, 1000}, {91, 95.5, 98.2, 99.4, 99.8}}},
                       {}};
    report::add(phases, dose);
  } else {
    h5::File& elements = stage("elements", 0.1);
    for (std::int64_t c = 0; c < k; ++c) {
      report::Curve curve{"Component " + std::to_string(c + 1),
                          "",
                          "Energy (keV)",
                          "counts",
                          false,
                          true,
                          false,
                          {{"spectrum", {}, {}}},
                          {{1.487, "Al Ka"}, {1.557, "Al Kb"}, {8.048, "Cu Ka"}, {8.905, "Cu Kb"}}};
      for (std::int64_t i = 0; i < size.width; ++i) {
        curve.series[0].x.push_back(-0.47 + 0.01 * static_cast<double>(i));
        curve.series[0].y.push_back(factors[static_cast<std::size_t>(c * size.width + i)] * 1e5);
      }
      report::add(elements, curve);
    }
  }
}

}  // namespace ronchi::testing
