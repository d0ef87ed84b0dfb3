// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "stages/decompose/hals.hpp"
#include "stages/decompose/pca.hpp"

namespace ronchi::decompose {

enum class Start { nndsvda, nndsvd, anchor, random };

/// Non-negative double SVD (Boutsidis & Gallopoulos, Pattern Recognit. 41 (2008) 1350): of each singular pair the larger of
/// its non-negative and non-positive parts. `fill`: zeros become the mean of X~ (their NNDSVDa), so that no element is locked.
/// `svd` is not centred. Components that it does not have become random ones. Collective.
[[nodiscard]] Model nndsvd_start(const DataPass& pass, const Pca& svd, int k, bool fill, std::uint64_t seed);

/// Purest frames: successive projection (Araujo et al. 2001; Gillis & Vavasis, IEEE TPAMI 36 (2014) 698, algorithm 1) on the scores
/// of the k leading components, frames normalised to unit counts, those with less than half of the mean counts left out.
/// Collective.
[[nodiscard]] Model anchor_start(const DataPass& pass, const Pca& svd, int k, std::uint64_t seed);

/// |N(0, 1)| sqrt(mean / k), addressed by component, frame and pixel; `number` tells starts apart.
[[nodiscard]] Model random_start(const DataPass& pass, int k, std::uint64_t seed, int number);

}  // namespace ronchi::decompose
