// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <vector>

#include "framework/wave/grid.hpp"

namespace ronchi::wave {

/// Memory whose address is a multiple of 64 bytes, as vector instructions like it and `Fft` asks for.
template <class T>
struct Aligned {
  using value_type = T;
  static constexpr std::align_val_t alignment{64};
  Aligned() = default;
  template <class U>
  Aligned(const Aligned<U>&) {}
  [[nodiscard]] T* allocate(std::size_t n) { return static_cast<T*>(::operator new(n * sizeof(T), alignment)); }
  void deallocate(T* p, std::size_t) noexcept { ::operator delete(p, alignment); }
  friend bool operator==(const Aligned&, const Aligned&) { return true; }
};

/// The values of a Grid, in real or in Fourier space.
using Field = std::vector<Complex, Aligned<Complex>>;
using RealField = std::vector<float, Aligned<float>>;

/// Fourier transforms of fields of one grid, in place, single precision (FFTW on the host). Both directions are unscaled:
///   forward  F(k) = sum_x f(x) exp(-2 pi i k x),    inverse  f(x) = sum_k F(k) exp(+2 pi i k x)
/// so that inverse(forward(f)) = pixels() f. Plans are made by rule, not by the clock (FFTW_ESTIMATE): a field gives the same bytes
/// in every run on processors with the same vector instructions. Any number of threads may transform different fields with one
/// Fft. Arrays must be aligned as `Field` is.
class Fft {
 public:
  explicit Fft(const Grid& grid);
  ~Fft();
  Fft(Fft&&) noexcept;
  Fft& operator=(Fft&&) noexcept;

  [[nodiscard]] const Grid& grid() const { return grid_; }
  void forward(Complex* field) const;
  void inverse(Complex* field) const;

  /// The two halves of a transform, for fields whose columns outside a band are zero and need no transform; not in place.
  /// A row [nx] is transformed alone, columns in groups: [ny, group] in real space, [group, ny] in Fourier space.
  static constexpr std::int64_t group = 4;
  void forward_row(const Complex* row, Complex* frequencies) const;
  void inverse_row(const Complex* frequencies, Complex* row) const;
  void forward_columns(const Complex* columns, Complex* frequencies) const;
  void inverse_columns(const Complex* frequencies, Complex* columns) const;

 private:
  struct Plans;
  Grid grid_;
  std::unique_ptr<Plans> plans_;
};

}  // namespace ronchi::wave
