// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/cluster/attempts.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/engine/durable.hpp"
#include "framework/engine/parts.hpp"
#include "framework/engine/run.hpp"

namespace ronchi::cluster {

namespace {

constexpr std::size_t kept = 100;  ///< attempts in the file

std::filesystem::path file_of(const Attempt& a) {
  return a.directory / "slurm" / (a.slice.empty() ? "attempts.yaml" : "attempts." + a.slice + ".yaml");
}

/// One line per attempt: job, restart, and what had been committed when it began.
struct Line {
  std::string job;
  std::int64_t restart = 0, progress = 0;
};

std::vector<Line> load(const Attempt& attempt) {
  std::vector<Line> lines;
  try {
    for (const auto& node : YAML::LoadFile(file_of(attempt).string()))
      lines.push_back({node["job"].as<std::string>(), node["restart"].as<std::int64_t>(), node["progress"].as<std::int64_t>()});
  } catch (const YAML::Exception&) {  // none yet, or not ours: counted anew
    lines.clear();
  }
  return lines;
}

void save(const Attempt& attempt, std::vector<Line> lines) {
  if (lines.size() > kept) lines.erase(lines.begin(), lines.end() - kept);
  std::string text = "# Starts of this job under SLURM, and what had been committed then (see docs/slurm.md)\n";
  for (const auto& l : lines)
    text += fmt::format("- {{job: {}, restart: {}, progress: {}}}\n", json_string(l.job), l.restart, l.progress);
  engine::make_directories(file_of(attempt).parent_path());
  engine::write_text_file(file_of(attempt), text);
}

std::int64_t in_vain(const std::vector<Line>& lines, std::int64_t progress) {
  std::int64_t count = 0;
  for (auto l = lines.rbegin(); l != lines.rend() && l->progress == progress; ++l) ++count;
  return count;
}

std::string no_progress(std::int64_t count) {
  return fmt::format(
      "{} attempts in a row made no progress; the logs beside this one say how they ended. "
      "Mend the cause and submit the job again: what is committed is kept",
      count);
}

std::int64_t newest_checkpoint(const std::filesystem::path& stage) {
  std::int64_t newest = 0;
  std::error_code ec;
  for (const auto& e : std::filesystem::directory_iterator(stage / "checkpoints", ec)) {
    const std::string name = e.path().filename().string();
    std::int64_t step = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), step).ptr != name.data()) newest = std::max(newest, step + 1);
  }
  return newest;
}

}  // namespace

std::int64_t progress_of(const std::filesystem::path& directory) {
  std::int64_t progress = 0;
  std::error_code ec;
  for (const auto& e : std::filesystem::directory_iterator(directory, ec)) {
    if (!std::filesystem::exists(e.path() / "identity.txt", ec)) continue;
    for (const auto& part : engine::Parts::in(e.path() / "parts").files()) progress += part.items.size();
    // A stage that is complete weighs more than any checkpoint of it, which it no longer has.
    progress += std::filesystem::exists(e.path() / "index.h5", ec) ? std::int64_t{1} << 50 : newest_checkpoint(e.path());
  }
  return progress;
}

Decision begin_attempt(const Attempt& attempt) {
  auto lines = load(attempt);
  const auto progress = progress_of(attempt.directory);
  if (const auto count = in_vain(lines, progress); count >= attempt.most) return {Decision::stop, no_progress(count)};
  lines.push_back({attempt.job, attempt.restart, progress});
  save(attempt, std::move(lines));
  return {Decision::again, fmt::format("attempt by job {}, restart {}", attempt.job, attempt.restart)};
}

Decision end_attempt(const Attempt& attempt, const Ending& ending) {
  const int code = ending.code;
  const bool by_slurm = !ending.ended.empty();
  if (code == 0 && !by_slurm) return {Decision::done, "done"};  // srun returns 0 after a node failure, too
  // SLURM sends TERM at the limit and when it gives up a node, too; it has a reason for these.
  if (ending.ended == "None" || (ending.ended == "unknown" && !ending.asked))
    return {Decision::stop, "the job was cancelled; submit it again to go on"};
  if (ending.ended == "Requeued") return {Decision::stop, "SLURM has put the job back into the queue"};
  if (code == exit_code(Fault::superseded)) return {Decision::stop, "a newer run of this job has taken over"};
  const bool shell = code == 126 || code == 127;  // there was no program to start
  if ((code >= 2 && code <= 9) || code == 70 || shell)
    return {Decision::stop, fmt::format("exit code {}: mend what the message above says, then submit the job again", code)};
  const auto count = in_vain(load(attempt), progress_of(attempt.directory));
  if (count >= attempt.most) return {Decision::stop, fmt::format("exit code {}, and {}", code, no_progress(count))};
  if (by_slurm) return {Decision::again, fmt::format("SLURM has ended it ({}): tried again", ending.ended)};
  return {Decision::again, code == engine::exit_unfinished
                               ? "unfinished: goes on in another allocation"
                               : fmt::format("exit code {}: ranks, a node or the launcher were lost; tried again", code)};
}

void forget_attempts(const std::filesystem::path& directory) {
  std::error_code ec;
  for (const auto& e : std::filesystem::directory_iterator(directory / "slurm", ec))
    if (e.path().filename().string().starts_with("attempts.")) std::filesystem::remove(e.path(), ec);
}

}  // namespace ronchi::cluster
