// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/wave/fft.hpp"

/// From one grid to another. A particle is simulated in a tight box with fine pixels; what is asked is a wide field.
namespace ronchi::wave {

/// The smallest side >= n that the transforms like: 2^a 3^b 5^c, a multiple of 8.
[[nodiscard]] std::int64_t good_side(std::int64_t n);
/// The smallest side >= n of those that FFTW's plans by rule are quick at: 2^a (a > 2) times 1, 3, 5 or 25. Where the size is free
/// this is worth a larger grid: an image on 480 or 600 pixels a side takes 1.4 to 1.9 times as long as on 512 or 640
/// (lens_benchmark).
[[nodiscard]] std::int64_t quick_side(std::int64_t n);

/// The same field with other pixels: frequencies that `to` has are kept (below its Nyquist frequency), new ones are 0. Spectra as
/// from Fft::forward: the mean stays the mean. Failure(internal) if the two do not span the same field.
void resample(const Grid& from, const Complex* spectrum, const Grid& to, Complex* out);

/// Puts the wave of a box into a larger field of vacuum (1) with the same pixels: `spectrum` [box pixels], which is overwritten, is
/// the Fourier transform of the wave in the box; pixel (0, 0) of the box comes to (y, x) of the field, periodically. `out`
/// becomes the Fourier transform of the field.
void embed(const Fft& box, Complex* spectrum, const Fft& field, std::int64_t y, std::int64_t x, Complex* out);

}  // namespace ronchi::wave
