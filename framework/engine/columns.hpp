// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "framework/base/range.hpp"
#include "framework/store/h5.hpp"

namespace ronchi::engine {

/// What the parts of a stage hold under one name.
struct Column {
  std::string how;  ///< rows, sum or max
  Scalar type = Scalar::i64;
  h5::Shape shape;
  std::vector<h5::Group::Source> rows;
  std::vector<std::int64_t> reduced;
};

/// What they hold under all names; for the index, and to merge parts.
struct Columns {
  std::map<std::string, Column> by_name;
  std::vector<std::string> row_order;

  /// A part whose items all failed may lack sums that others have. `source` is the file's name for virtual datasets.
  void add(const h5::Group& file, const std::string& source, Range items);
  void write_reduced(h5::Group& out) const;
};

}  // namespace ronchi::engine
