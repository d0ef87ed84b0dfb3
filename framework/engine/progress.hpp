// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>
#include <string>

namespace ronchi::engine {

/// What the user sees of a run, on stderr of world rank 0: a live line with rate and time left on a terminal, one line per
/// stage otherwise.
class Progress {
 public:
  Progress(bool speaks, bool terminal) : speaks_(speaks), terminal_(terminal) {}
  void start(const std::string& stage);
  /// `done` of `total` in units of `what` ("items"); at most five times a second.
  void update(double done, double total, const std::string& what);
  /// A collective stage: fraction done, and its own words.
  void update(double fraction, const std::string& text);
  void finish(const std::string& line);  ///< replaces the live line for good
  void say(const std::string& line);     ///< a line of its own
  [[nodiscard]] double seconds() const;  ///< since start

  /// What was said last; on world rank 0 the counts of the run, elsewhere the stage alone. From any thread.
  struct Now {
    std::string stage, text;
    double done = 0, total = 0;
    double fresh = 0;  ///< of `done`, what was done since start
    double seconds = 0;
  };
  [[nodiscard]] Now now() const;

 private:
  void draw(const std::string& text);
  [[nodiscard]] bool due();
  bool speaks_, terminal_;
  bool drawn_ = false;
  std::string stage_;
  double started_ = 0, first_done_ = -1, drawn_at_ = 0;
  mutable std::mutex mutex_;  // of now_
  Now now_;
};

}  // namespace ronchi::engine
