// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/batch_waves.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "framework/base/error.hpp"
#include "framework/physics/electrons.hpp"
#include "framework/wave/batch_kernels.hpp"

namespace ronchi::wave {
template <class Space>
BatchWaves<Space>::BatchWaves(const Multislice& multislice, int batch)
    : multislice_(multislice), batch_(batch), fft_(multislice.settings().grid, batch) {
  const Grid& grid = multislice.settings().grid;
  waves_ = Waves("ronchi/wave/waves", static_cast<std::size_t>(batch * grid.pixels()));
  along_x_ = Factors("ronchi/wave/along_x", static_cast<std::size_t>(batch * grid.nx));
  along_y_ = Factors("ronchi/wave/along_y", static_cast<std::size_t>(batch * grid.ny));
  upload(height_, "ronchi/wave/height", std::vector<int>(multislice.heights().begin(), multislice.heights().end()));
  std::vector<float> tables, per_square;
  std::vector<int> first, entries;
  for (const AtomTransmission& atom : multislice.atoms()) {
    const double reach = atom.reach() / grid.sampling;
    first.push_back(static_cast<int>(tables.size() / 2));
    tables.insert(tables.end(), atom.table().begin(), atom.table().end());
    entries.push_back(atom.entries());
    per_square.push_back(static_cast<float>(atom.entries() / (reach * reach)));
  }
  upload(tables_, "ronchi/wave/tables", tables);
  upload(table_first_, "ronchi/wave/table_first", first);
  upload(entries_, "ronchi/wave/entries", entries);
  upload(per_square_, "ronchi/wave/per_square", per_square);
}

template <class Space>
Slicing BatchWaves<Space>::slicing_of(const WaveItem& item) const {
  const Settings& settings = multislice_.settings();
  Slicing slicing;
  slicing.set(*item.particle, item.pose, settings.slices, settings.thickness);
  if (item.support != nullptr && !item.support->positions.empty())
    slicing.append(item.support->positions, item.support->thickness, slicing.high + item.support->gap, film_slice);
  return slicing;
}

template <class Space>
void BatchWaves<Space>::set_atoms(std::span<const WaveItem> items, const std::vector<Slicing>& slicings, int slices) {
  std::vector<double> places;
  std::vector<int> kinds, firsts;
  const double sampling = multislice_.settings().grid.sampling;
  for (std::size_t w = 0; w < items.size(); ++w) {
    const physics::Particle& particle = *items[w].particle;
    std::vector<int> of_species;
    for (const auto& symbol : particle.symbols) of_species.push_back(multislice_.kind(symbol));
    const int film = slicings[w].order.size() > particle.size() ? multislice_.kind(items[w].support->symbol) : -1;
    const int before = static_cast<int>(kinds.size());
    for (const auto f : slicings[w].first) firsts.push_back(before + f);
    for (const auto a : slicings[w].order) {
      const auto i = static_cast<std::size_t>(a);
      kinds.push_back(i < particle.size() ? of_species[particle.species[i]] : film);
      for (std::size_t c = 0; c < 2; ++c) places.push_back(slicings[w].positions[3 * i + c] / sampling);
    }
  }
  firsts.resize(static_cast<std::size_t>(batch_ * (slices + 1)), 0);  // what is left of the batch has no atoms
  kinds.push_back(0);                                                 // no empty arrays
  places.resize(2 * kinds.size());
  upload(places_, "ronchi/wave/places", places);
  upload(kinds_, "ronchi/wave/kinds", kinds);
  upload(firsts_, "ronchi/wave/firsts", firsts);
}

/// The propagator to the next slice or, behind the last, back to the middle of the particle.
template <class Space>
void BatchWaves<Space>::set_steps(const std::vector<Slicing>& slicings, int slice) {
  const Settings& settings = multislice_.settings();
  const Grid& grid = settings.grid;
  std::vector<double> distances(static_cast<std::size_t>(batch_), 0);
  bool last = false;
  for (std::size_t w = 0; w < slicings.size(); ++w) {
    const auto& z = slicings[w].z;
    const auto s = static_cast<std::size_t>(slice);
    last = s + 1 == z.size();
    distances[w] = last ? -z[s] : z[s + 1] - z[s];
  }
  upload(distances_, "ronchi/wave/distances", distances);
  const double wavelength = physics::wavelength(settings.energy);
  const auto along = [&](std::int64_t n, double tilt, double scale, Factors& factors) {
    const StepFactors step{
        static_cast<int>(n), wavelength,    std::tan(1e-3 * tilt), 1 / (static_cast<double>(n) * grid.sampling), scale,
        distances_.data(),   factors.data()};
    Kokkos::parallel_for("ronchi/wave/step", Kokkos::RangePolicy<Space>(0, batch_ * static_cast<int>(n)), step);
  };
  along(grid.nx, settings.tilt[0], 1, along_x_);
  along(grid.ny, settings.tilt[1], last ? 1 : 1 / static_cast<double>(grid.pixels()), along_y_);
}

template <class Space>
void BatchWaves<Space>::run(std::span<const WaveItem> items) {
  if (items.empty() || items.size() > static_cast<std::size_t>(batch_))
    fail(Fault::internal, "", "{} waves for a batch of {}", items.size(), batch_);
  std::vector<Slicing> slicings;
  for (const WaveItem& item : items) slicings.push_back(slicing_of(item));
  const int slices = slicings.front().slices();
  for (const Slicing& s : slicings)
    if (s.slices() != slices) fail(Fault::internal, "", "waves of {} and of {} slices in one batch", slices, s.slices());
  set_atoms(items, slicings, slices);
  Kokkos::deep_copy(waves_, Value(1, 0));
  const Grid& grid = multislice_.settings().grid;
  const BatchGrid pixels{static_cast<int>(grid.ny), static_cast<int>(grid.nx)};
  const std::int64_t all = batch_ * grid.pixels();
  for (int s = 0; s < slices; ++s) {
    each_pixel<Space>("ronchi/wave/transmit", all,
                      Transmit{pixels, waves_.data(), places_.data(), kinds_.data(), firsts_.data(), s, slices, tables_.data(),
                               per_square_.data(), table_first_.data(), entries_.data()});
    set_steps(slicings, s);
    fft_.forward(raw(waves_.data()));
    each_pixel<Space>("ronchi/wave/propagate", all,
                      Propagate{pixels, waves_.data(), along_x_.data(), along_y_.data(), height_.data()});
    if (s + 1 < slices) fft_.inverse(raw(waves_.data()));
  }
  Space().fence();
}

template <class Space>
void BatchWaves<Space>::exit_waves(std::span<const WaveItem> items, Complex* spectra) {
  std::map<int, std::vector<std::size_t>> by_slices;
  for (std::size_t i = 0; i < items.size(); ++i) by_slices[slicing_of(items[i]).slices()].push_back(i);
  const auto pixels = static_cast<std::size_t>(multislice_.settings().grid.pixels());
  const auto here = Kokkos::create_mirror_view(waves_);
  for (const auto& [slices, which] : by_slices)
    for (std::size_t from = 0; from < which.size(); from += static_cast<std::size_t>(batch_)) {
      std::vector<WaveItem> some;
      for (std::size_t k = from; k < std::min(which.size(), from + static_cast<std::size_t>(batch_)); ++k)
        some.push_back(items[which[k]]);
      run(some);
      Kokkos::deep_copy(here, waves_);
      for (std::size_t k = 0; k < some.size(); ++k)
        std::copy_n(raw(here.data()) + k * pixels, pixels, spectra + which[from + k] * pixels);
    }
}

template class BatchWaves<HostSpace>;
#ifdef KOKKOS_ENABLE_CUDA
template class BatchWaves<Kokkos::Cuda>;
#endif

}  // namespace ronchi::wave
