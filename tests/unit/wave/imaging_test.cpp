// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/wave/imaging.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "framework/base/error.hpp"
#include "framework/physics/electrons.hpp"
#include "tests/unit/wave/waves.hpp"

namespace ronchi::wave {
namespace {

using namespace testing;
constexpr double pi = std::numbers::pi;
constexpr double length = 24;  // A, of the fields
const Grid wave_grid = square(128, length);
const double band = wave_grid.nyquist() * 2 / 3;
constexpr double soft_band = 1;  // 1/A; atoms 0.9 A wide end there

float at(const RealField& image, const Grid& grid, double x, double y) {
  const auto column = static_cast<std::int64_t>(std::lround(x / grid.sampling)),
             row = static_cast<std::int64_t>(std::lround(y / grid.sampling));
  return image[static_cast<std::size_t>(row * grid.nx + column)];
}

TEST(Imaging, AnIdealLensShowsTheIntensityOfTheWave) {
  const Field psi = atoms(wave_grid, {{6, 9}, {15, 12}}, 1.2, 0.4, band);
  Field wave = psi;
  Fft(wave_grid).inverse(wave.data());
  // Atoms so sharp that the intensity is strong up to twice the wave's band. The image must be I without the frequencies beyond the
  // image's Nyquist frequency, computed here by a plain sum.
  const Grid image_grid = square(32, length);
  const RealField image = image_of(wave_grid, band, image_grid, Lens(ideal(), 200), psi);
  const auto n = static_cast<std::size_t>(wave_grid.nx);
  std::vector<double> intensity(wave.size());
  for (std::size_t i = 0; i < wave.size(); ++i) intensity[i] = std::norm(std::complex<double>(wave[i])) / std::pow(128.0, 4);
  for (const int row : {0, 5, 11})
    for (const int column : {0, 8, 21}) {
      double sum = 0;
      for (std::size_t y = 0; y < n; ++y)
        for (std::size_t x = 0; x < n; ++x) {
          const double dx = 2 * pi * (column / 32.0 - static_cast<double>(x) / 128),
                       dy = 2 * pi * (row / 32.0 - static_cast<double>(y) / 128);
          double kernel_x = 1, kernel_y = 1;  // frequencies -15 ... 15
          for (int f = 1; f < 16; ++f) {
            kernel_x += 2 * std::cos(f * dx);
            kernel_y += 2 * std::cos(f * dy);
          }
          sum += intensity[y * n + x] * kernel_x * kernel_y;
        }
      EXPECT_NEAR(image[static_cast<std::size_t>(row * 32 + column)], sum / (128 * 128), 2e-5) << row << " " << column;
    }
}

TEST(Imaging, CroppingTheWaveInsteadWouldBeWrong) {
  const Field psi = atoms(wave_grid, {{12, 12}}, 1.5, 0.8, band);
  const Grid small = square(32, length);
  const Lens lens(ideal(), 200);
  const RealField image = image_of(wave_grid, band, small, lens, psi),
                  cropped = image_of(wave_grid, small.nyquist(), small, lens, psi);
  EXPECT_GT(distance(image, cropped), 0.1 * contrast(image)) << "the half of the wave's band counts";
}

TEST(Imaging, DoesNotDependOnTheGridsThatItPassesThrough) {
  // The same field at a finer sampling, and images on grids that need a crop and on one that does not.
  const Grid fine = square(160, length);
  LensOptions o = ideal();
  o.focal_spread = 3;
  o.aberrations.C30 = 20;
  o.aberrations.C10 = -6;
  const Lens lens(o, 200);
  const Field psi = atoms(wave_grid, {{6, 9}, {15, 12}}, 0.9, 1.0, band), other = atoms(fine, {{6, 9}, {15, 12}}, 0.9, 1.0, band);
  for (const std::int64_t pixels : {32, 64, 128, 256}) {
    const Grid image = square(pixels, length);
    const RealField a = image_of(wave_grid, band, image, lens, psi), b = image_of(fine, band, image, lens, other);
    EXPECT_LT(distance(a, b), 1e-5) << pixels;
  }
  const Imaging direct(wave_grid, band, square(256, length)), cropping(wave_grid, band, square(64, length));
  EXPECT_EQ(direct.working_grid(lens).nx, 256) << "large enough for the whole intensity";
  EXPECT_GT(cropping.working_grid(lens).nx, 64);
  // Every fourth pixel of the finest image, whose band is whole, is a sample of I; the crop takes away what lies beyond.
  const RealField whole = image_of(wave_grid, band, square(256, length), lens, psi),
                  half = image_of(wave_grid, band, square(128, length), lens, psi);
  double worst = 0;
  for (std::size_t y = 0; y < 128; ++y)
    for (std::size_t x = 0; x < 128; ++x)
      worst = std::max(worst, std::abs(static_cast<double>(whole[4 * y * 128 + 2 * x]) - half[y * 128 + x]));
  EXPECT_LT(worst, 1e-4) << "this lens leaves next to nothing beyond the Nyquist frequency of 128 pixels";
}

TEST(Imaging, VacuumIsOneAndElectronsAreConserved) {
  LensOptions o = ideal();
  o.aberrations.C10 = -30;
  o.aberrations.C30 = 500;
  o.aberrations.C23 = 40;
  const Field vacuum = atoms(wave_grid, {}, 0, 1, band);
  const Grid image = square(64, length);
  for (const float v : image_of(wave_grid, band, image, Lens(o, 200), vacuum)) ASSERT_NEAR(v, 1, 1e-6);
  const Field psi = atoms(wave_grid, {{5, 7}, {13, 11}, {14, 17}}, 1.5, 0.9, band);
  double passing = 0;
  for (const Complex v : psi) passing += std::norm(std::complex<double>(v)) / std::pow(128.0, 4);
  EXPECT_NEAR(mean(image_of(wave_grid, band, image, Lens(o, 200), psi)), passing, 1e-6)
      << "a lens without an aperture absorbs nothing";
  o.aperture = 7;
  double inside = 0;
  for (std::int64_t y = 0; y < 128; ++y)
    for (std::int64_t x = 0; x < 128; ++x)
      if (std::hypot(wave_grid.frequency(y, 128), wave_grid.frequency(x, 128)) < 7e-3 / physics::wavelength(200))
        inside += std::norm(std::complex<double>(psi[static_cast<std::size_t>(y * 128 + x)])) / std::pow(128.0, 4);
  EXPECT_LT(inside, passing - 0.003);
  EXPECT_NEAR(mean(image_of(wave_grid, band, image, Lens(o, 200), psi)), inside, 1e-6) << "an aperture keeps the rest";
}

TEST(Imaging, DefocusHasItsSign) {
  // Weak phase object: I = 1 + 2 FT^-1{sin(chi) FT{phase}}. C30 > 0 at Scherzer underfocus: sin chi < 0, atoms are dark.
  const Field psi = atoms(wave_grid, {{12, 12}}, 0.05, 1.2, band);
  const Grid image = square(128, length);
  LensOptions o = ideal();
  o.aberrations.C30 = 1000;
  o.aberrations.C10 = scherzer_defocus(1000, physics::wavelength(200));
  EXPECT_LT(o.aberrations.C10, 0);
  EXPECT_LT(at(image_of(wave_grid, band, image, Lens(o, 200), psi), image, 12, 12), 0.99);
  o.aberrations.C30 = -13;
  o.aberrations.C10 = scherzer_defocus(-13, physics::wavelength(200));
  EXPECT_GT(o.aberrations.C10, 0);
  EXPECT_GT(at(image_of(wave_grid, band, image, Lens(o, 200), psi), image, 12, 12), 1.01)
      << "negative C30: bright atoms at overfocus";
  o.aberrations.C30 = 0;
  o.aberrations.C10 = 5;
  EXPECT_GT(at(image_of(wave_grid, band, image, Lens(o, 200), psi), image, 12, 12), 1.005) << "overfocus alone: chi > 0";
  o.aberrations.C10 = -5;
  EXPECT_LT(at(image_of(wave_grid, band, image, Lens(o, 200), psi), image, 12, 12), 0.995);
}

TEST(Imaging, OverfocusIsFreePropagationBehindTheSpecimen) {
  // C10 = z is the Fresnel propagator exp(-i pi lambda z k^2) over z, that is forward.
  const Field psi = atoms(wave_grid, {{8, 10}, {15, 12}}, 0.8, 1.0, band);
  LensOptions o = ideal();
  o.aberrations.C10 = 4;
  const Grid image = square(256, length);
  const RealField a = image_of(wave_grid, band, image, Lens(o, 200), psi);
  Field moved = psi;
  const double lambda = physics::wavelength(200);
  for (std::int64_t y = 0; y < 128; ++y)
    for (std::int64_t x = 0; x < 128; ++x) {
      const double k2 = std::pow(wave_grid.frequency(y, 128), 2) + std::pow(wave_grid.frequency(x, 128), 2);
      moved[static_cast<std::size_t>(y * 128 + x)] *= Complex(std::polar(1.0, -pi * lambda * 40 * k2));
    }
  EXPECT_LT(distance(a, image_of(wave_grid, band, image, Lens(ideal(), 200), moved)), 1e-5);
}

/// An L: three atoms along x, two more along y from the corner; turned by `degrees` from +x towards +y about the middle.
std::vector<std::array<double, 2>> letter(double degrees) {
  const double c = std::cos(degrees * pi / 180), s = std::sin(degrees * pi / 180);
  std::vector<std::array<double, 2>> atoms;
  for (const auto& [x, y] : std::vector<std::array<double, 2>>{{-2, -3}, {0, -3}, {2, -3}, {-2, -1}, {-2, 1}, {-2, 3}})
    atoms.push_back({12 + c * x - s * y, 12 + s * x + c * y});
  return atoms;
}

TEST(Imaging, AzimuthsTurnTheImageAsDocumented) {
  // Turning the object and all azimuths by 90 degrees from +x towards +y turns the image.
  const Grid image = square(128, length);
  for (const auto& t : aberration_terms()) {
    if (t.m == 0) continue;
    LensOptions o = ideal();
    o.focal_spread = 4;
    o.aberrations.C10 = -10;
    o.aberrations.*t.value = t.n == 1 ? 8 : t.n == 2 ? 300 : t.n == 3 ? 10 : t.n == 4 ? 500 : 200;
    o.aberrations.*t.azimuth = 15;
    const RealField straight = image_of(wave_grid, band, image, Lens(o, 200), atoms(wave_grid, letter(0), 0.5, 1, band));
    const Field turned = atoms(wave_grid, letter(90), 0.5, 1, band);
    const RealField not_turned = image_of(wave_grid, band, image, Lens(o, 200), turned);
    o.aberrations.*t.azimuth = 105;
    const RealField both = image_of(wave_grid, band, image, Lens(o, 200), turned);
    // (x, y) goes to (24 - y, x): pixel (row x, column 128 - y).
    RealField expected(both.size());
    for (std::size_t y = 0; y < 128; ++y)
      for (std::size_t x = 0; x < 128; ++x) expected[x * 128 + (128 - y) % 128] = straight[y * 128 + x];
    EXPECT_LT(distance(both, expected), 1e-5) << t.name;
    if (t.m != 4) { EXPECT_GT(distance(not_turned, expected), 0.02 * contrast(expected)) << t.name << " has a direction"; }
  }
}

TEST(Imaging, ComaAndAstigmatismPointWhereTheirAzimuthsDo) {
  // Rays of the angle alpha (cos, sin) land displaced by grad chi / 2 pi. An atom under axial coma of azimuth 0 has its tail along
  // +x or -x and none along y: the image is symmetric about y -> -y, not about x -> -x. Threefold astigmatism likewise; its azimuth
  // 30 swaps the roles.
  const Grid image = square(128, length);
  const Field psi = atoms(wave_grid, {{12, 12}}, 0.8, 1.0, band);
  const auto asymmetry = [&](const LensOptions& o, bool along_x) {
    const RealField i = image_of(wave_grid, band, image, Lens(o, 200), psi);
    RealField mirrored(i.size());
    for (std::size_t y = 0; y < 128; ++y)
      for (std::size_t x = 0; x < 128; ++x)
        mirrored[y * 128 + x] = along_x ? i[y * 128 + (128 - x) % 128] : i[(128 - y) % 128 * 128 + x];
    return distance(i, mirrored) / contrast(i);
  };
  LensOptions o = ideal();
  o.focal_spread = 3;
  o.aberrations.C21 = 400;
  EXPECT_LT(asymmetry(o, false), 1e-4);
  EXPECT_GT(asymmetry(o, true), 0.1);
  o.aberrations.phi21 = 90;
  EXPECT_GT(asymmetry(o, false), 0.1);
  EXPECT_LT(asymmetry(o, true), 1e-4);
  o = ideal();
  o.focal_spread = 3;
  o.aberrations.C23 = 400;
  EXPECT_LT(asymmetry(o, false), 1e-4);
  EXPECT_GT(asymmetry(o, true), 0.1);
  o.aberrations.phi23 = 30;
  EXPECT_GT(asymmetry(o, false), 0.1);
  EXPECT_LT(asymmetry(o, true), 1e-4);
  // Twofold astigmatism of azimuth 0 is overfocus along x and underfocus along y: planes of a weak object with fringes along x are
  // bright where those with fringes along y are dark.
  o = ideal();
  o.aberrations.C12 = 6;
  const Field weak = atoms(wave_grid, {{12, 12}}, 0.05, 1.0, band);
  const RealField i = image_of(wave_grid, band, image, Lens(o, 200), weak);
  double along_x = 0, along_y = 0;  // cosine transforms at 1 / 3 A
  for (std::size_t y = 0; y < 128; ++y)
    for (std::size_t x = 0; x < 128; ++x) {
      along_x += i[y * 128 + x] * std::cos(2 * pi * (static_cast<double>(x) / 128 * length - 12) / 3);
      along_y += i[y * 128 + x] * std::cos(2 * pi * (static_cast<double>(y) / 128 * length - 12) / 3);
    }
  EXPECT_GT(along_x, 1) << "overfocus: bright";
  EXPECT_NEAR(along_y, -along_x, 1e-2 * along_x);
}

/// Relative difference of an image with envelopes and the average over `coherence`.
double envelope_error(double strength, LensOptions o, Coherence coherence) {
  const Field psi = atoms(wave_grid, letter(20), strength, 0.9, soft_band);
  const Grid image = square(64, length);
  const RealField quick = image_of(wave_grid, soft_band, image, Lens(o, 200), psi);
  o.coherence = coherence;
  const RealField slow = image_of(wave_grid, soft_band, image, Lens(o, 200), psi);
  return distance(quick, slow) / contrast(slow);
}

TEST(Imaging, EnvelopesAreTheAverageForWeakObjects) {
  LensOptions o = ideal();
  o.aberrations.C30 = 600;
  o.aberrations.C10 = -45;
  o.aberrations.C21 = 200;
  o.focal_spread = 6;
  const double weak = envelope_error(0.02, o, Coherence::focal), twice = envelope_error(0.04, o, Coherence::focal);
  EXPECT_LT(weak, 5e-4);
  EXPECT_NEAR(twice / weak, 2, 0.2) << "of second order in the object: relative to the contrast in proportion to it";
  const double strong = envelope_error(3, o, Coherence::focal);
  EXPECT_GT(strong, 0.03) << "a strong object: the envelope damps beams against each other too much";
  EXPECT_LT(strong, 0.3);
  // Directions: the envelope is exact only where chi is straight over the source, chi(k + q) = chi(k) + q grad chi; what is left
  // even of weak objects is of second order in the source's angle.
  o.focal_spread = 0;
  o.aberrations.C10 = -150;
  o.source_angle = 0.3;
  const double wide = envelope_error(0.02, o, Coherence::full);
  o.source_angle = 0.15;
  const double narrow = envelope_error(0.02, o, Coherence::full);
  EXPECT_LT(wide, 0.03);
  EXPECT_NEAR(wide / narrow, 4, 0.4);
  o.source_angle = 0.3;
  EXPECT_GT(envelope_error(3, o, Coherence::full), 2 * wide);
  // Without the envelope there would be nothing to compare: the source does dim these fringes.
  LensOptions sharp = o;
  sharp.source_angle = 0;
  const Field psi = atoms(wave_grid, letter(20), 0.02, 0.9, band);
  const Grid image = square(64, length);
  EXPECT_LT(contrast(image_of(wave_grid, band, image, Lens(o, 200), psi)),
            0.97 * contrast(image_of(wave_grid, band, image, Lens(sharp, 200), psi)));
}

TEST(Imaging, AveragesConverge) {
  LensOptions o = ideal();
  o.aberrations.C30 = 600;
  o.aberrations.C10 = -45;
  o.focal_spread = 6;
  o.source_angle = 0.3;
  o.coherence = Coherence::full;
  const Field psi = atoms(wave_grid, letter(20), 1, 0.9, soft_band);
  const Grid image = square(64, length);
  const RealField usual = image_of(wave_grid, soft_band, image, Lens(o, 200), psi);
  o.focal_steps = 41;
  o.angle_steps = 25;
  const RealField fine = image_of(wave_grid, soft_band, image, Lens(o, 200), psi);
  EXPECT_LT(distance(usual, fine), 1e-3 * contrast(fine));
}

TEST(Imaging, ImagesLeaveNoTraceInOneAnother) {
  const Field psi = atoms(wave_grid, letter(0), 1, 0.9, band), other = atoms(wave_grid, {{5, 7}, {13, 11}}, 1.5, 0.9, band);
  const Grid image = square(64, length);
  LensOptions wide = ideal(), narrow = ideal(), soft = ideal();
  wide.aberrations.C12 = 40;
  narrow.aperture = 9;
  soft.focal_spread = 5;
  soft.coherence = Coherence::focal;
  Imaging imaging(wave_grid, band, image);
  RealField out(static_cast<std::size_t>(image.pixels()));
  for (int round = 0; round < 2; ++round)
    for (const auto* o : {&wide, &narrow, &soft, &narrow})
      for (const auto* wave : {&psi, &other}) {
        imaging(Lens(*o, 200), wave->data(), out.data());
        ASSERT_EQ(out, image_of(wave_grid, band, image, Lens(*o, 200), *wave));
      }
}

TEST(Imaging, SaysWhatDoesNotFit) {
  try {
    const Imaging imaging(wave_grid, 0, {64, 64, 0.4});
    FAIL();
  } catch (const Failure& f) {
    EXPECT_EQ(f.error().fault, Fault::usage);
    EXPECT_NE(f.error().message.find("25.6"), std::string::npos) << f.error().message;
    EXPECT_NE(f.error().message.find("24.0"), std::string::npos) << f.error().message;
  }
  EXPECT_THROW(Imaging(wave_grid, 0, square(60, length)), Failure);
}

}  // namespace
}  // namespace ronchi::wave
