// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/base/range.hpp"
#include "framework/comm/communicator.hpp"
#include "framework/store/h5.hpp"

namespace ronchi::h5 {

/// Writes one dataset of `shape` from all ranks of a team: rank 0 has `file` open and creates the dataset, contiguous and
/// allocated early; the file is closed, reopened by all with MPI-IO, written in slabs (rows `mine` of the first axis),
/// closed and reopened by rank 0. With one rank it is an ordinary write. Collective.
void write_shared(File& file, const Communicator& team, const std::string& name, Scalar type, const Shape& shape, Range mine,
                  const std::byte* values);

}  // namespace ronchi::h5
