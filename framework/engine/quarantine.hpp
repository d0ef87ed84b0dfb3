// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "framework/engine/fence.hpp"

namespace ronchi::engine {

/// What is held against one item: a file failed/<item>.yaml in its stage's directory.
struct Record {
  int strikes = 0;           ///< deaths of a process that are certainly this item's doing
  bool suspect = false;      ///< it was in flight when a process died for another reason, perhaps for this item
  bool quarantined = false;  ///< left out until `ronchi retry`
  std::string reason;
};

/// The records of one stage.
class Quarantine {
 public:
  static constexpr int strikes_allowed = 1;  ///< the second strike quarantines

  /// With a fence a run that was superseded can neither write nor remove records: Failure(superseded).
  explicit Quarantine(std::filesystem::path stage_directory, const Fence* fence = nullptr)
      : directory_(std::move(stage_directory) / "failed"), fence_(fence) {}
  void load();                                              ///< one readdir
  void fail(std::int64_t item, const std::string& reason);  ///< a bad item: quarantined at once
  void strike(std::int64_t item, const std::string& reason);
  void suspect(std::int64_t item, const std::string& reason);
  void acquit(std::int64_t item);  ///< it was done after all
  [[nodiscard]] const std::map<std::int64_t, Record>& records() const { return records_; }
  [[nodiscard]] bool holds(std::int64_t item) const;  ///< in quarantine

 private:
  void save(std::int64_t item, const Record& record);
  std::filesystem::path directory_;
  const Fence* fence_;
  std::map<std::int64_t, Record> records_;
};

}  // namespace ronchi::engine
