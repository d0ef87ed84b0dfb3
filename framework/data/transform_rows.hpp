// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "framework/data/scalar.hpp"

/// The inner loops of Transform, one row at a time, all of them plain loops that compilers vectorise. Types known at run
/// time become a pair of function pointers per data set.
namespace ronchi::rows {

/// What sums of pixels are held in: 32 bits suffice for bin x bin values of 16 bits (bin <= 256).
template <class In>
using Accumulator =
    std::conditional_t<std::is_floating_point_v<In>, double,
                       std::conditional_t<(sizeof(In) <= 2 && std::is_unsigned_v<In>), std::uint32_t, std::int64_t>>;

/// sums[i] = or += in[i].
using Gather = void (*)(const std::byte* in, std::byte* sums, std::int64_t count, bool first);
template <class In>
void gather(const std::byte* in_bytes, std::byte* sums_bytes, std::int64_t count, bool first) {
  using Acc = Accumulator<In>;
  const In* __restrict in = reinterpret_cast<const In*>(in_bytes);
  Acc* __restrict sums = reinterpret_cast<Acc*>(sums_bytes);
  if (first)
    for (std::int64_t i = 0; i < count; ++i) sums[i] = static_cast<Acc>(in[i]);
  else
    for (std::int64_t i = 0; i < count; ++i) sums[i] += static_cast<Acc>(in[i]);
}

template <class Acc>
[[nodiscard]] inline Acc masked(Acc value, Acc keep) {
  if constexpr (std::is_floating_point_v<Acc>)
    return keep != 0 ? value : 0;  // also where the value is NaN
  else
    return value & keep;
}

/// Adds `bin` neighbours, masks (keep: all bits or none; floats: 1 or 0), stores. Returns non-zero if a value does not fit.
template <class Acc, class Out, int Bin>
std::uint64_t store_binned(const Acc* __restrict sums, const Acc* __restrict keep, Out* __restrict out, std::int64_t count,
                           std::int64_t bin) {
  if constexpr (std::is_floating_point_v<Acc>) {
    std::uint64_t odd = 0;
    for (std::int64_t i = 0; i < count; ++i) {
      Acc v = sums[i * bin];
      for (std::int64_t j = 1; j < bin; ++j) v += sums[i * bin + j];
      v = masked(v, keep[i]);
      odd |= !(std::abs(v) <= static_cast<Acc>(std::numeric_limits<float>::max()));  // NaN too
      out[i] = static_cast<Out>(v);
    }
    return odd;
  } else {
    Acc seen = 0;  // a bit that the output type lacks shows up here, and so does a sign
    for (std::int64_t i = 0; i < count; ++i) {
      Acc v;
      if constexpr (Bin == 1)
        v = sums[i];
      else if constexpr (Bin == 2)
        v = sums[2 * i] + sums[2 * i + 1];
      else if constexpr (Bin == 4)
        v = sums[4 * i] + sums[4 * i + 1] + sums[4 * i + 2] + sums[4 * i + 3];
      else {
        v = 0;
        for (std::int64_t j = 0; j < bin; ++j) v += sums[i * bin + j];
      }
      v &= keep[i];
      seen |= v;
      out[i] = static_cast<Out>(v);
    }
    if constexpr (std::is_floating_point_v<Out>)
      return 0;
    else
      return static_cast<std::uint64_t>(seen) & ~static_cast<std::uint64_t>(std::numeric_limits<Out>::max());
  }
}

using Store = std::uint64_t (*)(const std::byte* sums, const std::byte* keep, std::byte* out, std::int64_t count, std::int64_t bin);
template <class Acc, class Out>
std::uint64_t store(const std::byte* sums_bytes, const std::byte* keep_bytes, std::byte* out_bytes, std::int64_t count,
                    std::int64_t bin) {
  const Acc* sums = reinterpret_cast<const Acc*>(sums_bytes);
  const Acc* keep = reinterpret_cast<const Acc*>(keep_bytes);
  Out* out = reinterpret_cast<Out*>(out_bytes);
  if (bin == 1) return store_binned<Acc, Out, 1>(sums, keep, out, count, bin);
  if (bin == 2) return store_binned<Acc, Out, 2>(sums, keep, out, count, bin);
  if (bin == 4) return store_binned<Acc, Out, 4>(sums, keep, out, count, bin);
  return store_binned<Acc, Out, 0>(sums, keep, out, count, bin);
}

/// The functions of one pair of types. `store` is null where the pair is refused (floats into integers).
struct Kernels {
  Gather gather = nullptr;
  Store store = nullptr;
  std::int64_t accumulator_bytes = 0;
  bool floating = false;  ///< the accumulator is
};

template <class In>
[[nodiscard]] Kernels kernels(Scalar output) {
  using Acc = Accumulator<In>;
  Kernels k{&gather<In>, nullptr, sizeof(Acc), std::is_floating_point_v<Acc>};
  if (output == Scalar::f32) k.store = &store<Acc, float>;
  if constexpr (!std::is_floating_point_v<Acc>) {
    if (output == Scalar::u8) k.store = &store<Acc, std::uint8_t>;
    if (output == Scalar::u16) k.store = &store<Acc, std::uint16_t>;
    if (output == Scalar::u32) k.store = &store<Acc, std::uint32_t>;
  }
  return k;
}

}  // namespace ronchi::rows
