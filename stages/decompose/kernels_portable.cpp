// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <bit>
#include <cmath>

#include "stages/decompose/kernel_loops.hpp"

namespace ronchi::decompose {
namespace {

/// a * b + c with one rounding. Where the processor has no such instruction: the product is exact in double, the sum is
/// rounded to odd, and the rounding of that to float is the right one (Boldo & Melquiond, IEEE Trans. Comput. 57 (2008)).
inline float fused(float a, float b, float c) {
#if defined(__FMA__) || defined(__ARM_FEATURE_FMA) || defined(__VSX__) || defined(__riscv_flen)
  return __builtin_fmaf(a, b, c);
#else
  const double product = static_cast<double>(a) * static_cast<double>(b), addend = static_cast<double>(c);
  const double sum = product + addend, back = sum - product;
  const double lost = (product - (sum - back)) + (addend - back);
  auto bits = std::bit_cast<std::int64_t>(sum);
  const std::int64_t odd = ((lost > 0) == (sum > 0)) ? 1 : -1;
  bits += (lost != 0 && (bits & 1) == 0) ? odd : 0;
  return static_cast<float>(std::bit_cast<double>(bits));
#endif
}

struct Portable {
  static constexpr int width = 16;
  static constexpr int dot_rows = 1, dot_components = 2, outer_strips = 1, outer_components = 2;
  struct Vector {
    float lane[width];
  };

  template <class F>
  static Vector each(F f) {
    Vector v;
    for (int i = 0; i < width; ++i) v.lane[i] = f(i);
    return v;
  }
  template <class T>
  static Vector load(const T* p) {
    return each([=](int i) { return static_cast<float>(p[i]); });
  }
  static void store(float* p, const Vector& v) {
    for (int i = 0; i < width; ++i) p[i] = v.lane[i];
  }
  static Vector broadcast(float v) {
    return each([=](int) { return v; });
  }
  static Vector fma(const Vector& a, const Vector& b, const Vector& c) {
    return each([&](int i) { return fused(a.lane[i], b.lane[i], c.lane[i]); });
  }
  static Vector fnma(const Vector& a, const Vector& b, const Vector& c) {
    return each([&](int i) { return fused(-a.lane[i], b.lane[i], c.lane[i]); });
  }
  static Vector sub(const Vector& a, const Vector& b) {
    return each([&](int i) { return a.lane[i] - b.lane[i]; });
  }
  static Vector mul(const Vector& a, const Vector& b) {
    return each([&](int i) { return a.lane[i] * b.lane[i]; });
  }
  static Vector floor_at_zero(const Vector& v) {
    return each([&](int i) { return v.lane[i] > 0 ? v.lane[i] : 0.f; });
  }
  static Vector projected(const Vector& gradient, const Vector& w) {
    return each([&](int i) { return w.lane[i] > 0 || gradient.lane[i] < 0 ? gradient.lane[i] : 0.f; });
  }
  static float total(const float* p) {
    float sum[8];
    for (int i = 0; i < 8; ++i) sum[i] = p[i] + p[i + 8];
    for (int i = 0; i < 4; ++i) sum[i] += sum[i + 4];
    for (int i = 0; i < 2; ++i) sum[i] += sum[i + 2];
    return sum[0] + sum[1];
  }
  static void spill(const float* values, std::int64_t count, double scale, std::int64_t* units) {
    for (std::int64_t i = 0; i < count; ++i) units[i] += std::llrint(static_cast<double>(values[i]) * scale);
  }
};

}  // namespace

const Kernels detail::portable_kernels = kernels_of<Portable>("portable");

}  // namespace ronchi::decompose
