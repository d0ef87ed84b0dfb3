// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/adf.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "framework/base/error.hpp"
#include "framework/physics/electrons.hpp"
#include "framework/wave/fields.hpp"

namespace ronchi::wave {

namespace {

constexpr double pi = std::numbers::pi;

/// The same field with so many pixels (the pixels stay square only roughly; they are used for their frequencies alone).
Grid fine_grid(const Grid& grid, double edge) {
  const double most = 4 * edge * std::max(grid.height(), grid.width()) + 4;
  if (grid.ny == grid.nx) {
    const std::int64_t n = good_side(static_cast<std::int64_t>(most) + 1);
    return {n, n, grid.width() / static_cast<double>(n)};
  }
  std::int64_t factor = 1;  // of the image's own sampling, where the field is not square
  while (static_cast<double>(factor * std::max(grid.ny, grid.nx)) < most) ++factor;
  return {factor * grid.ny, factor * grid.nx, grid.sampling / static_cast<double>(factor)};
}

}  // namespace

AdfModel::AdfModel(const AdfSettings& settings, std::vector<AdfAtom> atoms)
    : settings_(settings),
      atoms_(std::move(atoms)),
      rows_(static_cast<std::int64_t>(2 * settings.lens.edge() * settings.grid.height())),
      columns_(static_cast<std::int64_t>(2 * settings.lens.edge() * settings.grid.width())),
      fine_(fine_grid(settings.grid, settings.lens.edge())),
      image_(settings.grid) {
  // Within half a layer the probe's edge changes its phase by an eighth of a radian at most.
  const double edge = settings.lens.edge();
  thickness_ = 0.25 / (pi * physics::wavelength(settings.lens.energy) * edge * edge);
  Field probe(static_cast<std::size_t>(fine_.grid().pixels()));
  probe_spectrum(fine_.grid(), settings.lens, 0, 0, probe.data());  // says so if the field is too small for it
}

void AdfModel::image(const physics::Particle& particle, const Pose& pose, const ProbeLens& lens, Workspace& w,
                     std::span<float> image) const {
  if (particle.symbols.size() != atoms_.size())
    fail(Fault::internal, "", "{} species, but {} cross-sections", particle.symbols.size(), atoms_.size());
  const Grid& grid = settings_.grid;
  const std::size_t width = static_cast<std::size_t>(columns_ + 1);
  w.slicing.set(particle, pose, 1, thickness_);
  w.sums.assign(2 * static_cast<std::size_t>(2 * rows_ + 1) * width, Complex(0));  // of a layer, then of all
  for (int layer = 0; layer < w.slicing.slices(); ++layer) {
    const auto s = static_cast<std::size_t>(layer);
    if (w.slicing.first[s] == w.slicing.first[s + 1]) continue;
    ProbeLens here = lens;
    here.c10 += w.slicing.z[s];
    set_transfer(here, w);
    for (std::size_t species = 0; species < atoms_.size(); ++species)
      if (sum_atoms(particle, w, layer, static_cast<std::uint8_t>(species))) add(w, atoms_[species]);
  }
  // What a coarse sampling cannot tell apart falls together.
  w.spectrum.assign(static_cast<std::size_t>(grid.pixels()), Complex(0));
  const auto wrapped = [](std::int64_t i, std::int64_t n) { return ((i % n) + n) % n; };
  const Complex* total = &w.sums[static_cast<std::size_t>(2 * rows_ + 1) * width];
  for (std::int64_t v = -rows_; v <= rows_; ++v)
    for (std::int64_t u = 0; u <= columns_; ++u) {
      const Complex value = total[static_cast<std::size_t>(v + rows_) * width + static_cast<std::size_t>(u)];
      w.spectrum[static_cast<std::size_t>(wrapped(v, grid.ny) * grid.nx + wrapped(u, grid.nx))] += value;
      if (u > 0) w.spectrum[static_cast<std::size_t>(wrapped(-v, grid.ny) * grid.nx + wrapped(-u, grid.nx))] += std::conj(value);
    }
  image_.inverse(w.spectrum.data());
  for (std::size_t i = 0; i < image.size(); ++i) image[i] = std::max(0.f, w.spectrum[i].real());  // rounding in empty places
}

/// Sum over the layer's atoms of a species of exp(-2 pi i k x) / area, which is a product of what stands in rows and what stands in
/// columns. False if there are none.
bool AdfModel::sum_atoms(const physics::Particle& particle, Workspace& w, int layer, std::uint8_t species) const {
  const Slicing& atoms = w.slicing;
  w.chosen.clear();
  for (auto a = atoms.first[static_cast<std::size_t>(layer)]; a < atoms.first[static_cast<std::size_t>(layer) + 1]; ++a)
    if (particle.species[static_cast<std::size_t>(atoms.order[static_cast<std::size_t>(a)])] == species)
      w.chosen.push_back(atoms.order[static_cast<std::size_t>(a)]);
  if (w.chosen.empty()) return false;
  const std::size_t count = w.chosen.size(), width = static_cast<std::size_t>(columns_ + 1),
                    height = static_cast<std::size_t>(2 * rows_ + 1);
  const double area = settings_.grid.height() * settings_.grid.width();
  w.along_x_re.resize(count * width);
  w.along_x_im.resize(count * width);
  w.along_y.resize(2 * height * count);
  for (std::size_t a = 0; a < count; ++a) {
    const auto i = static_cast<std::size_t>(w.chosen[a]);
    const auto step_x = std::polar(1.0, -2 * pi * atoms.positions[3 * i] / settings_.grid.width());
    const auto step_y = std::polar(1.0, -2 * pi * atoms.positions[3 * i + 1] / settings_.grid.height());
    std::complex<double> value = 1;
    for (std::size_t u = 0; u < width; ++u, value *= step_x) {
      w.along_x_re[a * width + u] = static_cast<float>(value.real());
      w.along_x_im[a * width + u] = static_cast<float>(value.imag());
    }
    value = std::polar(1 / area, 2 * pi * atoms.positions[3 * i + 1] / settings_.grid.height() * static_cast<double>(rows_));
    for (std::size_t v = 0; v < height; ++v, value *= step_y) {
      w.along_y[2 * (v * count + a)] = static_cast<float>(value.real());
      w.along_y[2 * (v * count + a) + 1] = static_cast<float>(value.imag());
    }
  }
  constexpr std::size_t block = 64;  // of frequencies: sums in registers or the nearest cache
  for (std::size_t v = 0; v < height; ++v)
    for (std::size_t first = 0; first < width; first += block) {
      float re[block] = {}, im[block] = {};
      const std::size_t here = std::min(block, width - first);
      for (std::size_t a = 0; a < count; ++a) {
        const float yr = w.along_y[2 * (v * count + a)], yi = w.along_y[2 * (v * count + a) + 1];
        const float *xr = &w.along_x_re[a * width + first], *xi = &w.along_x_im[a * width + first];
        for (std::size_t u = 0; u < here; ++u) {
          re[u] += yr * xr[u] - yi * xi[u];
          im[u] += yr * xi[u] + yi * xr[u];
        }
      }
      for (std::size_t u = 0; u < here; ++u) w.sums[v * width + first + u] = {re[u], im[u]};
    }
  return true;
}

/// The transfer function of the probe's intensity into `probe`.
void AdfModel::set_transfer(const ProbeLens& lens, Workspace& w) const {
  const Grid& fine = fine_.grid();
  w.probe.resize(static_cast<std::size_t>(fine.pixels()));
  probe_spectrum(fine, lens, 0, 0, w.probe.data());
  fine_.inverse(w.probe.data());
  const float scale = 1.f / (static_cast<float>(fine.pixels()) * static_cast<float>(fine.pixels()));
  for (auto& value : w.probe) value = std::norm(value) * scale;
  fine_.forward(w.probe.data());
}

/// The sums of the atoms in hand, times their strength and the transfer function, to the sums of all.
void AdfModel::add(Workspace& w, const AdfAtom& atom) const {
  const Grid& fine = fine_.grid();
  const double source = settings_.source / (2 * std::sqrt(2 * std::log(2.0))), edge = 2 * settings_.lens.edge();
  const double damping = 2 * pi * pi * (source * source + settings_.displacement * settings_.displacement);
  const auto width = static_cast<std::size_t>(columns_ + 1), height = static_cast<std::size_t>(2 * rows_ + 1);
  Complex* total = &w.sums[height * width];
  for (std::int64_t v = -rows_; v <= rows_; ++v)
    for (std::int64_t u = 0; u <= columns_; ++u) {
      const double ky = static_cast<double>(v) / settings_.grid.height(), kx = static_cast<double>(u) / settings_.grid.width();
      const double q2 = kx * kx + ky * ky;
      if (q2 > edge * edge) continue;
      const std::size_t here = static_cast<std::size_t>(v + rows_) * width + static_cast<std::size_t>(u);
      const auto factor = static_cast<float>(atom(std::sqrt(q2)) * std::exp(-damping * q2));
      // The probe is round: its transfer function is real.
      const float transfer = w.probe[static_cast<std::size_t>((v < 0 ? v + fine.ny : v) * fine.nx + u)].real();
      total[here] += transfer * factor * w.sums[here];
    }
}

}  // namespace ronchi::wave
