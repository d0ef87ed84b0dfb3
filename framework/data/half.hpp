// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace ronchi {

/// An IEEE 754 binary16 number as it is stored: 1 bit of sign, 5 of exponent, 10 of mantissa; numpy's float16. It holds values, one
/// computes with float: 11 significant bits, 6.1e-5 (below with fewer digits, to 6e-8) to 65504.
struct Half {
  std::uint16_t bits = 0;
  friend bool operator==(Half, Half) = default;  ///< of the bits
};
static_assert(sizeof(Half) == 2);

/// Rounded to nearest, ties to even; from 65520 on infinite; every NaN becomes one quiet NaN. All three branches are computed and
/// one is chosen, so that loops vectorise.
[[nodiscard]] inline Half to_half(float value) {
  const auto all = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = (all >> 16) & 0x8000u, u = all & 0x7fffffffu;
  // Too small for a full mantissa: an addition of 0.5 puts the last bit of a half in the last place of a float, which rounds.
  constexpr std::uint32_t one_half = 0x3f000000u;
  const std::uint32_t tiny = std::bit_cast<std::uint32_t>(std::bit_cast<float>(u < 0x38800000u ? u : 0u) + 0.5f) - one_half;
  const std::uint32_t normal = (u - ((127u - 15u) << 23) + 0xfffu + ((u >> 13) & 1u)) >> 13;
  const std::uint32_t large = u > 0x7f800000u ? 0x7e00u : 0x7c00u;
  const std::uint32_t rounded = u < 0x38800000u ? tiny : u < 0x47800000u ? normal : large;
  return {static_cast<std::uint16_t>(sign | rounded)};
}

/// Exact.
[[nodiscard]] inline float to_float(Half half) {
  const std::uint32_t sign = (half.bits & 0x8000u) << 16, u = half.bits & 0x7fffu;
  const auto tiny = std::bit_cast<std::uint32_t>(static_cast<float>(static_cast<std::int32_t>(u)) * 0x1p-24f);
  const std::uint32_t normal = (u << 13) + ((127u - 15u) << 23), large = (u << 13) | 0x7f800000u;
  return std::bit_cast<float>(sign | (u < 0x400u ? tiny : u < 0x7c00u ? normal : large));
}

inline void to_half(std::span<const float> values, std::span<Half> out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = to_half(values[i]);
}
inline void to_float(std::span<const Half> values, std::span<float> out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = to_float(values[i]);
}

}  // namespace ronchi
