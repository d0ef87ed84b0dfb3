// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/job.hpp"

#include <gtest/gtest.h>

#include "tests/support/stages.hpp"

namespace ronchi::engine {
namespace {

Job parse(const std::string& text, const std::vector<std::string>& overrides = {}) {
  return parse_job(text, "jobs/a.yaml", overrides, testing::test_stages());
}

std::string mistake(const std::string& text, const std::vector<std::string>& overrides = {}) {
  try {
    (void)parse(text, overrides);
  } catch (const Failure& f) {
    EXPECT_EQ(f.error().fault, Fault::usage);
    return f.what();
  }
  return "";
}

std::vector<std::string> names(const Job& job) {
  std::vector<std::string> all;
  for (const auto& s : job.stages) all.push_back(s.name);
  return all;
}

const std::string good = "name: a\nseed: 7\nstages:\n  numbers: {items: 20}\n  squares: {after: numbers}\n";

}  // namespace

TEST(Job, IsReadInTheOrderOfItsInputs) {
  const Job job =
      parse("name: a\nstages:\n  last: {stage: total, after: [b, numbers]}\n  b: {stage: squares, after: numbers}\n  numbers:\n");
  EXPECT_EQ(names(job), (std::vector<std::string>{"numbers", "b", "last"}));
  EXPECT_EQ(job.find("last")->after, (std::vector<std::string>{"b", "numbers"}));
  EXPECT_EQ(job.find("b")->type->name, "squares");
  EXPECT_EQ(parse(good).options.seed, 7u);
  EXPECT_EQ(parse(good).directory(), std::filesystem::path("run/a"));
}

TEST(Job, EveryMistakeIsNamedWithItsPlace) {
  struct Case {
    std::string text, place, words;
  };
  const std::string head = "name: a\nstages:\n";
  const std::vector<Case> cases{
      {head + "  numbers: {itms: 3}\n", "jobs/a.yaml:3: numbers.itms", "did you mean 'items'?"},
      {head + "  numbers:\n    items: many\n", "jobs/a.yaml:4: numbers.items", "whole number"},
      {head + "  numbers:\n    width: 0\n", "jobs/a.yaml:4: numbers.width", "out of range"},
      {head + "  numbers:\n    milliseconds: -1\n", "jobs/a.yaml:4: numbers.milliseconds", "0 ms or more"},
      {head + "  numbers: [1]\n", "jobs/a.yaml:3: numbers", "must be a map"},
      {head + "  nubers: {}\n", "jobs/a.yaml:3: nubers", "did you mean 'numbers'?"},
      {head + "  x: {stage: squars}\n", "jobs/a.yaml:3: x", "did you mean 'squares'?"},
      {head + "  numbers: {}\n  squares: {after: number}\n", "jobs/a.yaml:4: squares.after", "did you mean 'numbers'?"},
      {head + "  squares: {after: {}}\n", "jobs/a.yaml:3: squares.after", "must be the name of a stage"},
      {head + "  a: {stage: squares, after: b}\n  b: {stage: squares, after: a}\n", "jobs/a.yaml:3", "circle"},
      {head + "  squares: {after: squares}\n", "jobs/a.yaml:3", "circle"},
      {head + "  numbers: {}\n  squares: {after: numbers, fuse: perhaps}\n", "jobs/a.yaml:4: squares.fuse", "true or false"},
      {head + "  numbers: {}\n  total: {after: numbers, fuse: true}\n", "total.fuse", "needs the whole"},
      {head + "  numbers: {}\n  squares: {after: numbers, fuse: true}\n  total: {after: numbers}\n", "squares.fuse",
       "needed by 'total'"},
      {head + "  numbers: {}\n  numbers: {}\n", "jobs/a.yaml:4: numbers", "there twice"},
      {head + "  num/bers: {stage: numbers}\n", "jobs/a.yaml:3: num/bers", "no name for a stage"},
      {"name: a\nsed: 3\n" + std::string("stages:\n  numbers: {}\n"), "jobs/a.yaml:2: sed", "did you mean 'seed'?"},
      {"name: a\nseed: -3\nstages:\n  numbers: {}\n", "jobs/a.yaml:2: seed", "whole number"},
      {"stages:\n  numbers: {}\n", "name", "must be given"},
      {"name: ../x\nstages:\n  numbers: {}\n", "jobs/a.yaml:1: name", "no name for a folder"},
      {"name: a/b\nstages:\n  numbers: {}\n", "jobs/a.yaml:1: name", "no name for a folder"},
      {"name: ''\nstages:\n  numbers: {}\n", "jobs/a.yaml:1: name", "no name for a folder"},
      {"name: [a\nstages: {}\n", "jobs/a.yaml:", "not YAML"},
      {"- a\n- b\n", "jobs/a.yaml", "a job is a map"},
      {"", "jobs/a.yaml", "a job is a map"},
      {"name: a\nstages: {}\n", "jobs/a.yaml", "a job is a map"},
      {"name: a\nstages: 3\n", "jobs/a.yaml", "a job is a map"},
      {"name: a\ninput: required\nstages:\n  numbers: {}\n", "jobs/a.yaml:2: input", "needs raw files"},
  };
  for (const auto& c : cases) {
    const auto text = mistake(c.text);
    EXPECT_NE(text.find(c.place), std::string::npos) << c.text << "\n-> " << text;
    EXPECT_NE(text.find(c.words), std::string::npos) << c.text << "\n-> " << text;
  }
}

TEST(Job, AllMistakesAreListedAtOnce) {
  const auto text = mistake("name: a\nstages:\n  numbers: {itms: 3, width: 0}\n  squares: {after: x, power: 9}\n");
  for (const char* words : {"numbers.itms", "numbers.width", "squares.after", "squares.power"})
    EXPECT_NE(text.find(words), std::string::npos) << text;
}

TEST(Job, Overrides) {
  EXPECT_EQ(parse(good, {"numbers.items=1e3"}).find("numbers")->configured.resolved["items"].Scalar(), "1000");
  EXPECT_EQ(parse(good, {"seed=9", "output=/tmp/x"}).directory(), std::filesystem::path("/tmp/x/a"));
  EXPECT_EQ(parse(good, {"seed=9"}).options.seed, 9u);
  EXPECT_EQ(parse("name: a\ninput: required\nstages:\n  numbers: {}\n", {"input=[a, b]"}).options.input,
            (std::vector<std::string>{"a", "b"}));
  for (const auto& [text, words] : std::map<std::string, std::string>{
           {"numbers.items=x", "command line: numbers.items: 'x' is not a whole number"},
           {"numbers.itms=1", "command line: numbers.itms: there is no such option; did you mean 'items'?"},
           {"nombers.items=1", "there is no stage 'nombers' in this job; did you mean 'numbers'?"},
           {"numbers.items", "not of the form"},
           {"=3", "not of the form"},
           {"stages=3", "a job is a map"},
           {"speed=3", "command line: speed"},
           {"numbers.items=[1", "is not a value"},
           {"numbers.items.deep=1", "numbers.items"}})
    EXPECT_NE(mistake(good, {text}).find(words), std::string::npos) << text << "\n-> " << mistake(good, {text});
}

TEST(Job, SweepsCopyStages) {
  const std::string text = R"(name: a
stages:
  numbers: {}
  squares: {after: numbers}
  total: {after: 'squares@*'}
sweep: {over: squares.power, values: [1, 3], stages: [numbers, squares], set: {numbers.items: 4}}
)";
  const Job job = parse(text);
  EXPECT_EQ(job.stages.size(), 7u);
  EXPECT_EQ(job.find("squares@3")->configured.resolved["power"].Scalar(), "3");
  EXPECT_EQ(job.find("squares@3")->after, std::vector<std::string>{"numbers@3"});
  EXPECT_EQ(job.find("numbers@1")->configured.resolved["items"].Scalar(), "4");
  EXPECT_EQ(job.find("numbers")->configured.resolved["items"].Scalar(), "10");
  EXPECT_EQ(job.find("total")->after, (std::vector<std::string>{"squares@1", "squares@3"}));
  const auto with = [&](const std::string& sweep) {
    return mistake(text.substr(0, text.find("sweep:")) + "sweep: " + sweep + "\n");
  };
  EXPECT_NE(with("{over: x.power, values: [1], stages: [squares]}").find("sweep.over"), std::string::npos);
  EXPECT_NE(with("{over: squares.power, values: [], stages: [squares]}").find("sweep.values"), std::string::npos);
  EXPECT_NE(with("{over: squares.power, values: [2, 2], stages: [squares]}").find("there twice"), std::string::npos);
  EXPECT_NE(with("{over: squares.power, values: [2], stages: [numbers]}").find("sweep.stages"), std::string::npos);
  EXPECT_NE(with("{over: squares.power, values: [9], stages: [squares]}").find("squares@9.power"), std::string::npos);
  EXPECT_NE(with("{over: squares.power, values: [2], stages: [squares], set: {numbers.items: 3}}").find("sweep.set.numbers.items"),
            std::string::npos);
  EXPECT_NE(with("{ower: 3}").find("sweep.ower"), std::string::npos);
  EXPECT_NE(with("3").find("must be a map"), std::string::npos);
}

TEST(Job, FilesThatCannotBeRead) {
  for (const auto& [file, fault] : std::map<std::string, Fault>{{"/nowhere/a.yaml", Fault::missing}, {"/tmp", Fault::usage}}) {
    try {
      (void)load_job(file, {}, testing::test_stages());
      FAIL();
    } catch (const Failure& f) {
      EXPECT_EQ(f.error().fault, fault);
      EXPECT_NE(std::string(f.what()).find(file), std::string::npos);
    }
  }
}

}  // namespace ronchi::engine
