// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/stem.hpp"

#include <cmath>

#include "framework/base/error.hpp"
#include "framework/data/parallel.hpp"
#include "framework/physics/electrons.hpp"

namespace ronchi::wave {

ScannedProbe::ScannedProbe(const Settings& settings, const ProbeLens& lens, const Annulus& detector,
                           std::span<const std::string> symbols)
    : multislice_(settings, symbols), lens_(lens) {
  const Grid& grid = settings.grid;
  const double lambda = physics::wavelength(lens.energy);
  const double inner = 1e-3 * detector.inner / lambda, outer = 1e-3 * detector.outer / lambda;
  if (settings.energy != lens.energy)
    fail(Fault::internal, "", "a probe of {} kV in a multislice of {} kV", lens.energy, settings.energy);
  const double usable = 0.9 * multislice_.band();  // at the very edge the stamps of atoms are not exact
  if (outer > usable)
    fail(Fault::usage, "Take a finer sampling or a smaller outer angle.",
         "the detector reaches to {} mrad, the sampling of {:.3g} A is good to {:.3g} mrad", detector.outer, grid.sampling,
         1e3 * lambda * usable);
  Field probe(static_cast<std::size_t>(grid.pixels()));
  probe_spectrum(grid, lens, 0, 0, probe.data());  // whether it can be
  for (std::int64_t y = 0; y < grid.ny; ++y)
    for (std::int64_t x = 0; x < grid.nx; ++x) {
      const double k = std::hypot(grid.frequency(x, grid.nx), grid.frequency(y, grid.ny));
      counts_.push_back(k > inner && k <= outer ? 1 : 0);
    }
}

ScannedProbe::Counted ScannedProbe::at(const physics::Particle& particle, const Pose& pose, double y, double x,
                                       Multislice::Workspace& workspace, Field& field) const {
  const Grid& grid = multislice_.settings().grid;
  field.resize(counts_.size());
  probe_spectrum(grid, lens_, x, y, field.data());
  multislice_.exit_wave(particle, pose, workspace, field.data(), nullptr, field.data());
  Counted sum;
  for (std::int64_t row = 0; row < grid.ny; ++row) {
    float detector = 0, all = 0;  // of a row; rows are added in double
    for (std::int64_t i = row * grid.nx; i < (row + 1) * grid.nx; ++i) {
      const float intensity = std::norm(field[static_cast<std::size_t>(i)]);
      all += intensity;
      detector += counts_[static_cast<std::size_t>(i)] != 0 ? intensity : 0.f;
    }
    sum.detector += static_cast<double>(detector);
    sum.all += static_cast<double>(all);
  }
  const auto pixels = static_cast<double>(grid.pixels());
  return {sum.detector / pixels, sum.all / pixels};
}

std::vector<float> ScannedProbe::image(const physics::Particle& particle, const Pose& pose, std::span<const double> ys,
                                       std::span<const double> xs) const {
  std::vector<float> values(ys.size() * xs.size());
  parallel_host("ronchi/wave/scanned_probe", static_cast<std::int64_t>(ys.size()), [&](std::int64_t row) {
    Multislice::Workspace workspace(multislice_);
    Field field;
    const auto i = static_cast<std::size_t>(row);
    for (std::size_t j = 0; j < xs.size(); ++j)
      values[i * xs.size() + j] = static_cast<float>(at(particle, pose, ys[i], xs[j], workspace, field).detector);
  });
  return values;
}

}  // namespace ronchi::wave
