// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/data/parallel.hpp"
#include "framework/wave/fft.hpp"

namespace ronchi::wave {

/// The transforms of `Fft` for `batch` fields that lie one after the other in the memory of an execution space. Kernels of the
/// space before and after them are in order with them.
template <class Space>
class BatchFft;

/// On the host, one field after the other on each thread.
template <>
class BatchFft<HostSpace> {
 public:
  BatchFft(const Grid& grid, int batch) : fft_(grid), batch_(batch) {}
  void forward(Complex* fields) const {
    HostSpace().fence();
    parallel_host("ronchi/wave/forward", batch_, [&](std::int64_t i) { fft_.forward(fields + i * fft_.grid().pixels()); });
  }
  void inverse(Complex* fields) const {
    HostSpace().fence();
    parallel_host("ronchi/wave/inverse", batch_, [&](std::int64_t i) { fft_.inverse(fields + i * fft_.grid().pixels()); });
  }

 private:
  Fft fft_;
  int batch_;
};

#ifdef KOKKOS_ENABLE_CUDA
/// cuFFT, on the stream of the default instance of Kokkos.
template <>
class BatchFft<Kokkos::Cuda> {
 public:
  BatchFft(const Grid& grid, int batch);
  ~BatchFft();
  BatchFft(const BatchFft&) = delete;
  BatchFft& operator=(const BatchFft&) = delete;

  void forward(Complex* fields) const;
  void inverse(Complex* fields) const;

 private:
  int plan_ = 0;
};
#endif

}  // namespace ronchi::wave
