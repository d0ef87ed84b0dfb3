// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "framework/engine/context.hpp"
#include "framework/engine/parts.hpp"

/// A stage of many tasks is left in a few files: while it runs, a cell of tasks is merged as soon as all of them are committed.
namespace ronchi::engine {

/// How the finished stage's files are cut, in items: at the same places whatever happened on the way (suspects that ran
/// alone, killed runs, slices), so that equal results are equal files. A cell is a range between two cuts.
[[nodiscard]] std::int64_t final_cut(const Plan& plan);
/// Whether cells hold several tasks, so that there is something to merge on the way.
[[nodiscard]] bool merges(const Plan& plan);
/// Cells of which every item is committed, in more than one file. `committed`: ascending, as the files are cut.
[[nodiscard]] std::vector<std::int32_t> ripe_cells(const Plan& plan, std::span<const Range> committed);

/// Merges a cell, on one rank; does nothing if it is not complete or is one file already. The whole is put in place before the
/// pieces go: readers find one or the other.
void merge_cell(const Context& context, const StageState& stage, std::int64_t cell);
/// What is left when all parts are there, such as pieces of tasks. Collective.
void merge_parts(const Context& context, const StageState& stage);

/// Files and folders of a stage, by its plan; for `ronchi plan`. The formula stands in docs/engine.md.
struct FileBound {
  std::int64_t done = 0;      ///< when it is complete
  std::int64_t running = 0;   ///< at any time, with one rank
  std::int64_t per_rank = 0;  ///< more for each further rank
  std::int64_t per_node = 0;  ///< more for each further node
};
[[nodiscard]] FileBound files_of(const Plan& plan, bool in_memory_only);
/// Of the job's directory itself.
[[nodiscard]] FileBound files_of_job();

}  // namespace ronchi::engine
