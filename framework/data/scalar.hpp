// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>
#include <type_traits>
#include <utility>

#include "framework/data/half.hpp"

namespace ronchi {

/// The native type of one pixel or channel, in the byte order of this machine. f16 is for storage alone: rows and data sets have
/// it, frames do not (readers give its values as f32).
enum class Scalar { u8, u16, u32, u64, i8, i16, i32, i64, f32, f64, f16 };

/// Calls f(T{}) with the C++ type that `scalar` names; the one place where types known at run time become static. Of f16, with
/// which nobody computes, there is none.
template <class F>
decltype(auto) visit_scalar(Scalar scalar, F&& f) {
  switch (scalar) {
    case Scalar::u8:
      return f(std::uint8_t{});
    case Scalar::u16:
      return f(std::uint16_t{});
    case Scalar::u32:
      return f(std::uint32_t{});
    case Scalar::u64:
      return f(std::uint64_t{});
    case Scalar::i8:
      return f(std::int8_t{});
    case Scalar::i16:
      return f(std::int16_t{});
    case Scalar::i32:
      return f(std::int32_t{});
    case Scalar::i64:
      return f(std::int64_t{});
    case Scalar::f32:
      return f(float{});
    case Scalar::f64:
      return f(double{});
    case Scalar::f16:
      throw std::logic_error("16-bit floats are stored, not computed with: read them as float32");
  }
  throw std::logic_error("unknown scalar type");
}

template <class T>
[[nodiscard]] constexpr Scalar scalar_of() {
  if constexpr (std::is_same_v<T, float>)
    return Scalar::f32;
  else if constexpr (std::is_same_v<T, double>)
    return Scalar::f64;
  else if constexpr (std::is_same_v<T, Half>)
    return Scalar::f16;
  else if constexpr (std::is_integral_v<T> && sizeof(T) == 1)
    return std::is_signed_v<T> ? Scalar::i8 : Scalar::u8;
  else if constexpr (std::is_integral_v<T> && sizeof(T) == 2)
    return std::is_signed_v<T> ? Scalar::i16 : Scalar::u16;
  else if constexpr (std::is_integral_v<T> && sizeof(T) == 4)
    return std::is_signed_v<T> ? Scalar::i32 : Scalar::u32;
  else {
    static_assert(std::is_integral_v<T> && sizeof(T) == 8, "not a scalar type of a data set");
    return std::is_signed_v<T> ? Scalar::i64 : Scalar::u64;
  }
}

[[nodiscard]] inline std::size_t size_of(Scalar scalar) {
  return scalar == Scalar::f16 ? sizeof(Half) : visit_scalar(scalar, [](auto t) { return sizeof(t); });
}
[[nodiscard]] constexpr bool is_integer(Scalar s) { return s < Scalar::f32; }

/// "uint8", "float32", ...: numpy's names.
[[nodiscard]] constexpr std::string_view name_of(Scalar scalar) {
  constexpr std::string_view names[] = {"uint8", "uint16", "uint32",  "uint64",  "int8",   "int16",
                                        "int32", "int64",  "float32", "float64", "float16"};
  return names[static_cast<std::size_t>(scalar)];
}

}  // namespace ronchi
