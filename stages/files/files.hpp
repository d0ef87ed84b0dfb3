// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "framework/engine/stage.hpp"
#include "framework/formats/formats.hpp"

namespace ronchi::files {

enum class Hash { ends, full };

struct Options {
  std::vector<std::string> paths;
  std::string axis = "file";
  Hash hash = Hash::ends;
  formats::OpenOptions open;
};
void describe(config::Schema<Options>& s);

/// Opens raw files, several as one data set, and provides their frames: nothing is copied. One item, done once. Index: group
/// `frame_source`. The key holds name, size, modification time and hash of every file
/// that is read: those named, and what lies beside them (formats::companions).
class Files : public engine::Stage {
 public:
  using Options = files::Options;
  static constexpr const char* name = "files";
  static constexpr const char* summary = "Opens raw files of any known format as one data set";
  static constexpr int version = 3;

  explicit Files(Options options) : options_(std::move(options)) {}
  [[nodiscard]] engine::Plan plan(const engine::Inputs& inputs) const override;
  void run(const engine::Task& task, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) override;
  [[nodiscard]] std::string fingerprint() const override;

 private:
  Options options_;
};

}  // namespace ronchi::files
