// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "framework/kokkos.hpp"

namespace ronchi {

/// Calls work(i) for 0 <= i < count, on the threads of the host if Kokkos was started, else one after the other. The calls
/// must not depend on each other, and must not throw.
template <class Work>
void parallel_host(const std::string& label, std::int64_t count, const Work& work) {
  if (count < 2 || !Kokkos::is_initialized() || host_threads() < 2) {
    for (std::int64_t i = 0; i < count; ++i) work(i);
    return;
  }
  using Policy = Kokkos::RangePolicy<HostSpace, Kokkos::Schedule<Kokkos::Dynamic>, Kokkos::IndexType<std::int64_t>>;
  Kokkos::parallel_for(label, Policy(0, count).set_chunk_size(1), work);
  HostSpace().fence();
}

}  // namespace ronchi
