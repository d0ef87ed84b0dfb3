// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/lens.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <numbers>

#include "framework/base/error.hpp"
#include "framework/physics/electrons.hpp"
#include "tests/unit/wave/waves.hpp"

namespace ronchi::wave {
namespace {

using namespace testing;
constexpr double pi = std::numbers::pi;

LensOptions everything() {
  LensOptions o;
  double v = 1;
  for (const auto& t : aberration_terms()) {
    o.aberrations.*t.value = v += 0.29;
    if (t.azimuth != nullptr) o.aberrations.*t.azimuth = 17 * v;
  }
  o.focal_spread = 2;
  o.source_angle = 0.3;
  o.aperture = 30;
  o.aperture_edge = 5;
  return o;
}

TEST(Lens, EnvelopesHaveTheirClosedForms) {
  LensOptions o;
  o.focal_spread = 4;
  o.aberrations.C30 = 1000;
  o.aberrations.C10 = -50;
  const Lens temporal(o, 200);
  const double k = 0.55, lambda = temporal.wavelength();
  EXPECT_NEAR(std::abs(temporal.transfer(k, 0)), std::exp(-std::pow(pi / 2 * 40 / lambda * std::pow(lambda * k, 2), 2)), 1e-12);
  EXPECT_NEAR(std::abs(temporal.transfer(0, k)), std::exp(-std::pow(pi * lambda * 40 / std::sqrt(2), 2) * std::pow(k, 4) / 2),
              1e-12)
      << "the form with a standard deviation";
  o.focal_spread = 0;
  o.source_angle = 0.4;
  const Lens spatial(o, 200);
  // d chi / d alpha = 2 pi / lambda (C10 alpha + C30 alpha^3)
  const double alpha = lambda * k, slope = 2 * pi / lambda * (-500 * alpha + 1e7 * std::pow(alpha, 3));
  EXPECT_NEAR(std::abs(spatial.transfer(k * 0.6, k * 0.8)), std::exp(-std::pow(0.4e-3 / 2 * slope, 2)), 1e-12);
  EXPECT_NEAR(std::arg(spatial.transfer(k, 0)), std::remainder(-spatial.aberrations().chi(k, 0), 2 * pi), 1e-9);
}

TEST(Lens, FocalSpreadOfItsSources) {
  // Cc dE / E with a standard deviation of 0.7 eV FWHM, 200 kV, r = (1 + E/mc2) / (1 + E/2mc2)
  const double r = (1 + 200 / 510.99895) / (1 + 100 / 510.99895);
  EXPECT_NEAR(focal_spread_of(1.2, 0.7, 0, 0, 200), std::sqrt(2) * 1.2e6 * r * 0.7 / 2.354820045 / 200e3, 1e-9);
  EXPECT_NEAR(focal_spread_of(1.2, 0, 0.5, 0, 200), std::sqrt(2) * 1.2e6 * r * 0.5e-6, 1e-9);
  EXPECT_NEAR(focal_spread_of(1.2, 0, 0, 0.5, 200), std::sqrt(2) * 1.2e6 * 2 * 0.5e-6, 1e-9);
  const double a = focal_spread_of(1.2, 0.7, 0, 0, 200), b = focal_spread_of(1.2, 0, 0.5, 0, 200),
               c = focal_spread_of(1.2, 0, 0, 0.5, 200);
  EXPECT_NEAR(focal_spread_of(1.2, 0.7, 0.5, 0.5, 200), std::sqrt(a * a + b * b + c * c), 1e-9);
  // r is what the wavelength says: f is a function of U* and 1 / lambda^2 is proportional to U*.
  const double h = 1e-3, up = physics::wavelength(200 + h), down = physics::wavelength(200 - h);
  EXPECT_NEAR(-2 * std::log(up / down) / (2 * h) * 200, r, 1e-7);
  LensOptions o;
  EXPECT_NEAR(Lens(o, 200).focal_spread(), 10 * focal_spread_of(o.Cc, o.energy_width, 0, 0, 200), 1e-9);
}

TEST(Lens, AperturePassesHalfAtItsRadiusWithASoftEdge) {
  LensOptions o = ideal();
  o.aperture = 20;
  const double radius = 0.02 / physics::wavelength(200);
  EXPECT_EQ(std::abs(Lens(o, 200).transfer(radius * 0.999, 0)), 1);
  EXPECT_EQ(std::abs(Lens(o, 200).transfer(0, radius * 1.001)), 0);
  o.aperture_edge = 4;
  const Lens soft(o, 200);
  EXPECT_NEAR(std::abs(soft.transfer(radius * 0.6, radius * 0.8)), 0.5, 1e-12);
  EXPECT_EQ(std::abs(soft.transfer(radius * 0.899, 0)), 1);
  EXPECT_EQ(std::abs(soft.transfer(radius * 1.101, 0)), 0);
  EXPECT_NEAR(soft.reach(), radius * 1.1, 1e-9);
}

TEST(Lens, NothingPassesBeyondItsReach) {
  LensOptions o = everything();
  o.aperture = 0;
  const Lens lens(o, 200);
  for (double phi = 0; phi < 6.3; phi += 0.5) {
    const double k = 1.0001 * lens.reach();
    EXPECT_LE(std::abs(lens.transfer(k * std::cos(phi), k * std::sin(phi))), 1e-6);
  }
  o.source_angle = 0;
  const double k = 0.99 * lens.reach();
  EXPECT_GT(std::abs(Lens(o, 200).transfer(k, 0)), 1e-6) << "and no sooner";
  o = ideal();
  o.aperture = 10;
  o.source_angle = 1;
  o.coherence = Coherence::full;
  const Lens tilted(o, 200);
  double inside = 0;
  for (const auto& part : tilted.parts(1)) {
    EXPECT_EQ(std::abs(tilted.transfer(1.0001 * tilted.reach(), 0, part)), 0);
    inside = std::max(inside, std::abs(tilted.transfer(0.999 * tilted.reach(), 0, part)));
  }
  EXPECT_EQ(inside, 1) << "a tilted beam's wave lies off the middle of the aperture";
}

TEST(Lens, FastPathIsTheTransferFunction) {
  for (const bool tilted : {false, true}) {
    const Lens lens(everything(), 300);
    CoherentPart part;
    if (tilted) part = {25, 0.01, -0.02, 1};
    const auto sets = available_transfer_kernels();
    for (int s = 0; s < sets.count; ++s)
      for (double kx = -1.5; kx < 1.6; kx += 0.43) {
        constexpr long n = 301;
        std::vector<Complex> in(n, {0.6f, 0.8f}), out(n);
        sets.sets[s]->apply(lens.column(kx, -1.5, 0.01, part), n, reinterpret_cast<const float*>(in.data()),
                            reinterpret_cast<float*>(out.data()));
        for (long i = 0; i < n; ++i) {
          const auto expected = lens.transfer(kx, -1.5 + 0.01 * static_cast<double>(i), part) * std::complex<double>(0.6f, 0.8f);
          EXPECT_NEAR(out[static_cast<std::size_t>(i)].real(), expected.real(), 2e-6)
              << sets.sets[s]->name << " " << kx << " " << i;
          EXPECT_NEAR(out[static_cast<std::size_t>(i)].imag(), expected.imag(), 2e-6);
        }
      }
  }
}

TEST(Lens, PhasesOfManyTurnsAreExact) {
  LensOptions o = ideal();
  o.aberrations.C30 = 3000;
  o.aberrations.C10 = -2000;
  const Lens lens(o, 200);
  EXPECT_GT(std::abs(lens.aberrations().chi(2, 0)), 1000);
  std::vector<Complex> one{{1, 0}}, out(1);
  for (double k = 1.5; k < 2.5; k += 0.013) {
    available_transfer_kernels().sets[0]->apply(lens.column(0.3, k, 1, {}), 1, reinterpret_cast<const float*>(one.data()),
                                                reinterpret_cast<float*>(out.data()));
    EXPECT_NEAR(std::abs(std::complex<double>(out[0]) - lens.transfer(0.3, k)), 0, 1e-6);
  }
}

TEST(Lens, InstructionSetsGiveTheSameBytes) {
  const Lens lens(everything(), 80);
  const auto sets = available_transfer_kernels();
  constexpr long n = 1000;
  std::vector<Complex> in(n), expected(n), out(n);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = std::polar(1.f + static_cast<float>(i % 7), 0.3f * static_cast<float>(i));
  const auto reals = [](std::vector<Complex>& v) { return reinterpret_cast<float*>(v.data()); };
  for (const double kx : {0.0, -0.7, 1.3}) {
    const TransferColumn column = lens.column(kx, -2, 0.004, {});
    available_transfer_kernels().sets[sets.count - 1]->apply(column, n, reals(in), reals(expected));
    std::vector<float> total(n, 0.3f);
    sets.sets[sets.count - 1]->add_intensity(reals(expected), n, 0.7f, total.data());
    for (int s = 0; s < sets.count; ++s)
      for (const long count : {n, n - 1, 63L, 5L}) {
        sets.sets[s]->apply(column, count, reals(in), reals(out));
        EXPECT_EQ(std::memcmp(out.data(), expected.data(), static_cast<std::size_t>(count) * sizeof(Complex)), 0)
            << sets.sets[s]->name;
        std::vector<float> sum(n, 0.3f);
        sets.sets[s]->add_intensity(reals(expected), count, 0.7f, sum.data());
        EXPECT_EQ(std::memcmp(sum.data(), total.data(), static_cast<std::size_t>(count) * sizeof(float)), 0) << sets.sets[s]->name;
      }
  }
}

/// What an average leaves of the interference of the beams k and p: the mean over the parts of H(k) H*(p).
std::complex<double> left_over(const Lens& lens, const std::vector<CoherentPart>& parts, std::array<double, 2> k,
                               std::array<double, 2> p = {0, 0}) {
  std::complex<double> sum = 0;
  for (const auto& part : parts) sum += part.weight * lens.transfer(k[0], k[1], part) * std::conj(lens.transfer(p[0], p[1], part));
  return sum;
}

/// exp(-i a x) averaged over exp(-x^2) is exp(-a^2 / 4): the envelope of focus, for any number of steps that is allowed.
TEST(Lens, AveragesOverTheFocusAreTheEnvelope) {
  LensOptions o;
  o.coherence = Coherence::focal;
  o.aberrations.C30 = 20;
  for (const double spread : {0.2, 3.0, 8.0, 30.0})
    for (const double band : {0.3, 0.8, 1.53}) {
      o.focal_spread = spread;
      o.focal_steps.reset();
      const auto least = static_cast<std::int64_t>(Lens(o, 200).parts(band).size());
      EXPECT_GE(least, 7);
      for (const std::int64_t steps : {least, least + 1, least + 7, std::int64_t{201}}) {
        o.focal_steps = steps;
        const Lens lens(o, 200);
        const auto parts = lens.parts(band);
        ASSERT_EQ(parts.size(), static_cast<std::size_t>(steps));
        for (double k = 0; k <= band; k += band / 60) {
          const double phase = pi * lens.wavelength() * 10 * spread * k * k;
          const auto expected = std::polar(std::exp(-phase * phase / 4), -lens.aberrations().chi(k, 0));
          ASSERT_NEAR(std::abs(left_over(lens, parts, {k, 0}) - expected), 0, 3e-4)
              << spread << " nm, " << steps << " steps, " << k;
        }
      }
      if (least == 7) continue;
      o.focal_steps = least - 1;
      try {
        (void)Lens(o, 200).parts(band);
        FAIL() << spread << " " << band;
      } catch (const Failure& f) {
        EXPECT_EQ(f.error().fault, Fault::usage);
        EXPECT_NE(f.error().advice.find(std::to_string(least)), std::string::npos) << f.error().advice;
      }
    }
}

/// Where chi is a defocus alone, the phase between two beams is straight over the source and its average exp(-(a D / 2)^2) exact,
/// D the difference of their slopes.
TEST(Lens, AveragesOverTheDirectionAreTheEnvelope) {
  LensOptions o = ideal();
  o.coherence = Coherence::full;
  for (const double defocus : {-5.0, -150.0})
    for (const double angle : {0.1, 0.8}) {
      o.aberrations.C10 = defocus;
      o.source_angle = angle;
      const Lens lens(o, 200);
      constexpr double band = 0.6;
      const auto parts = lens.parts(band);
      EXPECT_GE(parts.size(), 29u) << "a circle among 7 x 7";
      for (const std::array<double, 2> k : {std::array{0.02, 0.0}, {0.1, 0.1}, {0.0, -0.3}, {0.4, 0.2}, {-0.6, 0.0}})
        for (const double mirrored : {0.0, -1.0}) {  // against the beam that goes straight on, and against its mirror image
          const double slope = 2 * pi * defocus * 10 * (1 - mirrored) * std::hypot(k[0], k[1]);  // per rad
          ASSERT_NEAR(std::abs(left_over(lens, parts, k, {mirrored * k[0], mirrored * k[1]})),
                      std::exp(-std::pow(slope * angle * 1e-3 / 2, 2)), 4e-4)
              << defocus << " nm, " << angle << " mrad, " << k[0] << ", " << k[1];
        }
    }
  o.angle_steps = 7;
  EXPECT_THROW((void)Lens(o, 200).parts(0.6), Failure) << "150 nm out of focus, 0.8 mrad";
  o.aperture = 0.2;
  EXPECT_NO_THROW((void)Lens(o, 200).parts(0.6)) << "only low frequencies pass";
}

TEST(Lens, AveragesHaveTheVarianceOfTheirSpread) {
  LensOptions o;
  o.focal_spread = 3;
  o.source_angle = 0.5;
  o.coherence = Coherence::full;
  for (const double band : {0.1, 1.0}) {
    const Lens lens(o, 200);
    double sum = 0, defocus = 0, angle = 0, first = 0;
    for (const auto& p : lens.parts(band)) {
      sum += p.weight;
      defocus += p.weight * p.defocus * p.defocus;
      angle += p.weight * (p.qx * p.qx + p.qy * p.qy) * std::pow(lens.wavelength(), 2);
      first += p.weight * (p.defocus + p.qx + p.qy);
    }
    EXPECT_NEAR(sum, 1, 1e-12);
    EXPECT_NEAR(first, 0, 1e-12);
    EXPECT_NEAR(defocus, 30.0 * 30 / 2, 30 * 30 * 2e-3) << "1/e half width is sqrt 2 standard deviations";
    EXPECT_NEAR(angle, 0.5e-3 * 0.5e-3, 0.5e-3 * 0.5e-3 * 5e-3) << "of both axes together";
  }
  o.coherence = Coherence::envelopes;
  EXPECT_EQ(Lens(o, 200).parts(1).size(), 1u);
  o.coherence = Coherence::full;
  o.focal_spread = 0;
  o.source_angle = 0;
  EXPECT_EQ(Lens(o, 200).parts(1).size(), 1u) << "nothing to average";
}

TEST(Lens, SaysWhatIsWrong) {
  LensOptions o;
  EXPECT_THROW(Lens(o, 0), Failure);
  o.aperture = 10;
  o.aperture_edge = 30;
  EXPECT_THROW(Lens(o, 200), Failure);
  o = {};
  o.focal_spread = 1000;
  o.coherence = Coherence::focal;
  EXPECT_THROW((void)Lens(o, 200).parts(2), Failure) << "no average of so many images";
}

}  // namespace
}  // namespace ronchi::wave
