// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/aberrations.hpp"

#include <cmath>
#include <numbers>
#include <string>

namespace ronchi::wave {

namespace {

constexpr double nm = 10, um = 1e4, mm = 1e7;

double binomial(int n, int k) {
  double b = 1;
  for (int i = 1; i <= k; ++i) b = b * (n - k + i) / i;
  return b;
}

/// The real part of exp(-i angle) i^power.
double turned(double angle, int power) {
  switch (power % 4) {
    case 0:
      return std::cos(angle);
    case 1:
      return std::sin(angle);
    case 2:
      return -std::cos(angle);
    default:
      return -std::sin(angle);
  }
}

std::string sentence(const AberrationTerm& term) {
  static constexpr std::array<const char*, 14> names = {"Defocus: positive is overfocus, negative underfocus",
                                                        "Twofold astigmatism",
                                                        "Axial coma",
                                                        "Threefold astigmatism",
                                                        "Spherical aberration",
                                                        "Star aberration",
                                                        "Fourfold astigmatism",
                                                        "Fourth-order coma",
                                                        "Three-lobe aberration",
                                                        "Fivefold astigmatism",
                                                        "Fifth-order spherical aberration",
                                                        "Fifth-order star aberration",
                                                        "Fifth-order rosette aberration",
                                                        "Sixfold astigmatism"};
  return names[static_cast<std::size_t>(&term - aberration_terms().data())];
}

}  // namespace

const std::array<AberrationTerm, 14>& aberration_terms() {
  using A = Aberrations;
  static const std::array<AberrationTerm, 14> terms = {{{"C10", 1, 0, nm, &A::C10, nullptr},
                                                        {"C12", 1, 2, nm, &A::C12, &A::phi12},
                                                        {"C21", 2, 1, nm, &A::C21, &A::phi21},
                                                        {"C23", 2, 3, nm, &A::C23, &A::phi23},
                                                        {"C30", 3, 0, um, &A::C30, nullptr},
                                                        {"C32", 3, 2, um, &A::C32, &A::phi32},
                                                        {"C34", 3, 4, um, &A::C34, &A::phi34},
                                                        {"C41", 4, 1, um, &A::C41, &A::phi41},
                                                        {"C43", 4, 3, um, &A::C43, &A::phi43},
                                                        {"C45", 4, 5, um, &A::C45, &A::phi45},
                                                        {"C50", 5, 0, mm, &A::C50, nullptr},
                                                        {"C52", 5, 2, mm, &A::C52, &A::phi52},
                                                        {"C54", 5, 4, mm, &A::C54, &A::phi54},
                                                        {"C56", 5, 6, mm, &A::C56, &A::phi56}}};
  return terms;
}

void describe(config::Schema<Aberrations>& s) {
  for (const AberrationTerm& term : aberration_terms()) {
    s.field(term.name, term.value)
        .range(-1e5, 1e5)
        .unit(term.unit == nm   ? "nm"
              : term.unit == um ? "um"
                                : "mm")
        .help(sentence(term));
    if (term.azimuth != nullptr)
      s.field(std::string("phi") + (term.name + 1), term.azimuth)
          .range(-360, 360)
          .unit("deg")
          .help(std::string("Azimuth of ") + term.name + ", from +x towards +y (downwards in the picture)");
  }
}

AberrationFunction::AberrationFunction(const Aberrations& aberrations, double wavelength) {
  for (const AberrationTerm& term : aberration_terms()) {
    const double value = aberrations.*term.value * term.unit;
    if (value == 0) continue;
    const double angle = term.azimuth == nullptr ? 0 : term.m * (aberrations.*term.azimuth) * std::numbers::pi / 180;
    const double scale = value * std::pow(wavelength, term.n) / (term.n + 1);
    const int rounds = (term.n + 1 - term.m) / 2;
    // Re[exp(-i m phi_nm) (kx + i ky)^m] (kx^2 + ky^2)^rounds
    for (int l = 0; l <= term.m; ++l)
      for (int r = 0; r <= rounds; ++r)
        turns_[static_cast<std::size_t>(l + 2 * r)][static_cast<std::size_t>(term.m - l + 2 * (rounds - r))] +=
            scale * binomial(term.m, l) * turned(angle, l) * binomial(rounds, r);
  }
}

double AberrationFunction::chi(double kx, double ky) const {
  double sum = 0;
  for (std::size_t j = degree + 1; j-- > 0;) {
    double row = 0;
    for (std::size_t i = degree + 1 - j; i-- > 0;) row = row * kx + turns_[j][i];
    sum = sum * ky + row;
  }
  return 2 * std::numbers::pi * sum;
}

std::array<double, 2> AberrationFunction::gradient(double kx, double ky) const {
  double along_x = 0, along_y = 0;
  for (std::size_t j = degree + 1; j-- > 0;) {
    double row = 0, slope = 0;
    for (std::size_t i = degree + 1 - j; i-- > 0;) {
      slope = slope * kx + row;
      row = row * kx + turns_[j][i];
    }
    along_x = along_x * ky + slope;
    if (j > 0) along_y = along_y * ky + static_cast<double>(j) * row;
  }
  return {2 * std::numbers::pi * along_x, 2 * std::numbers::pi * along_y};
}

double scherzer_defocus(double C30, double wavelength) {
  const double c = std::abs(C30) * um;
  return (C30 < 0 ? 1 : -1) * std::sqrt(4.0 / 3 * c * wavelength) / nm;
}

double scherzer_resolution(double C30, double wavelength) {
  return std::pow(3.0 / 16, 0.25) * std::pow(std::abs(C30) * um, 0.25) * std::pow(wavelength, 0.75);
}

}  // namespace ronchi::wave
