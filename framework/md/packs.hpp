// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/md/pack.hpp"

#if defined(__AVX512F__)
#include "framework/md/pack_avx512.hpp"
#include "framework/md/pack_avx512_double.hpp"
#elif defined(__AVX2__)
#include "framework/md/pack_avx2.hpp"
#endif

/// The packs that the translation unit that includes this is compiled for.
namespace ronchi::md {
namespace {

#if defined(__AVX2__)
using SinglePack = Floats;
#else
using SinglePack = Lanes<float>;
#endif
#if defined(__AVX512F__)
using DoublePack = Doubles;
#else
using DoublePack = Lanes<double>;
#endif

}  // namespace
}  // namespace ronchi::md
