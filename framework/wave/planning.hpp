// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>

namespace ronchi::wave {

/// FFTW's planner is not thread-safe, its execution is: every plan of the program is made and destroyed with this held.
[[nodiscard]] std::mutex& fft_planning();

}  // namespace ronchi::wave
