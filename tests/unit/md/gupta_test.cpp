// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/md/gupta.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "framework/base/error.hpp"
#include "framework/md/gupta_pair.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::md {
namespace {

/// Second derivative of the tail in closed form.
double curvature(const std::array<double, 3>& c, double x) { return x * (6 * c[0] + x * (12 * c[1] + x * 20 * c[2])); }

std::string message(const std::string& yaml) {
  testing::TemporaryDirectory folder;
  const auto file = folder / "mine.yaml";
  std::ofstream(file) << yaml;
  try {
    (void)potential(file.string());
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.error().fault, Fault::usage);
    return failure.error().message;
  }
  return "accepted";
}

const std::string good =
    "name: mine\n"
    "source: me\n"
    "species: [Au, Cu]\n"
    "masses: [196.97, 63.546]\n"
    "pairs:\n"
    "  - {of: [Au, Au], A: 0.2061, xi: 1.79, p: 10.229, q: 4.036, r0: 2.884, inner: 4.079, outer: 4.995}\n"
    "  - {of: [Cu, Cu], A: 0.0855, xi: 1.224, p: 10.96, q: 2.278, r0: 2.556, inner: 3.615, outer: 4.427}\n"
    "  - {of: [Cu, Au], A: 0.1539, xi: 1.5605, p: 11.05, q: 3.0475, r0: 2.556, inner: 4.079, outer: 4.427}\n";

std::string with(const std::string& old, const std::string& now) {
  std::string text = good;
  return text.replace(text.find(old), old.size(), now);
}

}  // namespace

TEST(GuptaPair, IsSmoothWhereTheTailBeginsAndEnds) {
  for (const std::string& name : potential_names())
    for (const PairCurve& c : curves_of(potential(name))) {
      if (c.outer == 0) continue;
      SCOPED_TRACE(name);
      const auto below = c.terms(std::nextafter(c.inner, 0.0)), at = c.terms(c.inner);
      EXPECT_NEAR(at.alpha / below.alpha, 1, 1e-12);
      EXPECT_NEAR(at.alpha_slope / below.alpha_slope, 1, 1e-12);
      EXPECT_NEAR(at.hopping / below.hopping, 1, 1e-12);
      EXPECT_NEAR(at.hopping_slope / below.hopping_slope, 1, 1e-12);
      const double x = c.inner - c.outer;
      EXPECT_NEAR(curvature(c.alpha_tail, x) / (c.alpha_decay * c.alpha_decay * below.alpha), 1, 1e-12);
      EXPECT_NEAR(curvature(c.hopping_tail, x) / (c.hopping_decay * c.hopping_decay * below.hopping), 1, 1e-12);
      // At the end a power series without terms below x^3; nothing beyond.
      const double step = 1e-4;
      EXPECT_NEAR(c.terms(c.outer - step).alpha, 0, 20 * std::abs(c.alpha_tail[0]) * step * step * step);
      EXPECT_NEAR(c.terms(c.outer - step).hopping, 0, 20 * std::abs(c.hopping_tail[0]) * step * step * step);
      EXPECT_EQ(c.terms(c.outer).alpha, 0);
      EXPECT_EQ(c.terms(c.outer + 1).hopping_slope, 0);
    }
}

TEST(GuptaPair, IsTheFormulaOfThePaper) {
  const Gupta set = potential("AgCo-P1");
  const PairCurve curve(set.pair(0, 1));
  for (const double r : {2.0, 2.695, 3.1, 4.0}) {
    EXPECT_NEAR(curve.terms(r).alpha, 0.14440 * std::exp(-10.001 * (r / 2.695 - 1)), 1e-14);
    EXPECT_NEAR(curve.terms(r).hopping, 1.47760 * std::exp(-3.085 * (r / 2.695 - 1)), 1e-14);
  }
}

TEST(GuptaPair, SlopesAreTheDerivatives) {
  const PairCurve curve(potential("AgCo-P1").pair(0, 0));
  for (const double r : {2.2, 2.9, 3.9, 4.2, 4.6, 4.99}) {
    const double h = 1e-5;
    const auto low = curve.terms(r - h), high = curve.terms(r + h);
    EXPECT_NEAR(curve.terms(r).alpha_slope, (high.alpha - low.alpha) / (2 * h), 1e-8);
    EXPECT_NEAR(curve.terms(r).hopping_slope, (high.hopping - low.hopping) / (2 * h), 1e-8);
  }
}

TEST(GuptaSets, SilverAndCobaltOfBothFormsAreThere) {
  EXPECT_EQ(potential_names().front(), "AgCo-P1");
  const Gupta one = potential("AgCo-P1"), two = potential("AgCo-P2"), silver = potential("Ag-P"), cobalt = potential("Co-P");
  EXPECT_EQ(one.symbols, (std::array<std::string, 2>{"Ag", "Co"}));
  EXPECT_EQ(one.pair(0, 1).a, 0.14440);
  EXPECT_EQ(two.pair(1, 0).a, 0.15202);
  EXPECT_EQ(one.pair(1, 1).xi, cobalt.pair(0, 0).xi);
  EXPECT_EQ(one.pair(0, 0).outer, silver.cutoff());
  EXPECT_EQ(one.cutoff(), 5.00562683);
  EXPECT_EQ(cobalt.masses[0], 58.933195);
  EXPECT_EQ(cobalt.symbols[1], "");
}

TEST(GuptaSets, TheCutOffsFollowTheirConvention) {
  // Second and third neighbours; for unlike atoms of the larger and the smaller species. Written with 8 decimals or fewer.
  for (const char* name : {"AgCo-P1", "AgCo-P2"}) {
    const Gupta set = potential(name);
    for (int i = 0; i < 2; ++i) {
      EXPECT_NEAR(set.pair(i, i).inner, set.pair(i, i).r0 * std::sqrt(2), 1e-7);
      EXPECT_NEAR(set.pair(i, i).outer, set.pair(i, i).r0 * std::sqrt(3), 1e-7);
    }
    EXPECT_EQ(set.pair(0, 1).inner, set.pair(0, 0).inner);
    EXPECT_EQ(set.pair(0, 1).outer, set.pair(1, 1).outer);
  }
}

TEST(GuptaSets, AFileOfTheUsersIsAsGood) {
  testing::TemporaryDirectory folder;
  const auto file = folder / "mine.yaml";
  std::ofstream(file) << good;
  const Gupta set = potential(file.string());
  EXPECT_EQ(set.name, "mine");
  EXPECT_EQ(set.symbols[1], "Cu");
  EXPECT_EQ(set.pair(0, 1).a, 0.1539);
  EXPECT_EQ(set.pair(1, 1).a, 0.0855);
}

TEST(GuptaSets, TheFingerprintIsThatOfTheNumbers) {
  testing::TemporaryDirectory folder;
  const auto file = folder / "mine.yaml";
  const auto of = [&](const std::string& text) {
    std::ofstream(file) << text;
    return fingerprint(file.string());
  };
  const std::string first = of(good);
  EXPECT_EQ(of("# a remark\n" + good), first);
  EXPECT_NE(of(with("0.1539", "0.1540")), first);
  EXPECT_NE(of(with("63.546", "64")), first);
  EXPECT_NE(of(with("species: [Au, Cu]", "species: [Cu, Au]")), first);
  EXPECT_NE(fingerprint("AgCo-P1"), fingerprint("AgCo-P2"));
}

TEST(GuptaSets, MistakesAreNamed) {
  EXPECT_EQ(message(good), "accepted");
  const auto expect = [&](const std::string& yaml, const std::string& where, const std::string& what) {
    const std::string text = message(yaml);
    EXPECT_NE(text.find(where), std::string::npos) << text;
    EXPECT_NE(text.find(what), std::string::npos) << text;
  };
  expect(with("r0: 2.556", "r_0: 2.556"), "mine.yaml:7", "did you mean 'r0'?");
  expect(with("A: 0.2061", "A: -0.2061"), "mine.yaml:6", "out of range");
  expect(with("p: 10.229", "p: ten"), "mine.yaml:6", "'ten' is not a number");
  expect(with("inner: 4.079", "inner: 5.1"), "mine.yaml:6", "inner 5.1 A is not below outer 4.995 A");
  expect(with("p: 10.229, q: 4.036, r0: 2.884, inner: 4.079, outer: 4.995", "p: 30, q: 4.036, r0: 2.5, inner: 10.5, outer: 11"),
         "mine.yaml:6", "its repulsion at inner is 2^-136, less than single precision holds");
  expect(with("q: 4.036, r0: 2.884", "q: 50, r0: 2.884"), "mine.yaml:6", "its binding at distance 0 is 2^146");
  expect(with("of: [Cu, Au]", "of: [Au, Au]"), "mine.yaml:8", "the pair Au-Au is given twice");
  expect(with("of: [Cu, Au]", "of: [Au, Au]"), "mine.yaml:6", "the pair Au-Cu is missing");
  expect(with("of: [Cu, Au]", "of: [Cu, Ag]"), "mine.yaml:8", "'Cu-Ag'");
  expect(with("masses: [196.97, 63.546]", "masses: [196.97]"), "mine.yaml:4", "there are 1 for 2 species");
  expect(with("species: [Au, Cu]", "species: [Au, Cu, Ag]"), "mine.yaml:3", "expected one or two");
  expect(with("species: [Au, Cu]", "species: [Au, Au]"), "mine.yaml:3", "both are the same");
  expect(with("name: mine\n", ""), "mine.yaml", "name: must be given");
  expect("just words", "mine.yaml:1", "not a map");
  expect("a: [", "mine.yaml:", "");
}

TEST(GuptaSets, AnUnknownNameIsAnsweredWithTheNearest) {
  try {
    (void)potential("AgCo-P3");
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.error().fault, Fault::usage);
    EXPECT_NE(failure.error().text().find("did you mean 'AgCo-P1'?"), std::string::npos) << failure.error().text();
    EXPECT_NE(failure.error().text().find("Ag-CR93"), std::string::npos);
  }
}

}  // namespace ronchi::md
