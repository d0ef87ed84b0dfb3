// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/multislice.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/physics/electrons.hpp"

namespace ronchi::wave {

namespace {

constexpr double pi = std::numbers::pi;
constexpr std::int64_t group = Fft::group;

}  // namespace

/// The wave lies between two transforms: rows in Fourier space, columns in real space, and of the rows only the groups of
/// frequencies that the band touches: [groups, ny, group]. A slice is then two passes: rows that its atoms touch are brought to
/// real space, multiplied and taken back, one in the cache at a time; the others are as they were. Then columns likewise.
struct Multislice::Layout {
  std::vector<std::int64_t> groups;  ///< first column of each
  std::vector<double> kx, ky;        ///< frequencies, 1/A, [nx], [ny]
  std::vector<std::int64_t> height;  ///< [nx] rows iy with |ky(iy)| below the band: iy < height or iy > ny - height; 0: none
  std::int64_t stride = 0;           ///< of groups; a cache line more than they need, or all would fall into the same set

  explicit Layout(const Grid& grid, double band) : stride((grid.ny + 2) * group) {
    for (std::int64_t i = 0; i < grid.nx; ++i) kx.push_back(grid.frequency(i, grid.nx));
    for (std::int64_t i = 0; i < grid.ny; ++i) ky.push_back(grid.frequency(i, grid.ny));
    for (const double k : kx) {
      std::int64_t h = 0;
      while (h < grid.ny / 2 && ky[static_cast<std::size_t>(h)] * ky[static_cast<std::size_t>(h)] + k * k < band * band) ++h;
      height.push_back(h);
    }
    for (std::int64_t x = 0; x < grid.nx; x += group)
      if (*std::max_element(height.begin() + x, height.begin() + x + group) > 0) groups.push_back(x);
  }
};

Multislice::Multislice(const Settings& settings, std::span<const std::string> symbols)
    : settings_(settings), fft_(settings.grid), symbols_(symbols.begin(), symbols.end()) {
  for (const auto& symbol : symbols_)
    atoms_.emplace_back(settings.energy, settings.table, physics::atomic_number(symbol, settings.table), band());
  layout_ = std::make_unique<Layout>(settings.grid, band());
}
Multislice::~Multislice() = default;

Multislice::Workspace::Workspace(const Multislice& m) {
  const Grid& grid = m.settings_.grid;
  mixed_.resize(m.layout_->groups.size() * static_cast<std::size_t>(m.layout_->stride));
  transmission_.resize(static_cast<std::size_t>(grid.pixels()));
  row_.resize(static_cast<std::size_t>(2 * grid.nx));
  column_.resize(static_cast<std::size_t>(group * grid.ny));
  touched_.resize(static_cast<std::size_t>(grid.ny));
  step_.resize(static_cast<std::size_t>(grid.nx + grid.ny));
}

void Multislice::exit_wave(const physics::Particle& particle, const Pose& pose, Workspace& w, Complex* spectrum) const {
  name_species(particle, w);
  w.slicing_.set(particle, pose, settings_.slices, settings_.thickness);
  std::fill(w.touched_.begin(), w.touched_.end(), std::uint8_t(0));
  std::fill(w.mixed_.begin(), w.mixed_.end(), Complex(0));
  for (std::int64_t y = 0; y < settings_.grid.ny; ++y) w.mixed_[static_cast<std::size_t>(y * group)] = 1;  // a plane wave
  set_step(w, w.slicing_.thickness);
  for (int slice = 0; slice < w.slicing_.slices; ++slice) {
    transmit(particle, w, slice);
    if (slice + 1 < w.slicing_.slices) propagate(w);
  }
  set_step(w, -w.slicing_.last);
  finish(w, spectrum);
}

void Multislice::name_species(const physics::Particle& particle, Workspace& w) const {
  w.kinds_.assign(particle.symbols.size(), -1);
  for (std::size_t s = 0; s < particle.symbols.size(); ++s) {
    const auto found = std::find(symbols_.begin(), symbols_.end(), particle.symbols[s]);
    if (found == symbols_.end())
      fail(Fault::internal, "", "a particle with {}, but only {} were announced", particle.symbols[s], join(symbols_, ", "));
    w.kinds_[s] = static_cast<std::int32_t>(found - symbols_.begin());
  }
}

void Multislice::set_step(Workspace& w, double distance) const {
  // P(k) = exp(-i pi lambda dz k^2) exp(-2 pi i dz (kx tan tx + ky tan ty)), a product of a factor of kx and one of ky.
  const double lambda = physics::wavelength(settings_.energy);
  const auto factor = [&](double k, double tilt) {
    return std::polar(1.0, -pi * distance * (lambda * k * k + 2 * k * std::tan(1e-3 * tilt)));
  };
  const Grid& grid = settings_.grid;
  for (std::int64_t x = 0; x < grid.nx; ++x)
    w.step_[static_cast<std::size_t>(x)] = Complex(factor(layout_->kx[static_cast<std::size_t>(x)], settings_.tilt[0]));
  for (std::int64_t y = 0; y < grid.ny; ++y)
    w.step_[static_cast<std::size_t>(grid.nx + y)] =
        Complex(factor(layout_->ky[static_cast<std::size_t>(y)], settings_.tilt[1]) / static_cast<double>(grid.ny));
}

void Multislice::transmit(const physics::Particle& particle, Workspace& w, int slice) const {
  const Grid& grid = settings_.grid;
  const Slicing& atoms = w.slicing_;
  for (auto a = atoms.first[static_cast<std::size_t>(slice)]; a < atoms.first[static_cast<std::size_t>(slice) + 1]; ++a) {
    const auto i = static_cast<std::size_t>(atoms.order[static_cast<std::size_t>(a)]);
    stamp(w, atoms_[static_cast<std::size_t>(w.kinds_[particle.species[i]])], atoms.positions[3 * i] / grid.sampling,
          atoms.positions[3 * i + 1] / grid.sampling);
  }
  Complex *frequencies = w.row_.data(), *row = frequencies + grid.nx;
  const float scale = 1.f / static_cast<float>(grid.nx);
  for (std::int64_t y = 0; y < grid.ny; ++y) {
    if (w.touched_[static_cast<std::size_t>(y)] == 0) continue;
    w.touched_[static_cast<std::size_t>(y)] = 0;
    std::fill_n(frequencies, grid.nx, Complex(0));
    for (std::size_t g = 0; g < layout_->groups.size(); ++g)
      std::copy_n(&w.mixed_[g * static_cast<std::size_t>(layout_->stride) + static_cast<std::size_t>(y * group)], group,
                  frequencies + layout_->groups[g]);
    fft_.inverse_row(frequencies, row);
    const Complex* t = &w.transmission_[static_cast<std::size_t>(y * grid.nx)];
    for (std::int64_t x = 0; x < grid.nx; ++x) row[x] = scale * (row[x] * t[x]);
    fft_.forward_row(row, frequencies);
    for (std::size_t g = 0; g < layout_->groups.size(); ++g)
      std::copy_n(frequencies + layout_->groups[g], group,
                  &w.mixed_[g * static_cast<std::size_t>(layout_->stride) + static_cast<std::size_t>(y * group)]);
  }
}

/// Multiplies the transmission of the slice by that of an atom at (x, y), in pixels.
void Multislice::stamp(Workspace& w, const AtomTransmission& atom, double x, double y) const {
  const Grid& grid = settings_.grid;
  const double reach = std::min(atom.reach() / grid.sampling, static_cast<double>(std::min(grid.nx, grid.ny)) / 2 - 1);
  const double per_square = AtomTransmission::entries / std::pow(atom.reach() / grid.sampling, 2);
  const float* table = atom.table().data();
  for (auto iy = static_cast<std::int64_t>(std::ceil(y - reach)); static_cast<double>(iy) <= y + reach; ++iy) {
    const std::int64_t line = ((iy % grid.ny) + grid.ny) % grid.ny;
    Complex* t = &w.transmission_[static_cast<std::size_t>(line * grid.nx)];
    if (w.touched_[static_cast<std::size_t>(line)] == 0) {
      w.touched_[static_cast<std::size_t>(line)] = 1;
      std::fill_n(t, grid.nx, Complex(1));
    }
    const double dy = static_cast<double>(iy) - y, half = std::sqrt(std::max(0.0, reach * reach - dy * dy));
    for (auto ix = static_cast<std::int64_t>(std::ceil(x - half)); static_cast<double>(ix) <= x + half; ++ix) {
      const double dx = static_cast<double>(ix) - x;
      const auto position = static_cast<float>((dx * dx + dy * dy) * per_square);
      const int j = std::min(static_cast<int>(position), AtomTransmission::entries);
      const float f = position - static_cast<float>(j);
      const Complex s(table[2 * j] + f * (table[2 * j + 2] - table[2 * j]),
                      table[2 * j + 1] + f * (table[2 * j + 3] - table[2 * j + 1]));
      t[((ix % grid.nx) + grid.nx) % grid.nx] *= 1.f + s;
    }
  }
}

void Multislice::propagate(Workspace& w) const {
  for (std::size_t g = 0; g < layout_->groups.size(); ++g) {
    Complex* columns = &w.mixed_[g * static_cast<std::size_t>(layout_->stride)];
    advance(w, columns, layout_->groups[g]);
    fft_.inverse_columns(w.column_.data(), columns);
  }
}

/// Brings a group of columns to Fourier space, [group, ny], multiplied by the propagator.
void Multislice::advance(Workspace& w, const Complex* columns, std::int64_t first) const {
  const std::int64_t ny = settings_.grid.ny;
  fft_.forward_columns(columns, w.column_.data());
  const Complex* along_y = &w.step_[static_cast<std::size_t>(settings_.grid.nx)];
  for (std::int64_t c = 0; c < group; ++c) {
    Complex* column = &w.column_[static_cast<std::size_t>(c * ny)];
    const Complex along_x = w.step_[static_cast<std::size_t>(first + c)];
    const std::int64_t h = layout_->height[static_cast<std::size_t>(first + c)], upper = h == 0 ? ny : ny - h + 1;
    for (std::int64_t y = 0; y < h; ++y) column[y] *= along_y[y] * along_x;
    std::fill(column + h, column + upper, Complex(0));
    for (std::int64_t y = upper; y < ny; ++y) column[y] *= along_y[y] * along_x;
  }
}

void Multislice::finish(Workspace& w, Complex* spectrum) const {
  const Grid& grid = settings_.grid;
  const auto scale = static_cast<float>(grid.pixels());  // the mixed wave is that of the mean over a row
  std::fill_n(spectrum, grid.pixels(), Complex(0));
  for (std::size_t g = 0; g < layout_->groups.size(); ++g) {
    advance(w, &w.mixed_[g * static_cast<std::size_t>(layout_->stride)], layout_->groups[g]);
    for (std::int64_t c = 0; c < group; ++c)
      for (std::int64_t y = 0; y < grid.ny; ++y)
        spectrum[y * grid.nx + layout_->groups[g] + c] = scale * w.column_[static_cast<std::size_t>(c * grid.ny + y)];
  }
}

}  // namespace ronchi::wave
