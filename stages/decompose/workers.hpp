// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "framework/kokkos.hpp"

namespace ronchi::decompose {

/// Calls body(piece, worker) for every piece in [0, pieces), on the threads of the host execution space. Each thread takes
/// the next piece that is free, so the order is not fixed: bodies add to exact sums or write to places of their own.
template <class F>
void for_pieces(const std::string& region, std::int64_t pieces, const F& body) {
  const int workers = host_threads();
  std::atomic<std::int64_t> next{0};
  Kokkos::parallel_for(region, Kokkos::RangePolicy<HostSpace>(0, workers), [&](const int worker) {
    for (std::int64_t piece = next.fetch_add(1); piece < pieces; piece = next.fetch_add(1)) body(piece, worker);
  });
  HostSpace().fence();
}

/// Floats at 64-byte boundaries.
using Buffer = Kokkos::View<float*, Kokkos::HostSpace>;
inline Buffer buffer(const std::string& label, std::int64_t size) { return Buffer(label, static_cast<std::size_t>(size)); }

}  // namespace ronchi::decompose
