// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

/// A function of the physics that the host's loops and a device's kernels share. As KOKKOS_INLINE_FUNCTION, for headers that loops
/// for one instruction set include, where Kokkos must not be seen.
#if defined(__CUDACC__) || defined(__HIPCC__)
#define RONCHI_FUNCTION __host__ __device__ inline
#else
#define RONCHI_FUNCTION inline
#endif
