// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>

#include "framework/comm/communicator.hpp"

namespace ronchi::engine {

/// Runs `work` on every rank. If it fails on some, all throw the failure of the lowest of them: nobody is left waiting.
/// `work` itself must not leave others in a collective call. Collective.
void together(const Communicator& ranks, const std::function<void()>& work);
/// Runs `work` on the leader; its failure becomes everybody's. Collective.
void on_leader(const Communicator& ranks, const std::function<void()>& work);

/// The ranks that do a task together, with a line aside on which they find out whether they failed together.
struct Crew {
  Communicator ranks, aside;
  [[nodiscard]] static Crew of(const Communicator& world, int color) {
    return {world.split(color, world.rank()), world.split(color, world.rank())};
  }
  /// For a rank that failed: true if all have. False: the others wait in a collective call that this rank will never join.
  [[nodiscard]] bool failed_together() const { return aside.all_here(3); }
};

}  // namespace ronchi::engine
