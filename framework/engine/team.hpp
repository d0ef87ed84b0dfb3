// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "framework/comm/communicator.hpp"
#include "framework/store/h5.hpp"

namespace ronchi::engine {

/// Thrown by a collective stage on all ranks after Team::should_stop: unfinished, its checkpoint is written. Not an error.
struct Stopped {};

/// The last two checkpoints of a collective stage: files that do not depend on the number of ranks.
class Checkpoints {
 public:
  Checkpoints() = default;
  /// `may_write` (absent: yes) is asked for every checkpoint; after a no nothing reaches the directory.
  explicit Checkpoints(std::filesystem::path directory, std::function<bool()> may_write = {})
      : directory_(std::move(directory)), may_write_(std::move(may_write)) {}
  /// On the team's leader: writes step `step` under a temporary name, fsyncs, renames, drops all but the last two. `write` is
  /// called in any case: it may be something that all ranks do.
  void save(std::int64_t step, const std::function<void(h5::Group&)>& write) const;
  /// On every rank: the newest readable one; an unreadable one is passed over.
  struct Loaded {
    std::int64_t step = 0;
    h5::File file;
  };
  [[nodiscard]] std::optional<Loaded> load() const;
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }

 private:
  [[nodiscard]] bool may_write() const { return !may_write_ || may_write_(); }
  std::filesystem::path directory_;
  std::function<bool()> may_write_;
};

/// The ranks that do a task together.
class Team {
 public:
  Team(const Communicator& comm, int threads, Checkpoints checkpoints, std::function<bool()> stop,
       std::function<void(double, const std::string&)> report)
      : comm_(&comm), threads_(threads), checkpoints_(std::move(checkpoints)), stop_(std::move(stop)), report_(std::move(report)) {}
  [[nodiscard]] const Communicator& comm() const { return *comm_; }
  [[nodiscard]] int rank() const { return comm_->rank(); }
  [[nodiscard]] int size() const { return comm_->size(); }
  [[nodiscard]] bool leads() const { return comm_->leads(); }
  [[nodiscard]] int threads() const { return threads_; }
  [[nodiscard]] const Checkpoints& checkpoints() const { return checkpoints_; }
  /// True on every rank once any rank was asked to stop (USR1, deadline). Collective: all ranks of the team call it.
  [[nodiscard]] bool should_stop() const { return comm_->any(stop_()); }
  /// Leader: progress of this task, 0 to 1, and a word on it ("iteration 40, error 0.163").
  void progress(double fraction, const std::string& text) const {
    if (report_) report_(fraction, text);
  }

 private:
  const Communicator* comm_;
  int threads_;
  Checkpoints checkpoints_;
  std::function<bool()> stop_;
  std::function<void(double, const std::string&)> report_;
};

}  // namespace ronchi::engine
