// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/at_once.hpp"

#include <algorithm>
#include <atomic>
#include <iterator>

#include "framework/data/parallel.hpp"

namespace ronchi::engine {

std::int64_t AtOnce::lanes() { return Kokkos::is_initialized() ? host_threads() : 1; }

AtOnce::AtOnce(Part& part, Range items, const std::string& label,
               const std::function<void(std::int64_t item, std::int64_t lane)>& compute)
    : part_(&part), first_(items.first), thrown_(static_cast<std::size_t>(items.size())) {
  std::vector<std::int64_t> open;
  for (std::int64_t item = items.first; item < items.last; ++item)
    if (part.open(item)) open.push_back(item);
  std::atomic<std::size_t> next = 0;
  part.together(items, [&] {
    parallel_host(label, std::min(lanes(), std::ssize(open)), [&](std::int64_t lane) {
      for (std::size_t i = next++; i < open.size(); i = next++) {
        try {
          compute(open[i], lane);
        } catch (...) { thrown_[static_cast<std::size_t>(open[i] - first_)] = std::current_exception(); }
      }
    });
  });
}

bool AtOnce::item(std::int64_t item, const std::function<void()>& write) const {
  return part_->item(item, [&] {
    if (const auto& thrown = thrown_.at(static_cast<std::size_t>(item - first_))) std::rethrow_exception(thrown);
    write();
  });
}

}  // namespace ronchi::engine
