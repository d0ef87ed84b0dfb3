// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/multislice.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <utility>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/physics/electrons.hpp"

namespace ronchi::wave {

namespace {

constexpr double pi = std::numbers::pi;
constexpr std::int64_t group = Fft::group;
constexpr std::int64_t room = 16;  ///< behind the rows of the transmission: stamps come in sixteens

void copy_group(const Complex* from, Complex* to) { std::memcpy(to, from, group * sizeof(Complex)); }

}  // namespace

/// The wave lies between two transforms: rows in Fourier space, columns in real space, and of the rows only the groups of
/// frequencies that the band touches: [groups, ny, group]. A slice is then two passes: rows that its atoms touch are brought to
/// real space, multiplied and taken back, one in the cache at a time; the others are as they were. Then columns likewise.
struct Multislice::Layout {
  std::vector<std::int64_t> groups;  ///< first column of each
  std::vector<double> kx, ky;        ///< frequencies, 1/A, [nx], [ny]
  std::vector<std::int64_t> height;  ///< see heights()
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
  for (const auto& atom : atoms_)
    if (const double least = least_width(atom, settings.grid.sampling);
        settings.grid.width() < least || settings.grid.height() < least)
      fail(Fault::usage, "Take more pixels.", "a field of {:.3g} x {:.3g} A, but an atom needs {:.3g} A", settings.grid.height(),
           settings.grid.width(), least);
  layout_ = std::make_unique<Layout>(settings.grid, band());
}
Multislice::~Multislice() = default;

const std::vector<std::int64_t>& Multislice::heights() const { return layout_->height; }
double Multislice::least_width(const AtomTransmission& atom, double sampling) { return 2 * atom.reach() + (room + 2) * sampling; }

Multislice::Workspace::Workspace(const Multislice& m) {
  const Grid& grid = m.settings_.grid;
  mixed_.resize(m.layout_->groups.size() * static_cast<std::size_t>(m.layout_->stride));
  re_.resize(static_cast<std::size_t>(grid.ny * (grid.nx + room)));
  im_.resize(re_.size());
  row_.resize(static_cast<std::size_t>(2 * grid.nx));
  column_.resize(static_cast<std::size_t>(group * grid.ny));
  touched_.resize(static_cast<std::size_t>(grid.ny));
  step_.resize(static_cast<std::size_t>(grid.nx + grid.ny));
}

void Multislice::exit_wave(const physics::Particle& particle, const Pose& pose, Workspace& w, Complex* spectrum,
                           const Support* support, const Complex* incident) const {
  w.kinds_.resize(particle.symbols.size());
  for (std::size_t s = 0; s < particle.symbols.size(); ++s) w.kinds_[s] = kind(particle.symbols[s]);
  Slicing& slicing = w.slicing_;
  slicing.set(particle, pose, settings_.slices, settings_.thickness);
  const int film = support != nullptr && !support->positions.empty() ? kind(support->symbol) : -1;
  if (film >= 0) slicing.append(support->positions, support->thickness, slicing.high + support->gap, film_slice);

  std::fill(w.touched_.begin(), w.touched_.end(), std::uint8_t(0));
  w.distance_ = std::numeric_limits<double>::quiet_NaN();
  begin(w, incident);
  for (std::size_t s = 0; s < slicing.z.size(); ++s) {
    for (auto a = slicing.first[s]; a < slicing.first[s + 1]; ++a) {
      const auto i = static_cast<std::size_t>(slicing.order[static_cast<std::size_t>(a)]);
      const int which = i < particle.size() ? w.kinds_[particle.species[i]] : film;
      stamp(w, atoms_[static_cast<std::size_t>(which)], slicing.positions[3 * i], slicing.positions[3 * i + 1]);
    }
    transmit(w);
    if (s + 1 == slicing.z.size()) break;
    set_step(w, slicing.z[s + 1] - slicing.z[s]);
    propagate(w);
  }
  set_step(w, -slicing.z.back());
  finish(w, spectrum);
}

/// The wave in the plane of the first slice.
void Multislice::begin(Workspace& w, const Complex* incident) const {
  const Grid& grid = settings_.grid;
  std::fill(w.mixed_.begin(), w.mixed_.end(), Complex(0));
  if (incident == nullptr) {
    for (std::int64_t y = 0; y < grid.ny; ++y) w.mixed_[static_cast<std::size_t>(y * group)] = 1;  // a plane wave
    return;
  }
  set_step(w, w.slicing_.z.front());
  const float scale = 1.f / static_cast<float>(grid.nx);  // the other factor, 1 / ny, is in the step
  for (std::size_t g = 0; g < layout_->groups.size(); ++g) {
    for (std::int64_t c = 0; c < group; ++c) {
      const std::int64_t x = layout_->groups[g] + c;
      const Complex along_x = scale * w.step_[static_cast<std::size_t>(x)];
      for (std::int64_t y = 0; y < grid.ny; ++y)
        w.column_[static_cast<std::size_t>(c * grid.ny + y)] =
            incident[y * grid.nx + x] * along_x * w.step_[static_cast<std::size_t>(grid.nx + y)];
    }
    fft_.inverse_columns(w.column_.data(), &w.mixed_[g * static_cast<std::size_t>(layout_->stride)]);
  }
}

int Multislice::kind(const std::string& symbol) const {
  const auto found = std::find(symbols_.begin(), symbols_.end(), symbol);
  if (found == symbols_.end())
    fail(Fault::internal, "", "a particle or its support has {}, but only {} were announced", symbol, join(symbols_, ", "));
  return static_cast<int>(found - symbols_.begin());
}

void Multislice::set_step(Workspace& w, double distance) const {
  if (std::abs(distance - w.distance_) < 1e-9) return;
  w.distance_ = distance;
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

void Multislice::transmit(Workspace& w) const {
  for (std::int64_t y = 0; y < settings_.grid.ny; ++y)
    if (std::exchange(w.touched_[static_cast<std::size_t>(y)], std::uint8_t(0)) != 0) transmit_row(w, y);
}

/// Row y to real space, times the transmission, and back.
void Multislice::transmit_row(Workspace& w, std::int64_t y) const {
  const std::int64_t nx = settings_.grid.nx;
  Complex *frequencies = w.row_.data(), *row = frequencies + nx, *place = &w.mixed_[static_cast<std::size_t>(y * group)];
  std::int64_t end = 0;
  for (std::size_t g = 0; g < layout_->groups.size(); ++g) {
    const std::int64_t first = layout_->groups[g];
    std::fill(frequencies + end, frequencies + first, Complex(0));
    copy_group(place + static_cast<std::int64_t>(g) * layout_->stride, frequencies + first);
    end = first + group;
  }
  std::fill(frequencies + end, frequencies + nx, Complex(0));
  fft_.inverse_row(frequencies, row);
  const auto line = static_cast<std::size_t>(y * (nx + room));
  kernels_.multiply(reinterpret_cast<float*>(row), &w.re_[line], &w.im_[line], nx);
  fft_.forward_row(row, frequencies);
  for (std::size_t g = 0; g < layout_->groups.size(); ++g)
    copy_group(frequencies + layout_->groups[g], place + static_cast<std::int64_t>(g) * layout_->stride);
}

/// Multiplies the transmission of the slice by that of an atom at (x, y), in A.
void Multislice::stamp(Workspace& w, const AtomTransmission& atom, double x, double y) const {
  const auto [ny, nx, sampling] = settings_.grid;
  x /= sampling;
  y /= sampling;
  const double reach = atom.reach() / sampling;
  const auto per_square = static_cast<float>(atom.entries() / (reach * reach));
  const auto from = static_cast<std::int64_t>(std::ceil(y - reach)), to = static_cast<std::int64_t>(std::floor(y + reach));
  const auto middle = static_cast<std::int64_t>(std::floor(x));
  for (std::int64_t iy = from; iy <= to; ++iy) {
    const std::int64_t row = iy < 0 || iy >= ny ? ((iy % ny) + ny) % ny : iy;
    float *re = &w.re_[static_cast<std::size_t>(row * (nx + room))], *im = &w.im_[static_cast<std::size_t>(row * (nx + room))];
    if (std::exchange(w.touched_[static_cast<std::size_t>(row)], std::uint8_t(1)) == 0) {
      std::fill_n(re, nx + room, 1.f / static_cast<float>(nx));  // what a transform there and back along the row multiplies by
      std::fill_n(im, nx + room, 0.f);
    }
    const auto dy = static_cast<float>(static_cast<double>(iy) - y);
    const auto half = static_cast<std::int64_t>(std::sqrt(std::max(0.f, static_cast<float>(reach * reach) - dy * dy)));
    std::int64_t first = middle - half, left = 2 * half + 2;  // at most one more than there are
    while (left > 0) {
      const std::int64_t at = first < 0 || first >= nx ? ((first % nx) + nx) % nx : first, count = std::min(left, nx - at);
      kernels_.stamp(re + at, im + at, (count + room - 1) / room * room, static_cast<float>(static_cast<double>(first) - x), dy,
                     per_square, atom.table().data(), atom.entries());
      first += count;
      left -= count;
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
  const auto* along_y = reinterpret_cast<const float*>(&w.step_[static_cast<std::size_t>(settings_.grid.nx)]);
  for (std::int64_t c = 0; c < group; ++c) {
    Complex* column = &w.column_[static_cast<std::size_t>(c * ny)];
    const Complex along_x = w.step_[static_cast<std::size_t>(first + c)];
    const std::int64_t h = layout_->height[static_cast<std::size_t>(first + c)], upper = h == 0 ? ny : ny - h + 1;
    kernels_.advance(reinterpret_cast<float*>(column), along_y, along_x.real(), along_x.imag(), h);
    std::fill(column + h, column + upper, Complex(0));
    kernels_.advance(reinterpret_cast<float*>(column + upper), along_y + 2 * upper, along_x.real(), along_x.imag(), ny - upper);
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
