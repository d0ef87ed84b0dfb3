// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace ronchi {

/// While one exists this process waits for other ranks inside MPI. Whoever watches the process reads one counter: odd means
/// waiting, unchanged means that this very wait still lasts. No clock is asked, so it may stand around every call.
/// Only on the thread that calls MPI; may be nested.
class Waiting {
 public:
  Waiting() {
    if (depth_++ == 0) step(1);
  }
  ~Waiting() {
    if (--depth_ == 0) step(1);
  }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

  /// Inside a wait that serves others: something came, so nobody is stuck.
  static void moved() { step(2); }
  /// The counter goes on in `counter` (in memory that a watcher sees), or with null in this process alone.
  static void report_to(std::uint64_t* counter);
  [[nodiscard]] static std::uint64_t counter();

 private:
  static void step(std::uint64_t by);
  static int depth_;
};

}  // namespace ronchi
