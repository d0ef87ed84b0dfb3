// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/data/bad_pixels.hpp"
#include "stages/survey/decide.hpp"

namespace ronchi::survey {

/// An upper bound of all unmasked values of the surveyed frames after the transform: the largest sum over any bin x bin window that
/// some shift can bring to an unmasked output pixel. Windows with bad pixels: from their good pixels' and neighbours' maxima.
[[nodiscard]] double largest_output(const Findings& findings, const Transform& transform);

}  // namespace ronchi::survey
