// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/program/program.hpp"
#include "stages/registry.hpp"

int main(int argc, char** argv) { return ronchi::program(argc, argv, ronchi::all_stages()); }
