// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/process.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::testing {

/// A folder with one job file and one place for its results: what a test that runs the program needs.
class Bench : public ::testing::Test {
 protected:
  using Environment = std::map<std::string, std::string>;

  void job(const std::string& stages, const std::string& top = "") {
    write_file(folder_ / "job.yaml", "name: j\n" + top + "stages:\n" + stages);
  }

  /// `run` of the job on so many ranks into <folder>/<output>.
  Finished go(int ranks, std::vector<std::string> more = {}, Environment environment = {}, const std::string& output = "out") {
    return run(command(ranks, std::move(more), output), with_log(std::move(environment)));
  }
  std::vector<std::string> command(int ranks, std::vector<std::string> more = {}, const std::string& output = "out") {
    std::vector<std::string> words{"run", (folder_ / "job.yaml").string(), "-o", (folder_ / output).string(), "--threads", "1"};
    words.insert(words.end(), more.begin(), more.end());
    return ronchi(ranks, words);
  }
  Environment with_log(Environment e) {
    e.emplace("RONCHI_TEST_LOG", (folder_ / "log").string());
    if (held_.empty()) return e;
    e.emplace("RONCHI_TEST_FAULT", held_);
    e.emplace("RONCHI_TEST_GATE", gate().string());
    return e;
  }

  /// From now on a run is held in the items of `stage` from `first` on, until open_gate(), or until it is asked to stop.
  void hold(const std::string& stage, int first) {
    std::filesystem::remove(gate());
    held_ += (held_.empty() ? "" : ";") + stage + ":" + std::to_string(first) + "+:wait";
  }
  void open_gate() const { write_file(gate(), ""); }
  void open_gate_of(const std::string& stage) const { write_file(gate().string() + "." + stage, ""); }
  [[nodiscard]] std::filesystem::path gate() const { return folder_ / "gate"; }
  [[nodiscard]] std::filesystem::path out(const std::string& output = "out") const { return folder_.path() / output / "j"; }
  [[nodiscard]] std::filesystem::path stage(const std::string& type, const std::string& output = "out") const {
    return stage_directory(out(output), type);
  }

  /// Committed tasks of a map stage.
  [[nodiscard]] int parts(const std::string& type) const {
    std::error_code ec;
    if (!std::filesystem::exists(out()) || stage(type).empty()) return 0;
    int n = 0;
    for (const auto& e : std::filesystem::directory_iterator(stage(type) / "parts", ec))
      n += e.path().filename().string()[0] != '.' ? 1 : 0;
    return n;
  }
  /// The step of the newest checkpoint of a collective stage; 0: there is none.
  [[nodiscard]] int checkpoint(const std::string& type) const {
    std::error_code ec;
    if (!std::filesystem::exists(out()) || stage(type).empty()) return 0;
    int newest = 0;
    for (const auto& e : std::filesystem::directory_iterator(stage(type) / "checkpoints", ec))
      newest = std::max(newest, std::atoi(e.path().filename().c_str()));  // a temporary name begins with a dot: 0
    return newest;
  }

  /// "stage item" lines that the test stages have written, and how often; forgets them.
  std::map<std::string, int> begun() {
    std::map<std::string, int> count;
    std::istringstream lines(contents(folder_ / "log"));
    for (std::string line; std::getline(lines, line);) ++count[line];
    std::filesystem::remove(folder_ / "log");
    return count;
  }

  /// What the job gives when nothing happens to it; made once per job text, in one process.
  std::map<std::string, std::string> undisturbed() {
    std::filesystem::remove_all(folder_ / "undisturbed");
    const auto finished = go(1, {}, {{"RONCHI_TEST_LOG", "/dev/null"}}, "undisturbed");
    EXPECT_EQ(finished.code, 0) << finished.output;
    return results(out("undisturbed"));
  }
  void expect_undisturbed() { EXPECT_EQ(difference(results(out()), undisturbed()), ""); }

  TemporaryDirectory folder_;
  std::string held_;
};

}  // namespace ronchi::testing
