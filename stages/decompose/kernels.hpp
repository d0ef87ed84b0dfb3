// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "framework/base/kernel_list.hpp"

/// The inner loops of a decomposition, once per instruction set. All sets give the same bytes: every sum has one order
/// (16 lanes over the columns and a fixed tree for dot products, one chain over the rows for outer products) and every
/// step is one correctly rounded fused multiply-add.
///
/// This header and what the kernels include have no inline functions of the standard library: code compiled for a newer
/// processor must not be what the linker keeps for an older one.
namespace ronchi::decompose {

/// Lanes of the canonical order. Columns of matrices are padded with zeros to a multiple of it.
inline constexpr int lanes = 16;

/// Element types of the data matrix; the position in the tables below.
enum class Element { u8, u16, f32 };

struct Kernels {
  const char* name;

  /// Dot products of rows of X with rows of H: a[c * ld + r] = sum_j x[r * stride + j] * h[c * h_stride + j]
  /// for r < rows, c < k, j < columns (a multiple of `lanes`). `partial` is scratch of rows * 8 * lanes floats.
  void (*forward[3])(const void* x, std::int64_t stride, int rows, std::int64_t columns, const float* h, std::int64_t h_stride,
                     int k, float* partial, float* a, int ld);

  /// Outer products: g[c * g_stride + j] += w[r * k + c] * x[r * stride + j], one chain over r for every (c, j).
  void (*backward[3])(const void* x, std::int64_t stride, int rows, std::int64_t columns, const float* w, int k, float* g,
                      std::int64_t g_stride);

  /// HALS sweeps (Cichocki & Phan 2009) over `items` (a multiple of `lanes`) independent problems
  ///   min over w >= 0 of w^T B w - 2 a^T w,   a[c * ld + i], w[c * ld + i], B of k x k, inverse[c] = 1 / B(c, c)
  /// (0: that component stays as it is). Each group of 16 items is swept until the step, weighted with B(c, c), has
  /// fallen below sqrt(epsilon2) of the first one, at most `sweeps` times (the dynamic rule of Gillis & Glineur 2012, eq. 7).
  /// Returns the sum of squares of the projected gradient before the first sweep, each component's divided by B(c, c).
  double (*hals)(const float* a, float* w, int ld, int items, int k, const float* b, const float* inverse, int sweeps,
                 float epsilon2);

  /// s[c * k + d] += w[r * k + c] * w[r * k + d] for d <= c, in double, one chain over r.
  void (*gram)(const float* w, int rows, int k, double* s);

  /// units[i] += round(values[i] * scale), halves to even.
  void (*spill)(const float* values, std::int64_t count, double scale, std::int64_t* units);
};

[[nodiscard]] KernelList<Kernels> available_kernels();
[[nodiscard]] inline const Kernels& best_kernels() { return *available_kernels().sets[0]; }

namespace detail {
extern const Kernels portable_kernels;
extern const Kernels avx2_kernels;
extern const Kernels avx512_kernels;
}  // namespace detail

}  // namespace ronchi::decompose
