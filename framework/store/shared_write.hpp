// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

#include "framework/base/range.hpp"
#include "framework/comm/communicator.hpp"
#include "framework/store/h5.hpp"

namespace ronchi::h5 {

/// Creates a file that write_shared will write to, on one rank. With RONCHI_IO_HINTS it is made through MPI-IO first: a file is
/// striped when it is created, and keeps its stripes when it is emptied.
[[nodiscard]] File create_shared(const std::filesystem::path& path);
/// Opens a file on all ranks of a team through MPI-IO, with the same hints. Collective.
[[nodiscard]] File open_shared(const std::filesystem::path& path, const Communicator& team);

/// Writes one dataset of `shape` from all ranks of a team: rank 0 has `file` open and creates the dataset, contiguous and
/// allocated early; the file is closed, reopened by all with MPI-IO, written in slabs (rows `mine` of the first axis),
/// closed and reopened by rank 0. With one rank it is an ordinary write. Collective.
void write_shared(File& file, const Communicator& team, const std::string& name, Scalar type, const Shape& shape, Range mine,
                  const std::byte* values);

}  // namespace ronchi::h5
