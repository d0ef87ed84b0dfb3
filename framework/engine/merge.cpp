// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/merge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>

#include "framework/engine/columns.hpp"
#include "framework/engine/durable.hpp"
#include "framework/engine/together.hpp"

namespace ronchi::engine {

namespace {

constexpr std::int64_t many_parts = 1000;  // a virtual dataset over more sources reads superlinearly slower
constexpr std::int64_t merged_parts = 200;
constexpr std::int64_t piece_bytes = std::int64_t{1} << 24;  // copied at a time: a shard would not fit into the memory of a rank

std::int64_t tasks_of(const Plan& p) { return ceil_div(p.items, p.per_task); }

Range cell_range(const Plan& p, std::int64_t cell) {
  const std::int64_t cut = final_cut(p);
  return {cell * cut, std::min(p.items, (cell + 1) * cut)};
}

/// One piece's rows, and the status of its items, to their places in the merged part of `range`.
void copy_piece(const Parts::File& piece, Range range, const Columns& columns, std::map<std::string, h5::Dataset>& sets,
                std::vector<std::uint8_t>& status) {
  const h5::File file = open_result(piece.path);
  const std::int64_t first = piece.items.first - range.first;
  for (auto& [name, set] : sets) {
    if (!file.exists(name)) continue;
    const h5::Dataset from = file.dataset(name);
    const Scalar type = columns.by_name.at(name).type;
    h5::Shape count = from.shape(), start(count.size(), 0), zero = start;
    const std::int64_t items = count[0];
    count[0] = 1;
    const std::int64_t row = h5::count_of(count) * static_cast<std::int64_t>(size_of(type));
    const std::int64_t rows = std::clamp<std::int64_t>(piece_bytes / std::max<std::int64_t>(1, row), 1, items);
    std::vector<std::byte> values(static_cast<std::size_t>(rows * row));
    for (zero[0] = 0; zero[0] < items; zero[0] += rows) {
      start[0] = first + zero[0];
      count[0] = std::min(rows, items - zero[0]);
      from.read(type, zero, count, values.data());
      set.write(type, start, count, values.data());
    }
  }
  const auto own = file.read<std::uint8_t>("status");
  std::copy(own.begin(), own.end(), status.begin() + first);
}

/// The same steps as Part takes, so that a merged part is the file that one task would have written.
void merge(const Context& context, const StageState& s, std::span<const Parts::File> files) {
  const Range range{files.front().items.first, files.back().items.last};
  Columns columns;
  for (const auto& f : files) columns.add(open_result(f.path), f.path.string(), f.items);
  Draft draft(s.parts_directory() / fmt::format("{}-{}.h5", range.first, range.last), context.fence, Existing::kept);
  h5::File out = h5::File::create(draft.temporary());
  std::map<std::string, h5::Dataset> sets;
  for (const auto& name : columns.row_order) {
    const Column& c = columns.by_name.at(name);
    h5::Shape shape = c.shape;
    shape[0] = range.size();
    sets[name] = out.create(name, c.type, shape, {.allocate_early = true});
    sets[name].set_attribute("combine", "rows");
  }
  std::vector<std::uint8_t> status(static_cast<std::size_t>(range.size()));
  for (const auto& f : files) copy_piece(f, range, columns, sets, status);
  sets.clear();
  out.set_attribute("rows", columns.row_order);
  columns.write_reduced(out);
  out.write<std::uint8_t>("status", status, {range.size()});
  out.dataset("status").set_attribute("combine", "rows");
  stamp(out, s);
  out.close();
  draft.commit();
  std::error_code ec;
  for (const auto& f : files) std::filesystem::remove(f.path, ec);
}

}  // namespace

std::int64_t final_cut(const Plan& p) {
  const std::int64_t tasks = tasks_of(p);
  return p.per_task * (tasks > many_parts && !p.shards ? ceil_div(tasks, merged_parts) : 1);
}

bool merges(const Plan& p) { return final_cut(p) > p.per_task; }

std::vector<std::int32_t> ripe_cells(const Plan& p, std::span<const Range> committed) {
  std::vector<std::int32_t> ripe;
  std::int64_t cell = -1, next = 0, pieces = 0;
  for (const Range r : committed) {
    if (const std::int64_t here = r.first / final_cut(p); here != cell) {
      cell = here;
      next = cell_range(p, cell).first;
      pieces = 0;
    }
    if (r.first == next) {  // else there is a gap, and the cell is not complete
      next = r.last;
      ++pieces;
    }
    if (next == cell_range(p, cell).last && r.last == next && pieces > 1) ripe.push_back(static_cast<std::int32_t>(cell));
  }
  return ripe;
}

void merge_cell(const Context& context, const StageState& s, std::int64_t cell) {
  const Range range = cell_range(s.plan, cell);
  std::vector<Parts::File> pieces;
  std::int64_t next = range.first;
  for (const auto& f : Parts::in(s.parts_directory()).files()) {
    if (f.items.first != next || f.items.last > range.last) continue;
    next = f.items.last;
    pieces.push_back(f);
  }
  if (next == range.last && pieces.size() > 1) merge(context, s, pieces);
}

void merge_parts(const Context& context, const StageState& s) {
  const std::int64_t cut = final_cut(s.plan);
  std::vector<std::vector<Parts::File>> groups;
  together(context.world, [&] {
    std::int64_t cell = -1;
    const Parts parts = Parts::in(s.parts_directory());
    std::error_code ec;
    if (context.world.leads())
      for (const auto& f : parts.superseded()) std::filesystem::remove(f.path, ec);  // a slice was late with them
    for (const auto& f : parts.files()) {
      const std::int64_t here = f.items.first / cut;
      if (here != cell || (f.items.last - 1) / cut != cell) groups.emplace_back();
      cell = (f.items.last - 1) / cut == here ? here : -1;
      groups.back().push_back(f);
    }
  });
  std::erase_if(groups, [](const auto& g) { return g.size() < 2; });
  together(context.world, [&] {
    for (auto g = static_cast<std::size_t>(context.world.rank()); g < groups.size();
         g += static_cast<std::size_t>(context.world.size()))
      merge(context, s, groups[g]);
  });
}

FileBound files_of(const Plan& p, bool in_memory_only) {
  constexpr std::int64_t folders = 4, texts = 3, index = 1,
                         draft = 1;  // the stage's own, parts, failed, checkpoints; *.yaml, *.txt
  if (in_memory_only) return {folders + texts, folders + texts + draft, 0, 0};
  if (p.team == all_ranks) {
    constexpr std::int64_t checkpoints = 3;  // the last two, and one that is being written
    return {folders + texts + index, folders + texts + index + 2 * draft + checkpoints, 0, 0};
  }
  const std::int64_t cell = final_cut(p) / p.per_task, cells = ceil_div(p.items, final_cut(p));
  FileBound b{folders + texts + index + cells, folders + texts + index + draft + cells, 1, 0};
  if (merges(p)) {
    // Unmerged are the cells in which somebody is busy: a task of each rank, and what a node has been handed.
    b.per_rank += cell;
    b.per_node += cell;
    b.running += cell;
  }
  b.running += b.per_rank;
  return b;
}

FileBound files_of_job() {
  constexpr std::int64_t folders = 4, texts = 2, draft = 1, epochs = 5;  // its own, epochs, inflight, beats; job.yaml, run.yaml
  return {folders + texts + epochs, folders + texts + draft + epochs + 2, 0, 2};
}

}  // namespace ronchi::engine
