// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "framework/engine/stage.hpp"

/// Small stages whose results are known in closed form, and which can be told to misbehave. Faults come from the environment,
/// so that they do not enter keys: RONCHI_TEST_FAULT="<stage type>:<item>:<what>[;...]", item = 6, or 6+ for all from there,
/// what = fail, memory (runs out of it), abort, segfault, kill, overflow (the stack), alone (fails on the team's last rank only),
/// late (the team's leader sleeps for RONCHI_TEST_LATE seconds), absent (the team's last rank waits for ever inside MPI), stop
/// (SIGSTOP to itself), wait (until the file RONCHI_TEST_GATE or <RONCHI_TEST_GATE>.<stage type> is there, or the team is asked to
/// stop) or wrong (another value in numbers and total). RONCHI_TEST_LOG=FILE: a line per item that is begun.
namespace ronchi::testing {

/// The value of row `item`, element `i` of stage numbers.
[[nodiscard]] std::int32_t number(std::uint64_t seed, std::int64_t item, std::int64_t i);

/// all_stages() and the test stages: numbers, squares, total, crowd, and the example of docs/engine.md.
[[nodiscard]] const engine::Registry& test_stages();

}  // namespace ronchi::testing
