// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <cufft.h>

#include "framework/base/error.hpp"
#include "framework/wave/batch_fft.hpp"

namespace ronchi::wave {

namespace {

void check(cufftResult result, const char* what) {
  if (result != CUFFT_SUCCESS) fail(Fault::internal, "", "cuFFT: {} returned {}", what, static_cast<int>(result));
}
cufftComplex* raw(Complex* p) { return reinterpret_cast<cufftComplex*>(p); }

}  // namespace

BatchFft<Kokkos::Cuda>::BatchFft(const Grid& grid, int batch) {
  int n[2] = {static_cast<int>(grid.ny), static_cast<int>(grid.nx)};
  check(cufftPlanMany(&plan_, 2, n, nullptr, 1, n[0] * n[1], nullptr, 1, n[0] * n[1], CUFFT_C2C, batch), "cufftPlanMany");
  check(cufftSetStream(plan_, Kokkos::Cuda().cuda_stream()), "cufftSetStream");
}
BatchFft<Kokkos::Cuda>::~BatchFft() { cufftDestroy(plan_); }
void BatchFft<Kokkos::Cuda>::forward(Complex* fields) const {
  check(cufftExecC2C(plan_, raw(fields), raw(fields), CUFFT_FORWARD), "cufftExecC2C");
}
void BatchFft<Kokkos::Cuda>::inverse(Complex* fields) const {
  check(cufftExecC2C(plan_, raw(fields), raw(fields), CUFFT_INVERSE), "cufftExecC2C");
}

}  // namespace ronchi::wave
