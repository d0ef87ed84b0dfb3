// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/learn/learner.hpp"

/// What the module exports. Between program and module: both are built together.
namespace ronchi::learn {

inline constexpr const char* module_name = "libronchi_learning.so";
inline constexpr const char* module_entry = "ronchi_make_learner";

}  // namespace ronchi::learn

extern "C" {
__attribute__((visibility("default"))) ronchi::learn::Learner* ronchi_make_learner(const ronchi::learn::Network* network);
}
