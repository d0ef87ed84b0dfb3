// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/md/kernels.hpp"
#include "framework/md/list_loops.hpp"
#include "framework/md/noise_loops.hpp"

namespace ronchi::md {
namespace {

template <class P, class T>
constexpr Kernels<T> kernels_of(const char* name) {
  return {name, move<T>, kick<T>, scale<T>, randomise<T>, moments<T>, halt<T>, outer_rows<P>, inner_rows<P>, forces<P>, energy<P>};
}

}  // namespace
}  // namespace ronchi::md
