// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <mpi.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ronchi::h5 {

/// What MPI-IO is told about files that several ranks write, such as how a parallel file system stripes them. From the environment:
/// RONCHI_IO_HINTS="striping_factor=8;striping_unit=4194304". Names and values are those of the MPI library; it ignores others.
using IoHints = std::vector<std::pair<std::string, std::string>>;

/// Failure(usage) when it is not a list of name=value.
[[nodiscard]] IoHints parse_io_hints(std::string_view text);
[[nodiscard]] IoHints io_hints();  ///< those of the environment; none if there are none

/// Owns an MPI_Info; MPI_INFO_NULL without hints.
class IoInfo {
 public:
  explicit IoInfo(const IoHints& hints);
  ~IoInfo();
  IoInfo(const IoInfo&) = delete;
  IoInfo& operator=(const IoInfo&) = delete;
  [[nodiscard]] MPI_Info mpi() const { return info_; }

 private:
  MPI_Info info_ = MPI_INFO_NULL;
};

}  // namespace ronchi::h5
