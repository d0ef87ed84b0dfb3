// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/program/program.hpp"
#include "tests/support/stages.hpp"

/// `ronchi` with the test stages.
int main(int argc, char** argv) { return ronchi::program(argc, argv, ronchi::testing::test_stages()); }
