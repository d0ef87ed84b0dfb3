// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/quarantine.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <optional>

#include "framework/base/text.hpp"
#include "framework/engine/durable.hpp"

namespace ronchi::engine {

namespace {
std::optional<std::int64_t> item_of(const std::filesystem::path& path) {
  std::int64_t item = 0;
  const std::string stem = path.stem().string();
  const auto [end, error] = std::from_chars(stem.data(), stem.data() + stem.size(), item);
  if (path.extension() != ".yaml" || error != std::errc{} || end != stem.data() + stem.size()) return std::nullopt;
  return item;
}
}  // namespace

void Quarantine::load() {
  records_.clear();
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, ec)) {
    const auto item = item_of(entry.path());
    if (!item) continue;
    try {
      const YAML::Node node = YAML::LoadFile(entry.path().string());
      records_[*item] = {node["strikes"].as<int>(0), node["suspect"].as<bool>(false), node["quarantined"].as<bool>(true),
                         node["reason"].as<std::string>("")};
    } catch (const YAML::Exception&) {  // half a file cannot be: it is renamed into place. A stranger's file: hold the item
      records_[*item] = {0, false, true, "unreadable record " + entry.path().string()};
    }
  }
}

void Quarantine::save(std::int64_t item, const Record& record) {
  require(fence_);
  records_[item] = record;
  make_directories(directory_);
  write_text_file(directory_ / (std::to_string(item) + ".yaml"),
                  fmt::format("item: {}\nquarantined: {}\nstrikes: {}\nsuspect: {}\nreason: {}\n", item, record.quarantined,
                              record.strikes, record.suspect, json_string(record.reason)),
                  fence_);
}

void Quarantine::fail(std::int64_t item, const std::string& reason) { save(item, {records_[item].strikes, false, true, reason}); }

void Quarantine::strike(std::int64_t item, const std::string& reason) {
  Record r = records_[item];
  ++r.strikes;
  r.suspect = true;  // until it is quarantined it runs alone
  r.quarantined = r.quarantined || r.strikes > strikes_allowed;
  r.reason = reason;
  save(item, r);
}

void Quarantine::suspect(std::int64_t item, const std::string& reason) {
  Record r = records_[item];
  r.suspect = true;
  if (r.reason.empty()) r.reason = reason;
  save(item, r);
}

void Quarantine::acquit(std::int64_t item) {
  require(fence_);
  records_.erase(item);
  std::error_code ec;
  std::filesystem::remove(directory_ / (std::to_string(item) + ".yaml"), ec);
}

bool Quarantine::holds(std::int64_t item) const {
  const auto r = records_.find(item);
  return r != records_.end() && r->second.quarantined;
}

}  // namespace ronchi::engine
