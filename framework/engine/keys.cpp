// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <span>

#include "framework/base/error.hpp"
#include "framework/base/sha256.hpp"
#include "framework/base/text.hpp"
#include "framework/engine/durable.hpp"

namespace ronchi::engine {

std::string Identity::key() const { return sha256(join(lines, "\n")).substr(0, 16); }

std::vector<Identity> identities(const Job& job) {
  std::vector<Identity> all;
  std::map<std::string, std::string> key_of;
  for (const auto& s : job.stages) {
    Identity id;
    id.lines = {"stage: " + s.type->name, fmt::format("version: {}", s.type->version)};
    id.lines.insert(id.lines.end(), s.configured.key_lines.begin(), s.configured.key_lines.end());
    if (s.type->random) id.lines.push_back(fmt::format("seed: {}", job.options.seed));
    if (s.type->memory && job.options.memory_limit() > 0) id.lines.push_back(fmt::format("memory: {}", job.options.memory_limit()));
    for (const auto& input : s.after) id.lines.push_back("after " + job.find(input)->type->name + ": " + key_of.at(input));
    if (const std::string print = s.configured.stage->fingerprint(); !print.empty())
      id.lines.push_back("raw data: " + sha256(print).substr(0, 16));
    key_of[s.name] = id.key();
    all.push_back(std::move(id));
  }
  return all;
}

std::filesystem::path stage_directory(const Job& job, const StageSpec& stage, const std::string& key) {
  return job.directory() / (stage.type->name + "-" + key);
}

namespace {
constexpr const char* identity_file = "identity.txt";

std::pair<std::string, std::string> cut(const std::string& line) {
  const auto colon = line.find(": ");
  return colon == std::string::npos ? std::pair{line, std::string()} : std::pair{line.substr(0, colon), line.substr(colon + 2)};
}
}  // namespace

void save_identity(const std::filesystem::path& directory, const StageSpec& stage, const Identity& identity) {
  write_text_file(directory / identity_file, "name: " + stage.name + "\n" + join(identity.lines, "\n") + "\n");
}

std::vector<std::string> what_changed(const Job& job, const StageSpec& stage, const Identity& now) {
  std::error_code ec;
  std::optional<std::filesystem::path> newest;
  std::filesystem::file_time_type when{};
  for (const auto& entry : std::filesystem::directory_iterator(job.directory(), ec)) {
    if (!entry.path().filename().string().starts_with(stage.type->name + "-")) continue;
    const auto file = entry.path() / identity_file;
    const auto time = std::filesystem::last_write_time(file, ec);
    if (ec || (newest && time <= when)) continue;
    const auto lines = split(read_text_file(file), '\n');
    if (lines.empty() || lines[0] != "name: " + stage.name) continue;
    newest = file;
    when = time;
  }
  if (!newest) return {};
  // An option stands once; inputs of one type may stand several times, in order.
  const auto grouped = [](std::span<const std::string> lines) {
    std::map<std::string, std::string> values;
    for (const auto& line : lines) {
      const auto [what, value] = cut(line);
      auto& all = values[what];
      all += (all.empty() ? "" : ", ") + value;
    }
    return values;
  };
  auto before_lines = split(read_text_file(*newest), '\n');
  std::erase_if(before_lines, [](const std::string& l) { return l.empty() || l.starts_with("name: "); });
  const auto before = grouped(before_lines), after = grouped(now.lines);
  std::vector<std::string> changes;
  for (const auto& [what, value] : after) {
    const auto old = before.find(what);
    if (old == before.end())
      changes.push_back(fmt::format("{}: new, {}", what, value));
    else if (old->second != value)
      changes.push_back(what.starts_with("after ") ? fmt::format("its input {} is another one", what.substr(6))
                                                   : fmt::format("{}: {} -> {}", what, old->second, value));
  }
  for (const auto& [what, value] : before)
    if (!after.contains(what)) changes.push_back(fmt::format("{}: {} is gone", what, value));
  return changes;
}

}  // namespace ronchi::engine
