// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <string>
#include <vector>

#include "framework/engine/part.hpp"

namespace ronchi::engine {

/// Items of a task that are computed at the same time, on the threads of the host, before each is written in its turn.
class AtOnce {
 public:
  /// How many calls there can be at the same time.
  [[nodiscard]] static std::int64_t lanes();

  /// Calls compute(item, lane), 0 <= lane < lanes(), for those of `items` that are open: in flight together (Part::together), in
  /// any order; calls with the same lane follow each other, so that each may have a workspace. What it throws is kept for the
  /// item's turn.
  AtOnce(Part& part, Range items, const std::string& label,
         const std::function<void(std::int64_t item, std::int64_t lane)>& compute);

  /// Part::item, in which what computing the item has thrown is thrown first: it fails as if it had been computed there.
  bool item(std::int64_t item, const std::function<void()>& write) const;

 private:
  Part* part_;
  std::int64_t first_;
  std::vector<std::exception_ptr> thrown_;
};

}  // namespace ronchi::engine
