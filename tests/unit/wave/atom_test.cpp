// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/atom.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <numbers>

#include "framework/physics/electrons.hpp"
#include "framework/wave/kernels.hpp"

namespace ronchi::wave {

namespace {

using physics::Parametrization;
constexpr double pi = std::numbers::pi;

/// 2 pi integral of f(r) r dr, in r = x^2 against a singularity at 0, by Simpson's rule.
template <class F>
double over_the_plane(const F& f) {
  constexpr int steps = 6000;
  const double h = std::sqrt(14.0) / steps;
  double sum = 0;
  for (int i = 1; i < steps; ++i) sum += (i % 2 == 0 ? 2 : 4) * f(i * h * i * h) * 2 * pi * std::pow(i * h, 3) * 2;
  return sum * h / 3;
}

}  // namespace

TEST(AtomPhase, IntegratesToTheForwardScatteringFactor) {
  // sigma times the integral of the projected potential = lambda gamma f_e(0), an exact property of the transform.
  for (const auto table : {Parametrization::lobato, Parametrization::kirkland})
    for (const int z : {1, 6, 27, 47, 79})
      for (const double energy : {80.0, 200.0}) {
        const double whole = over_the_plane([&](double r) { return atom_phase(energy, table, z, r); });
        const double expected =
            physics::wavelength(energy) * physics::relativistic_mass(energy) * physics::scattering_factor(table, z, 0);
        EXPECT_NEAR(whole / expected, 1, 2e-4) << z;
        EXPECT_NEAR(
            physics::interaction_parameter(energy) * physics::potential_of_scattering * physics::scattering_factor(table, z, 0),
            expected, 1e-12);
      }
}

TEST(AtomPhase, IsTheFourierTransformOfTheScatteringFactorAtEveryAngle) {
  for (const auto table : {Parametrization::lobato, Parametrization::kirkland})
    for (const double q : {0.25, 1.0, 2.0}) {
      const double transform = over_the_plane([&](double r) { return atom_phase(200, table, 47, r) * ::j0(2 * pi * q * r); });
      EXPECT_NEAR(transform / physics::interaction_parameter(200) / physics::potential_of_scattering /
                      physics::scattering_factor(table, 47, q),
                  1, 2e-3)
          << q;
    }
}

TEST(AtomTransmission, OfAWeakAtomIsItsPhase) {
  // exp(i phi) - 1 = i phi to first order: the spectrum is i lambda gamma f_e, less half of phi^2.
  const AtomTransmission hydrogen(300, Parametrization::lobato, 1, 1.5);
  const double scale = physics::wavelength(300) * physics::relativistic_mass(300);
  for (const double k : {0.0, 0.3, 0.8, 1.4}) {
    const double first = scale * physics::scattering_factor(Parametrization::lobato, 1, k);
    EXPECT_NEAR(hydrogen.spectrum(k).imag(), first, 2e-3 * scale * physics::scattering_factor(Parametrization::lobato, 1, 0)) << k;
    EXPECT_LT(std::abs(hydrogen.spectrum(k).real()), 0.02 * hydrogen.spectrum(0).imag());
  }
}

TEST(AtomTransmission, ObeysTheOpticalTheorem) {
  // |exp(i phi)| = 1: the integral of |t - 1|^2 is -2 Re S(0), and by Parseval that of |S(k)|^2 over all k; the band has a part.
  for (const int z : {27, 47, 79}) {
    const AtomTransmission atom(200, Parametrization::lobato, z, 3);
    const double lost = -2 * atom.spectrum(0).real();
    EXPECT_NEAR(lost, over_the_plane([&](double r) {
                  return std::norm(std::polar(1.0, atom_phase(200, Parametrization::lobato, z, r)) - 1.0);
                }),
                1e-3 * lost);
    double within = 0;
    for (int i = 0; i < 600; ++i) within += 2 * pi * (i + 0.5) * 0.005 * 0.005 * std::norm(atom.spectrum((i + 0.5) * 0.005));
    EXPECT_LT(within, lost);
    EXPECT_GT(within, 0.8 * lost);
  }
}

TEST(AtomTransmission, TableIsTheBandLimitedTransmission) {
  for (const double band : {0.77, 1.5, 4.0}) {
    const AtomTransmission atom(200, Parametrization::lobato, 47, band);
    const double peak = std::abs(atom.at(0));
    for (double r = 0.003; r < atom.reach() - 1; r += 0.0171) {
      const double position = r * r / (atom.reach() * atom.reach()) * atom.entries();
      const auto j = static_cast<std::size_t>(position);
      const double f = position - static_cast<double>(j);
      const auto& t = atom.table();
      const std::complex<double> here(t[2 * j] * (1 - f) + t[2 * j + 2] * f, t[2 * j + 1] * (1 - f) + t[2 * j + 3] * f);
      EXPECT_LT(std::abs(here - atom.at(r)), 1e-3 * peak) << band << " " << r;
    }
    for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(atom.table()[atom.table().size() - 1 - i], 0);
  }
}

TEST(Kernels, EveryInstructionSetGivesTheSameBytes) {
  const AtomTransmission atom(200, Parametrization::kirkland, 47, 1.5);
  constexpr std::int64_t n = 96;
  const auto filled = [](float start) {
    RealField field(2 * n);
    for (std::size_t i = 0; i < field.size(); ++i) field[i] = std::sin(start + static_cast<float>(i) * 1.7f);
    return field;
  };
  const auto results = [&](const Kernels& kernels) {
    std::vector<RealField> out{filled(1), filled(2), filled(3), filled(4)};
    kernels.stamp(out[0].data(), out[1].data(), n, -21.37f, 3.21f, 14.2f, atom.table().data(), atom.entries());
    kernels.multiply(out[2].data(), out[0].data(), out[1].data(), n - 3);
    kernels.advance(out[3].data(), out[2].data(), 0.3f, -0.8f, n - 5);
    return out;
  };
  const auto list = available_kernels();
  const auto expected = results(detail::portable_kernels);
  EXPECT_NE(expected[0], filled(1));
  EXPECT_NE(expected[2], filled(3));
  EXPECT_NE(expected[3], filled(4));
  for (int i = 0; i < list.count; ++i) {
    const auto out = results(*list.sets[i]);
    for (std::size_t f = 0; f < out.size(); ++f)
      EXPECT_EQ(std::memcmp(out[f].data(), expected[f].data(), out[f].size() * sizeof(float)), 0) << list.sets[i]->name << " " << f;
  }
}

TEST(Kernels, ComputeWhatTheySay) {
  const float table[] = {0.5f, 1, 0.25f, -1, 0, 0, 0, 0};  // entries at r^2 = 0, 1, and from 2 on nothing
  RealField re(16, 2), im(16, 1);
  detail::portable_kernels.stamp(re.data(), im.data(), 16, -0.5f, 0.5f, 1, table, 2);
  // Pixels 0 and 1 are at r^2 = 0.5: t = 1 + 0.375 + 0 i; pixel 2 at 2.5: t = 1.
  EXPECT_FLOAT_EQ(re[0], 2.75f);
  EXPECT_FLOAT_EQ(im[0], 1.375f);
  EXPECT_FLOAT_EQ(re[1], 2.75f);
  EXPECT_EQ(re[2], 2);
  EXPECT_EQ(im[2], 1);
  float wave[] = {1, 2}, factor[] = {3, -1};
  const float a = 3, b = -1;
  detail::portable_kernels.multiply(wave, &a, &b, 1);  // (1 + 2i)(3 - i) = 5 + 5i
  EXPECT_EQ(wave[0], 5);
  EXPECT_EQ(wave[1], 5);
  detail::portable_kernels.advance(wave, factor, 0, 2, 1);  // (5 + 5i)(3 - i) 2i = -20 + 40i
  EXPECT_EQ(wave[0], -20);
  EXPECT_EQ(wave[1], 40);
}

}  // namespace ronchi::wave
