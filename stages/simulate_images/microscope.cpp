// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_images/microscope.hpp"

#include <algorithm>
#include <cmath>

namespace ronchi::simulate_images {

namespace {

/// Sizes of the squares about particles: few, so that each thread has few workspaces.
std::int64_t box_size(double least) {
  for (std::int64_t power = 32;; power *= 2)
    for (const std::int64_t n : {power, power * 5 / 4, power * 3 / 2})
      if (static_cast<double>(n) >= least) return n;
}

wave::Grid stored_of(const wave::Grid& field, double band) {
  const std::int64_t n = wave::good_side(static_cast<std::int64_t>(std::ceil(2 * band * field.width())) + 2);
  return {n, n, field.width() / static_cast<double>(n)};
}

std::vector<std::string> symbols_with_film(const Options& o, std::span<const std::string> symbols) {
  std::vector<std::string> all(symbols.begin(), symbols.end());
  if (o.carbon > 0 && std::find(all.begin(), all.end(), "C") == all.end()) all.emplace_back("C");
  return all;
}

}  // namespace

Microscope::Microscope(const Options& options, std::span<const std::string> symbols)
    : options_(options),
      symbols_(symbols_with_film(options, symbols)),
      image_{options.pixels, options.pixels, 10 * options.sampling},
      field_(field_of(options)),
      stored_(stored_of(field_, field_.nyquist() * 2 / 3)),
      fft_(field_),
      stored_fft_(stored_) {
  for (const auto& symbol : symbols_) {
    const int z = physics::atomic_number(symbol, options.scattering);
    least_box_ =
        std::max(least_box_, wave::Multislice::least_width({options.energy, options.scattering, z, band()}, field_.sampling));
  }
}

Microscope::Workspace::Box::Box(const wave::Multislice& multislice)
    : workspace(multislice), wave(static_cast<std::size_t>(multislice.settings().grid.pixels())) {}

Microscope::Workspace::Workspace(const Microscope& m)
    : field_(static_cast<std::size_t>(m.field_.pixels())),
      stored_(m.options_.store == Store::images ? 0 : static_cast<std::size_t>(m.stored_.pixels())),
      imaging_(m.field_, m.band(), m.image_),
      detector_(m.options_.detector, m.image_) {}

const wave::Multislice& Microscope::multislice(std::int64_t pixels) const {
  const std::lock_guard lock(making_);
  auto& made = multislices_[pixels];
  if (!made) {
    wave::Settings settings;
    settings.grid = {pixels, pixels, field_.sampling};
    settings.energy = options_.energy;
    settings.table = options_.scattering;
    settings.slices = options_.slices;
    settings.thickness = options_.slice_thickness;
    made = std::make_unique<wave::Multislice>(settings, symbols_);
  }
  return *made;
}

void Microscope::limit(wave::Field& spectrum) const {
  const std::int64_t n = field_.nx;
  const double most = band() * band();
  for (std::int64_t y = 0; y < n; ++y) {
    const double ky = field_.frequency(y, n), kept = most - ky * ky;
    // Frequencies 0 to `half` and -half to -1 of this row are within the band.
    const auto half =
        kept < 0 ? std::int64_t{-1} : std::min(n / 2 - 1, static_cast<std::int64_t>(std::sqrt(kept) * field_.width()));
    wave::Complex* row = spectrum.data() + y * n;
    std::fill(row + half + 1, row + (half < 0 ? n : n - half), wave::Complex(0));
  }
}

void Microscope::expose(const physics::Particle& particle, const Stance& stance, Workspace& w,
                        const std::optional<wave::Support>& film) const {
  const double s = field_.sampling, x = field_.width() / 2 + stance.x, y = field_.height() / 2 + stance.y;
  wave::require_room(particle, {physics::no_rotation, x, y}, field_);
  const double width = std::max(2 * (wave::radius_of(particle) + 10 * options_.margin), least_box_);
  std::int64_t n = box_size(width / s), left = 0, top = 0;
  if (n < field_.nx && !film) {
    left = std::llround(x / s) - n / 2;
    top = std::llround(y / s) - n / 2;
  } else {
    n = field_.nx;
  }
  const wave::Multislice& multislice = this->multislice(n);
  Workspace::Box& box = w.boxes_.try_emplace(n, multislice).first->second;
  const wave::Pose pose{physics::rotation_of(stance.quaternion), x - static_cast<double>(left) * s,
                        y - static_cast<double>(top) * s};
  if (n == field_.nx) return multislice.exit_wave(particle, pose, box.workspace, w.field_.data(), film ? &*film : nullptr);
  multislice.exit_wave(particle, pose, box.workspace, box.wave.data());
  wave::embed(multislice.fft(), box.wave.data(), fft_, top, left, w.field_.data());
  limit(w.field_);
}

void Microscope::take(const Conditions& conditions, Workspace& w, float* clean) const {
  w.imaging_(wave::Lens(conditions.lens, options_.energy), w.field_.data(), clean);
}

wave::Detector::Clipped Microscope::record(const Conditions& conditions, std::uint64_t seed, std::int64_t item, std::int64_t image,
                                           const float* clean, Workspace& w, std::uint16_t* noisy) const {
  w.detector_.set_dose(conditions.dose);
  return w.detector_.record(clean, seed, stream, static_cast<std::uint64_t>(item), use_of(Use::noise, image), noisy);
}

void Microscope::keep(Workspace& w, float* out) const {
  wave::resample(field_, w.field_.data(), stored_, w.stored_.data());
  stored_fft_.inverse(w.stored_.data());
  const float scale = 1 / static_cast<float>(stored_.pixels());
  for (std::size_t i = 0; i < w.stored_.size(); ++i) {
    out[2 * i] = scale * w.stored_[i].real();
    out[2 * i + 1] = scale * w.stored_[i].imag();
  }
}

}  // namespace ronchi::simulate_images
