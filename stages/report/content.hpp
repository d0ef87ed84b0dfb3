// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "framework/data/frames.hpp"
#include "framework/engine/stage.hpp"
#include "framework/report/figures.hpp"
#include "framework/store/h5.hpp"

/// What a report is made of. The stage fills it from the job's directory, tests from memory.
namespace ronchi::report {

/// One finished stage.
struct StageResult {
  std::string name, type, key;
  std::int64_t items = 0;
  const h5::Group* index = nullptr;
  YAML::Node facts;  ///< stage.yaml beside the index: timings, warnings, resolved options, versions; may be undefined
};

/// A scan as the page needs it: any number of navigation axes as slices x rows x columns, a pattern as rows x columns.
struct Layout {
  explicit Layout(const FrameInfo& info);
  std::int64_t slices = 1, ny = 1, nx = 1;
  std::int64_t height = 1, width = 1;  ///< of a pattern; a spectrum has height 1
  Axis slice, y, x;
  [[nodiscard]] std::int64_t frames() const { return slices * ny * nx; }
  [[nodiscard]] std::int64_t pixels() const { return height * width; }
  [[nodiscard]] bool spectrum() const { return height == 1; }
};

struct Content {
  std::string job;
  std::uint64_t seed = 0;
  std::vector<StageResult> stages;             ///< in order
  std::optional<FrameInfo> info;               ///< of the decomposed frames (`frames_info` of `decompose`)
  const FrameSource* frames = nullptr;         ///< the patterns that were decomposed; null: none are embedded
  const engine::Registry* registry = nullptr;  ///< for the defaults of options; may be null
  std::int64_t most_bytes = 25'000'000;        ///< of the finished page
  std::int64_t positions = 1000;               ///< measured patterns to embed, at most, but one per slice

  [[nodiscard]] const StageResult* find(const std::string& type) const;
};

/// What the page shows of stage `decompose`: loadings as means over blocks of `step` x `step` positions, the rest whole.
struct Decomposition {
  std::int64_t components = 0, step = 1, rows = 1, columns = 1;  ///< rows, columns: of the reduced maps
  std::vector<std::vector<float>> factors;                       ///< per component, height x width
  std::vector<std::vector<float>> loadings;                      ///< per component, slices x rows x columns
  std::vector<double> shares;                                    ///< of each component in all counts, 0 to 1
  std::vector<std::string> names;                                ///< "Component 1" or what elements/phases found
  std::string algorithm;
  std::int64_t iterations = 0;
  bool converged = true;
  std::optional<double> error, accuracy;      ///< at the end; of `phases` against a known truth
  std::string error_name = "relative error";  ///< or what the loss has instead
};

/// Reads it in lines of the scan, so that memory does not grow with the scan. `most_values` bounds components x slices x
/// rows x columns. Failure(corrupt) if shapes contradict the axes.
[[nodiscard]] Decomposition load_decomposition(const Content& content, const Layout& layout, std::int64_t most_values);

/// Sentences of warning from all stages: "ingest: 3 hot pixels ...".
[[nodiscard]] std::vector<std::string> warnings(const Content& content);

/// The finished page, at most content.most_bytes long.
[[nodiscard]] std::string build_page(const Content& content);

}  // namespace ronchi::report
