// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/program/plan.hpp"

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/engine/keys.hpp"

namespace ronchi {

namespace {

struct Row {
  const engine::StageSpec* spec;
  std::string key, state, work, size;
};

/// A stage whose inputs are not there yet cannot be planned; that is no mistake.
void plan_row(Row& row, const engine::Job& job, const std::vector<engine::Input>& inputs, engine::Input& self) {
  if (std::filesystem::exists(self.directory / "index.h5"))
    row.state = "done";
  else if (const auto parts = engine::Parts::in(self.directory / "parts").files().size(); parts > 0)
    row.state = fmt::format("{} parts", parts);
  else
    row.state = "to do";
  try {
    const auto plan = row.spec->configured.stage->plan(engine::Inputs(job.options.seed, inputs, job.directory()));
    self.items = plan.items;
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

std::string as_text(const engine::Job& job, const std::vector<Row>& rows) {
  std::string text = fmt::format("job {}, results in {}\n\n{:<16} {:<15} {:<18} {:<10} {:<32} {:<10} after\n", job.options.name,
                                 job.directory().string(), "stage", "type", "key", "state", "work", "size");
  for (const auto& r : rows)
    text += fmt::format("{:<16} {:<15} {:<18} {:<10} {:<32} {:<10} {}{}\n", r.spec->name, r.spec->type->name, r.key, r.state,
                        r.work, r.size, join(r.spec->after, ", "), r.spec->fuse ? " (fused)" : "");
  return text;
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
      for (const auto& k : known)
        if (k.name == name) inputs.push_back(k);
    plan_row(row, job, inputs, self);
    known.push_back(std::move(self));
    rows.push_back(std::move(row));
  }
  return dot ? as_dot(job, rows) : as_text(job, rows);
}

}  // namespace ronchi
