// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace YAML {
class Node;
}

namespace ronchi::config {

/// Collects everything that is wrong with a job file, so that one look shows all of it.
class Problems {
 public:
  explicit Problems(std::string file) : file_(std::move(file)) {}
  /// Values below this dotted path ("nmf.components") came from the command line, not from the file.
  void overridden(std::string path) { overridden_.push_back(std::move(path)); }
  void add(const YAML::Node& where, const std::string& path, const std::string& message);
  [[nodiscard]] bool empty() const { return lines_.empty(); }
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }
  /// Throws one Failure(usage) that lists all problems, one line each: "jobs/a.yaml:12: nmf.componens: ...".
  void raise() const;

 private:
  std::string file_;
  std::vector<std::string> overridden_;
  std::vector<std::string> lines_;
};

}  // namespace ronchi::config
