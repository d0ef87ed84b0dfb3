// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

namespace ronchi::engine {

/// Turns SIGUSR1, SIGTERM, SIGINT and a time limit into a question that loops ask: should I stop in good order?
/// A second SIGINT ends the program at once.
class StopSignal {
 public:
  /// `after_seconds` <= 0: no limit.
  explicit StopSignal(double after_seconds);
  ~StopSignal();
  StopSignal(const StopSignal&) = delete;
  StopSignal& operator=(const StopSignal&) = delete;
  [[nodiscard]] bool asked() const;

 private:
  double deadline_ = 0;
};

/// Seconds of a clock that never jumps.
[[nodiscard]] double steady_seconds();

}  // namespace ronchi::engine
