// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <yaml-cpp/yaml.h>

#include "framework/config/problems.hpp"

namespace ronchi::engine {

/// `sweep: {over: scan.dose, values: [50, 100], stages: [scan, ingest]}` copies the named stages for every value, as
/// `scan@50`, `ingest@50`, ..., each reading from its fellow copies. Work with equal keys is done once. `set:` gives
/// further options to the copies: `set: {scan.shape: [50, 100]}`. Several sweeps are a list.
void expand_sweeps(YAML::Node root, config::Problems& problems);

}  // namespace ronchi::engine
