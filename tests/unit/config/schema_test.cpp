// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/config/schema.hpp"

#include <gtest/gtest.h>

#include "framework/base/error.hpp"

namespace ronchi::config {

enum class Loss { frobenius, poisson };
struct Detector {
  double inner = 0, outer = 1;
  bool show = true;
};
struct Options {
  int components = 8;
  double tolerance = 1e-4;
  Loss loss = Loss::frobenius;
  Bytes memory{1 << 20};
  std::optional<double> radius;
  std::vector<Detector> detectors{{}};
  std::string name = "a";
  int threads = 1;
};
void describe(Schema<Detector>& s) {
  s.field("inner", &Detector::inner).at_least(0).unit("mrad").help("Inner angle");
  s.field("outer", &Detector::outer).at_least(0).unit("mrad").help("Outer angle");
  s.field("show", &Detector::show).speed().help("Show it");
}
void describe(Schema<Options>& s) {
  s.field("components", &Options::components).range(1, 256).help("Number of components");
  s.field("tolerance", &Options::tolerance).range(0, 1).help("Stop below this");
  s.field("loss", &Options::loss).choices({"frobenius", "poisson"}).help("Loss");
  s.field("memory", &Options::memory).help("Limit");
  s.field("radius", &Options::radius).unit("px").help("Radius");
  s.field("detectors", &Options::detectors).help("Virtual detectors");
  s.field("name", &Options::name).help("Name");
  s.field("threads", &Options::threads).speed().help("Threads");
}

namespace {

Options read(const std::string& text, std::vector<std::string>* lines = nullptr) {
  Options o;
  Problems problems("job.yaml");
  read_table(*table_of<Options>(), &o, YAML::Load(text), "nmf", problems);
  if (lines != nullptr)
    *lines = problems.lines();
  else
    problems.raise();
  return o;
}

}  // namespace

TEST(Schema, ReadsEveryKindOfOption) {
  const Options o = read(
      "{components: 3, tolerance: 1e-6, loss: poisson, memory: 4 GiB, radius: 2.5, detectors: [{inner: 1, outer: 2}, {inner: 3}]}");
  EXPECT_EQ(o.components, 3);
  EXPECT_EQ(o.tolerance, 1e-6);
  EXPECT_EQ(o.loss, Loss::poisson);
  EXPECT_EQ(o.memory.value, std::int64_t{4} << 30);
  EXPECT_EQ(o.radius, 2.5);
  ASSERT_EQ(o.detectors.size(), 2u);
  EXPECT_EQ(o.detectors[1].inner, 3);
  EXPECT_EQ(read("{radius: auto}").radius, std::nullopt);
}

TEST(Schema, WhatIsWrittenReadsBackTheSame) {
  Options o = read("{components: 3, tolerance: 0.1, detectors: [{inner: 0.30000000000000004}]}");
  YAML::Emitter out;
  out << write_table(*table_of<Options>(), &o);
  const Options again = read(out.c_str());
  EXPECT_EQ(again.detectors[0].inner, 0.30000000000000004);
  EXPECT_EQ(result_lines(*table_of<Options>(), &again), result_lines(*table_of<Options>(), &o));
}

TEST(Schema, EveryProblemIsListedWithLineNearestNameAndRange) {
  std::vector<std::string> lines;
  (void)read("components: 300\ncomponens: 3\nloss: poison\ntolerance: nan\ndetectors:\n  - {inner: -1}\nmemory: big\nname: [1]\n",
             &lines);
  ASSERT_EQ(lines.size(), 7u);
  EXPECT_EQ(lines[0], "job.yaml:1: nmf.components: '300' is out of range; expected 1 to 256");
  EXPECT_EQ(lines[1], "job.yaml:2: nmf.componens: there is no such option; did you mean 'components'?");
  EXPECT_NE(lines[2].find("did you mean 'poisson'"), std::string::npos);
  EXPECT_NE(lines[3].find("is not a number"), std::string::npos);
  EXPECT_NE(lines[4].find("job.yaml:6: nmf.detectors[0].inner"), std::string::npos);
  EXPECT_NE(lines[4].find("0 mrad or more"), std::string::npos);
}

TEST(Schema, KeysTwiceAndMissingOnesAreProblems) {
  std::vector<std::string> lines;
  (void)read("components: 3\ncomponents: 4\n", &lines);
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_NE(lines[0].find("given twice"), std::string::npos);
}

TEST(Schema, SpeedOptionsStayOutOfTheKeyAlsoInsideGroups) {
  const Options a = read("{threads: 1, detectors: [{show: true}]}"), b = read("{threads: 2, detectors: [{show: false}]}");
  const Options c = read("{detectors: [{inner: 0.5}]}");
  const auto& table = *table_of<Options>();
  EXPECT_EQ(result_lines(table, &a), result_lines(table, &b));
  EXPECT_NE(result_lines(table, &a), result_lines(table, &c));
}

}  // namespace ronchi::config
