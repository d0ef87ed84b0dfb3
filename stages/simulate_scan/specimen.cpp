// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_scan/specimen.hpp"

#include <cmath>
#include <numbers>

#include "stages/simulate_scan/precipitates.hpp"
#include "stages/simulate_scan/wire.hpp"

namespace ronchi::simulate_scan {

std::shared_ptr<const Specimen> make_specimen(const Options& options, std::uint64_t seed) {
  if (options.specimen == SpecimenKind::precipitates) return std::make_shared<Precipitates>(options, seed);
  return std::make_shared<Wire>(options, seed);
}

double slow_wave(double u, const double* phases) {
  const double angle = 2 * std::numbers::pi * u;
  return 0.7 * std::sin(angle + phases[0]) + 0.3 * std::sin(2.3 * angle + phases[1]);
}

}  // namespace ronchi::simulate_scan
