// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <Kokkos_Core.hpp>

/// What differs between the versions of Kokkos that Ronchi builds with (3.4 to 5.x), in one place.
namespace ronchi {

using ExecutionSpace = Kokkos::DefaultExecutionSpace;
using HostSpace = Kokkos::DefaultHostExecutionSpace;

/// How many threads the host execution space has.
inline int host_threads() {
#if KOKKOS_VERSION >= 30700
  return HostSpace().concurrency();
#else
  return HostSpace::concurrency();
#endif
}

/// Starts Kokkos with this many host threads and ends it; exactly one per process, after MPI.
class KokkosSession {
 public:
  explicit KokkosSession(int threads) {
#if KOKKOS_VERSION >= 30700
    Kokkos::initialize(Kokkos::InitializationSettings().set_num_threads(threads).set_disable_warnings(true));
#else
    Kokkos::InitArguments arguments;
    arguments.num_threads = threads;
    arguments.disable_warnings = true;
    Kokkos::initialize(arguments);
#endif
  }
  ~KokkosSession() { Kokkos::finalize(); }
  KokkosSession(const KokkosSession&) = delete;
  KokkosSession& operator=(const KokkosSession&) = delete;
};

}  // namespace ronchi
