// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/engine/stage.hpp"

namespace ronchi {

/// The command line of `ronchi` over a registry of stages; returns the exit code. See `ronchi --help`.
int program(int argc, char** argv, const engine::Registry& registry);

}  // namespace ronchi
