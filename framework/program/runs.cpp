// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/program/runs.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <ctime>
#include <fstream>
#include <map>

#include "framework/base/error.hpp"
#include "framework/engine/durable.hpp"
#include "framework/engine/job.hpp"
#include "framework/engine/parts.hpp"
#include "framework/engine/plan_file.hpp"

namespace ronchi {

namespace {

/// Seconds since 1970 as the file system dates the file; nothing if it is not there.
std::optional<double> date_of(const std::filesystem::path& file) {
  struct stat s {};
  if (::stat(file.c_str(), &s) != 0) return std::nullopt;
  return static_cast<double>(s.st_mtim.tv_sec) + 1e-9 * static_cast<double>(s.st_mtim.tv_nsec);
}

/// What time it is for the file system that dates the beats. Clocks of nodes are off by seconds and, set wrongly, by hours; on
/// most shared file systems the server dates the files, so a beat's age is the distance to a file that is made now. Who may
/// not write there takes the newest beat instead: then a node is silent by comparison with the others. A lone beat has
/// nothing but this machine's clock to be compared with, which may only make it older.
double now_there(const std::filesystem::path& beats, double newest, bool alone) {
  const auto file = engine::temporary_name(beats / "now");
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd >= 0) {
    const bool written = ::write(fd, "\n", 1) == 1;
    ::close(fd);
    const auto now = date_of(file);
    ::unlink(file.c_str());
    if (written && now) return std::max(*now, newest);
  }
  return alone ? std::max(newest, static_cast<double>(std::time(nullptr))) : newest;
}

std::vector<NodeBeat> read_nodes(const std::filesystem::path& job) {
  std::vector<NodeBeat> nodes;
  double newest = 0;
  for (const auto& name : engine::beats_in(job)) {
    const auto file = engine::beat_file(job, name);
    const auto date = date_of(file);
    auto beat = engine::read_beat(file);
    for (int again = 0; !beat && date && again < 20; ++again) {  // read in the middle of a beat
      ::usleep(1000);
      beat = engine::read_beat(file);
    }
    if (!beat || !date) continue;
    newest = std::max(newest, *date);
    nodes.push_back({std::move(*beat), *date, false});
  }
  if (nodes.empty()) return nodes;
  const double now = now_there(engine::beats_directory(job), newest, nodes.size() == 1);
  for (auto& n : nodes) {
    n.age = now - n.age;  // so far its date
    n.silent = n.beat.verdict != 0 || n.age > 3 * n.beat.period + 5 || !engine::process_lives(n.beat.process);
  }
  std::sort(nodes.begin(), nodes.end(), [](const NodeBeat& a, const NodeBeat& b) {
    const auto first = [](const NodeBeat& n) { return n.beat.ranks.empty() ? 0 : n.beat.ranks[0].rank; };
    return std::pair(a.beat.epoch, first(a)) < std::pair(b.beat.epoch, first(b));
  });
  return nodes;
}

/// Counts the records in failed/. Looks for two lines only: a YAML parser takes a hundred times longer, and there may be many.
void count_failed(StageProgress& stage) {
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(stage.entry.directory / "failed", ec)) {
    const auto& path = entry.path();
    if (path.extension() != ".yaml" || path.filename().string().starts_with('.')) continue;
    std::ifstream in(path);
    bool quarantined = false, suspect = false, known = false;
    for (std::string line; std::getline(in, line);) {
      known = known || line.starts_with("quarantined: ");
      quarantined = quarantined || line == "quarantined: true";
      suspect = suspect || line == "suspect: true";
    }
    if (quarantined || !known)  // what cannot be read is held back by a run, too
      ++stage.failed;
    else if (suspect)
      ++stage.suspect;
  }
}

StageProgress look_at_stage(const StageEntry& entry) {
  StageProgress stage;
  stage.entry = entry;
  count_failed(stage);
  if (const auto plan = engine::load_plan(entry.directory)) {
    stage.items = plan->items;
    stage.team = plan->team;
    stage.planned = true;
  }
  stage.complete = std::filesystem::exists(entry.directory / "index.h5");
  if (stage.complete)
    stage.done = stage.items;
  else
    for (const auto& part : engine::Parts::in(entry.directory / "parts").files()) stage.done += part.items.size();
  return stage;
}

RunState::State state_of(const RunState& run) {
  const auto beats = [](const NodeBeat& n) { return !n.silent; };
  if (std::any_of(run.nodes.begin(), run.nodes.end(), beats)) return RunState::State::running;
  if (std::all_of(run.stages.begin(), run.stages.end(), [](const auto& s) { return s.complete; })) return RunState::State::complete;
  const auto ended = [](const NodeBeat& n) { return n.beat.verdict != 0; };
  return std::all_of(run.nodes.begin(), run.nodes.end(), ended) ? RunState::State::stopped : RunState::State::lost;
}

void look_below(const std::filesystem::path& folder, int levels, std::vector<std::filesystem::path>& found) {
  if (std::filesystem::exists(folder / "run.yaml")) {
    found.push_back(folder);
    return;
  }
  if (levels == 0) return;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ec))
    if (entry.is_directory(ec) && !entry.is_symlink(ec) && !entry.path().filename().string().starts_with('.'))
      look_below(entry.path(), levels - 1, found);
}

}  // namespace

std::vector<StageEntry> stage_entries(const std::filesystem::path& job) {
  const auto file = job / "run.yaml";
  if (!std::filesystem::exists(file))
    fail(Fault::missing, "name the folder that `ronchi run` printed, e.g. run/nanowire_phases",
         "{} is not the result folder of a job", job.string());
  std::vector<StageEntry> all;
  try {
    for (const auto& node : YAML::Load(engine::read_text_file(file))) {
      StageEntry e{node["name"].as<std::string>(), job / node["directory"].as<std::string>(), {}, node["fuse"].as<bool>(false)};
      for (const auto& a : node["after"]) e.after.push_back(a.as<std::string>());
      all.push_back(std::move(e));
    }
  } catch (const YAML::Exception& e) {
    fail(Fault::corrupt, "remove it and run the job again: it is written anew", "{}: {}", file.string(), e.what());
  }
  return all;
}

const engine::Beat* RunState::leader() const {
  const engine::Beat* newest = nullptr;
  for (const auto& n : nodes)
    if (n.beat.coordinates && !n.silent) newest = &n.beat;  // in the order of their epochs
  return newest;
}

const char* word(RunState::State state) {
  switch (state) {
    case RunState::State::running:
      return "running";
    case RunState::State::lost:
      return "lost";
    case RunState::State::complete:
      return "complete";
    default:
      return "stopped";
  }
}

RunState look_at(const std::filesystem::path& job) {
  RunState run;
  run.directory = job;
  for (const auto& entry : stage_entries(job)) run.stages.push_back(look_at_stage(entry));
  // A stage that only ever lived inside the one that is fused with it is done when that one is.
  for (auto s = run.stages.rbegin(); s != run.stages.rend(); ++s)
    if (s->entry.fuse && s->complete)
      for (auto& input : run.stages)
        if (!s->entry.after.empty() && input.entry.name == s->entry.after[0] && !input.complete) {
          input.complete = true;
          input.done = input.items = s->items;
        }
  run.nodes = read_nodes(job);
  run.state = state_of(run);
  return run;
}

std::vector<std::filesystem::path> find_runs(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> found;
  look_below(folder, 4, found);
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace ronchi
