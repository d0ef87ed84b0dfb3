// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "framework/engine/job.hpp"

namespace ronchi::engine {

/// Does one item of a map stage again, in this process, and writes its rows to `out`, a new HDF5 file: bit for bit those of the
/// stage's parts, which need not be there. Rows of the stages before are read from their parts or, where these are gone, made
/// again in memory, the same item; their `index.h5` must be there. Options of the stage itself may differ from those of the run.
/// Failure: no such stage or item, a collective stage, an item that cannot be treated or is left out because one before it failed.
void remake(const Job& job, const std::string& stage, std::int64_t item, const std::filesystem::path& out);

}  // namespace ronchi::engine
