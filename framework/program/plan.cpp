// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/program/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/engine/keys.hpp"
#include "framework/engine/merge.hpp"

namespace ronchi {

namespace {

struct Row {
  const engine::StageSpec* spec;
  std::string key, state, work, size, cost;
  std::optional<engine::Plan> plan;
};

/// A stage whose inputs are not there yet cannot be planned; that is no mistake.
void plan_row(Row& row, const engine::Job& job, const std::vector<engine::Input>& inputs, engine::Input& self) {
  if (std::filesystem::exists(self.directory / "index.h5"))
    row.state = "done";
  else if (const auto parts = engine::Parts::in(self.directory / "parts").files().size(); parts > 0)
    row.state = fmt::format("{} parts", parts);
  else
    row.state = "to do";
  if (row.state != "done") row.spec->check();
  try {
    const engine::Inputs given(job.options.seed, inputs, job.directory(), {job.options.memory_limit(), job.options.memory_limit()});
    const auto plan = row.spec->configured.stage->plan(given);
    self.items = plan.items;
    row.plan = plan;
    row.cost = row.spec->configured.stage->cost(given);
    row.work = plan.team == 1
                   ? fmt::format("{} items in {} tasks", human_count(plan.items), human_count(ceil_div(plan.items, plan.per_task)))
               : plan.team == engine::all_ranks
                   ? "one task by all ranks"
                   : fmt::format("{} tasks by teams of {}", human_count(ceil_div(plan.items, plan.per_task)), plan.team);
    row.size = plan.bytes > 0 ? human_bytes(static_cast<double>(plan.bytes)) : "small";
  } catch (const Failure& f) {
    if (f.error().fault != Fault::missing) throw;
    row.work = "known when its inputs are done";
    row.size = "";
  }
}

/// A stage that the next one is fused with never reaches the disk.
bool in_memory_only(const Row& row, const std::vector<Row>& rows) {
  return std::any_of(rows.begin(), rows.end(),
                     [&](const Row& r) { return r.spec->fuse && r.spec->after[0] == row.spec->name && r.spec != row.spec; });
}

std::string files_text(const engine::Job& job, const std::vector<Row>& rows) {
  engine::FileBound all = engine::files_of_job();
  std::string unknown;
  for (const auto& r : rows) {
    if (!r.plan) {
      unknown = "; stages whose work is not known yet are not counted";
      continue;
    }
    const auto b = engine::files_of(*r.plan, in_memory_only(r, rows));
    all.done += b.done;
    all.running += b.running;
    all.per_rank += b.per_rank;
    all.per_node += b.per_node;
  }
  return fmt::format(
      "\nfiles and folders: at most {} while one rank runs, {} more for each further rank, {} for each further node; {} when "
      "done.\n"
      "Beside them: what a stage exports, a record for each failed item (at most {} a stage){}.\n"
      "Under SLURM 8 more, 4 for each slice, and a log for each allocation.\n",
      all.running, all.per_rank, all.per_node, all.done, job.options.max_failed, unknown);
}

std::string as_text(const engine::Job& job, const std::vector<Row>& rows) {
  std::string text =
      fmt::format("job {}, results in {}\n\n{:<16} {:<15} {:<18} {:<10} {:<32} {:<10} {:<12} after\n", job.options.name,
                  job.directory().string(), "stage", "type", "key", "state", "work", "size", "files");
  for (const auto& r : rows) {
    std::string files;
    if (r.plan) {
      const auto b = engine::files_of(*r.plan, in_memory_only(r, rows));
      files = fmt::format("{} ({})", b.running, b.done);
    }
    text += fmt::format("{:<16} {:<15} {:<18} {:<10} {:<32} {:<10} {:<12} {}{}\n", r.spec->name, r.spec->type->name, r.key, r.state,
                        r.work, r.size, files, join(r.spec->after, ", "), r.spec->fuse ? " (fused)" : "");
  }
  for (const auto& r : rows)
    if (!r.cost.empty()) text += fmt::format("\n{}\n{}\n", r.spec->name, r.cost);
  return text + files_text(job, rows);
}

std::string as_dot(const engine::Job& job, const std::vector<Row>& rows) {
  std::string text =
      fmt::format("digraph {} {{\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n", json_string(job.options.name));
  for (const auto& r : rows) {
    text += fmt::format("  {} [label={}{}];\n", json_string(r.spec->name),
                        json_string(fmt::format("{}\n{}\n{}", r.spec->name, r.work, r.state)),
                        r.state == "done" ? ", style=filled" : "");
    for (const auto& input : r.spec->after)
      text += fmt::format("  {} -> {}{};\n", json_string(input), json_string(r.spec->name),
                          r.spec->fuse ? " [style=bold, label=fused]" : "");
  }
  return text + "}\n";
}

}  // namespace

std::string plan_text(const engine::Job& job, bool dot) {
  const auto ids = engine::identities(job);
  std::vector<Row> rows;
  std::vector<engine::Input> known;
  for (std::size_t i = 0; i < job.stages.size(); ++i) {
    const auto& spec = job.stages[i];
    Row row{&spec, ids[i].key(), "", "", ""};
    engine::Input self{spec.name, spec.type->name, row.key, engine::stage_directory(job, spec, row.key), 0, {}};
    std::vector<engine::Input> inputs;
    for (const auto& name : spec.after)
      for (std::size_t k = 0; k < known.size(); ++k)
        if (known[k].name == name) inputs.push_back(known[k]);
    plan_row(row, job, inputs, self);
    known.push_back(std::move(self));
    rows.push_back(std::move(row));
  }
  return dot ? as_dot(job, rows) : as_text(job, rows);
}

}  // namespace ronchi
