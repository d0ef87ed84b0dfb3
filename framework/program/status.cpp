// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/program/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <set>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/program/runs.hpp"

namespace ronchi {

namespace {

using State = RunState::State;

/// What the coordinator's last beat says about the pace of the stage that runs.
struct Pace {
  double rate = 0;   ///< tasks per second, 0: not known yet
  double left = -1;  ///< seconds, -1: not known yet
  explicit Pace(const engine::Beat* beat) {
    if (beat == nullptr || beat->stage.seconds <= 0 || beat->stage.fresh <= 0) return;
    rate = beat->stage.fresh / beat->stage.seconds;
    left = (beat->stage.total - beat->stage.done) / rate;
  }
  [[nodiscard]] std::string left_text() const { return left < 0 ? "" : human_seconds(left); }
};

std::string stage_word(const StageProgress& s, const engine::Beat* leader) {
  if (s.complete) return "done";
  if (leader != nullptr && leader->stage.name == s.entry.name) return "running";
  return !s.planned ? "not begun" : s.done > 0 ? "unfinished" : "begun";
}

std::string items_text(const StageProgress& s) {
  if (!s.planned && !s.complete) return "";
  if (s.team == 0) return "collective";
  return fmt::format("{} of {}", human_count(s.done), human_count(s.items));
}

std::string date(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S UTC", std::gmtime(&time));
  return text;
}

std::string list(const std::set<std::string>& words, std::size_t most = 4) {
  std::vector<std::string> first;
  for (const auto& w : words)
    if (first.size() < most) first.push_back(w);
  return join(first, ", ") + (words.size() > most ? fmt::format(" and {} more", words.size() - most) : "");
}

std::string head(const RunState& run) {
  std::set<std::string> hosts, jobs, slices;
  std::int64_t since = 0, ranks = 0;
  for (const auto& n : run.nodes) {
    const auto& b = n.beat;
    hosts.insert(b.host);
    if (!b.slurm_job.empty())
      jobs.insert(b.slurm_job + (b.slurm_start.empty() || b.slurm_start == "0" ? "" : " (restart " + b.slurm_start + ")"));
    if (!b.slice.empty()) slices.insert(b.slice);
    ranks += static_cast<std::int64_t>(b.ranks.size());
    since = since == 0 ? b.started : std::min(since, b.started);
  }
  std::string text = fmt::format("{}: {}", run.directory.string(), word(run.state));
  if (run.nodes.empty()) return text + "\n";
  text += fmt::format(" since {}, {} rank{} on {}", date(since), ranks, ranks == 1 ? "" : "s", list(hosts));
  if (!jobs.empty()) text += ", SLURM job " + list(jobs);
  if (!slices.empty()) text += ", slice " + list(slices);
  return text + "\n";
}

std::string stage_table(const RunState& run) {
  const auto* leader = run.leader();
  const Pace pace(leader);
  std::string text =
      fmt::format("{:<16} {:<12} {:>24} {:>8} {:>14} {:>14}\n", "stage", "state", "items", "failed", "rate", "time left");
  for (const auto& s : run.stages) {
    const bool runs = stage_word(s, leader) == "running";
    const bool tasks = s.team != 0;
    std::string line =
        fmt::format("{:<16} {:<12} {:>24} {:>8} {:>14} {:>14}", s.entry.name, stage_word(s, leader), items_text(s), s.failed,
                    runs && tasks && pace.rate > 0 ? fmt::format("{:.3g} tasks/s", pace.rate) : "", runs ? pace.left_text() : "");
    if (runs && !leader->stage.text.empty()) line += "  " + leader->stage.text;
    if (s.suspect > 0) line += fmt::format("  {} suspected, to be tried alone", s.suspect);
    text += std::string(line, 0, line.find_last_not_of(' ') + 1) + "\n";
  }
  return text;
}

/// "3 in an item, 1 waits for others, 0 at other work", of the nodes that beat.
std::string ranks_text(const RunState& run) {
  std::int64_t items = 0, waits = 0, other = 0;
  for (const auto& n : run.nodes)
    for (const auto& r : n.beat.ranks)
      if (!n.silent) ++(r.waiting >= 0 ? waits : r.item >= 0 ? items : other);
  return fmt::format("ranks: {} in an item, {} waiting for others, {} at other work\n", items, waits, other);
}

std::string silent_text(const RunState& run) {
  std::string text;
  for (const auto& n : run.nodes) {
    if (!n.silent) continue;
    const auto& ranks = n.beat.ranks;
    const std::string which = ranks.empty()       ? ""
                              : ranks.size() == 1 ? fmt::format(" (rank {})", ranks[0].rank)
                                                  : fmt::format(" (ranks {} to {})", ranks.front().rank, ranks.back().rank);
    text += n.beat.verdict != 0 ? fmt::format("ended: {}{}, {} ago, with exit code {}: {}\n", n.beat.host, which,
                                              human_seconds(n.age), n.beat.verdict, n.beat.reason)
                                : fmt::format("silent: {}{} for {}; it beat every {}\n", n.beat.host, which, human_seconds(n.age),
                                              human_seconds(n.beat.period));
  }
  return text;
}

struct Long {
  const NodeBeat* node;
  const engine::Beat::Rank* rank;
  double seconds;
};

/// Items that have been running for more than a beat, the longest first.
std::vector<Long> longest(const RunState& run) {
  std::vector<Long> all;
  for (const auto& n : run.nodes)
    for (const auto& r : n.beat.ranks)
      if (!n.silent && r.item >= 0 && r.item_seconds > 0) all.push_back({&n, &r, r.item_seconds + n.age});
  std::sort(all.begin(), all.end(), [](const Long& a, const Long& b) { return a.seconds > b.seconds; });
  all.resize(std::min<std::size_t>(all.size(), 5));
  return all;
}

std::string stage_name(const RunState& run, const std::string& directory) {
  for (const auto& s : run.stages)
    if (s.entry.directory.filename() == directory) return s.entry.name;
  return directory;
}

std::string details(const RunState& run) {
  std::string text = head(run) + stage_table(run);
  if (run.state == State::running) text += ranks_text(run);
  text += silent_text(run);
  for (const auto& l : longest(run))
    text += fmt::format("item {} of {} has been running for {} (rank {} on {})\n", l.rank->item, stage_name(run, l.rank->stage),
                        human_seconds(l.seconds), l.rank->rank, l.node->beat.host);
  return text;
}

std::string one_line(const RunState& run, const std::filesystem::path& folder) {
  const auto* leader = run.leader();
  std::int64_t done = 0, failed = 0;
  std::string now;
  for (const auto& s : run.stages) {
    done += s.complete ? 1 : 0;
    failed += s.failed;
    if (now.empty() && (leader == nullptr ? s.planned && !s.complete : s.entry.name == leader->stage.name))
      now = s.entry.name + (s.team == 0 ? "" : " " + items_text(s));
  }
  const auto silent = std::count_if(run.nodes.begin(), run.nodes.end(), [](const auto& n) { return n.silent; });
  const std::string line =
      fmt::format("{:<28} {:<9} {:>9} {:>32} {:>8} {:>7} {:>14}", run.directory.lexically_relative(folder).string(),
                  word(run.state), fmt::format("{} of {}", done, run.stages.size()), now, failed, silent, Pace(leader).left_text());
  return std::string(line, 0, line.find_last_not_of(' ') + 1) + "\n";
}

std::string json_of(const RunState& run) {
  const auto* leader = run.leader();
  const Pace pace(leader);
  std::vector<std::string> stages, nodes, items;
  for (const auto& s : run.stages)
    stages.push_back(fmt::format(R"({{"name": {}, "state": {}, "items": {}, "done": {}, "failed": {}, "suspects": {}}})",
                                 json_string(s.entry.name), json_string(stage_word(s, leader)), s.items, s.done, s.failed,
                                 s.suspect));
  for (const auto& n : run.nodes)
    nodes.push_back(fmt::format(
        R"({{"process": {}, "host": {}, "slurm_job": {}, "ranks": {}, "silent": {}, "age_s": {:.3f}, "verdict": {}, "reason": {}}})",
        json_string(n.beat.process), json_string(n.beat.host), json_string(n.beat.slurm_job), n.beat.ranks.size(), n.silent, n.age,
        n.beat.verdict, json_string(n.beat.reason)));
  for (const auto& l : longest(run))
    items.push_back(fmt::format(R"({{"item": {}, "stage": {}, "rank": {}, "host": {}, "seconds": {:.1f}}})", l.rank->item,
                                json_string(stage_name(run, l.rank->stage)), l.rank->rank, json_string(l.node->beat.host),
                                l.seconds));
  return fmt::format(R"({{"directory": {}, "state": {}, "tasks_per_s": {}, "seconds_left": {},
  "stages": [{}],
  "nodes": [{}],
  "longest_items": [{}]}})",
                     json_string(run.directory.string()), json_string(word(run.state)), exact(pace.rate),
                     pace.left < 0 ? "null" : exact(pace.left), join(stages, ",\n    "), join(nodes, ",\n    "),
                     join(items, ",\n    "));
}

}  // namespace

std::string status_text(const std::filesystem::path& folder, bool json) {
  const auto runs = find_runs(folder);
  if (runs.empty())
    fail(Fault::missing, "name the folder that `ronchi run` printed, e.g. run/nanowire_phases, or one above it",
         "{} is not the result folder of a job, and there is none below it", folder.string());
  std::vector<std::string> pieces;
  const bool alone = runs.size() == 1 && runs[0] == folder;
  for (const auto& r : runs) {
    try {
      const auto run = look_at(r);
      pieces.push_back(json ? json_of(run) : alone ? details(run) : one_line(run, folder));
    } catch (const Failure& f) {  // one damaged run does not hide the others
      if (alone) throw;
      pieces.push_back(json ? fmt::format(R"({{"directory": {}, "error": {}}})", json_string(r.string()), json_string(f.what()))
                            : fmt::format("{:<28} {}\n", r.lexically_relative(folder).string(), f.what()));
    }
  }
  if (json) return "[" + join(pieces, ",\n ") + "]\n";
  if (alone) return pieces[0];
  return fmt::format("{:<28} {:<9} {:>9} {:>32} {:>8} {:>7} {:>14}\n", "run", "state", "stages", "now", "failed", "silent",
                     "time left") +
         join(pieces, "");
}

}  // namespace ronchi
