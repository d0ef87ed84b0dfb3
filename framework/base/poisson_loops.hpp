// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/base/random_loops.hpp"

/// Poisson numbers by inversion in single precision, each with the question whether its error could matter.
namespace ronchi {
namespace {

constexpr float normal_from = 12;      // means below are summed up term by term
constexpr float normal_up_to = 4.0e6;  // above, single precision has too few digits

#if defined(__AVX512F__)
constexpr int abreast = 4;  // vectors that are summed up at a time: one would wait for its own results
#else
constexpr int abreast = 2;
#endif

/// 1 / k
constexpr float reciprocals[32] = {0,        1.f,      1.f / 2,  1.f / 3,  1.f / 4,  1.f / 5,  1.f / 6,  1.f / 7,
                                   1.f / 8,  1.f / 9,  1.f / 10, 1.f / 11, 1.f / 12, 1.f / 13, 1.f / 14, 1.f / 15,
                                   1.f / 16, 1.f / 17, 1.f / 18, 1.f / 19, 1.f / 20, 1.f / 21, 1.f / 22, 1.f / 23,
                                   1.f / 24, 1.f / 25, 1.f / 26, 1.f / 27, 1.f / 28, 1.f / 29, 1.f / 30, 1.f / 31};

/// Means below `normal_from`: the number of terms of the distribution function below U, of which `terms` are looked at.
inline void by_summation(const Floats* mean, const Words* word, int terms, Floats* value, Ints* doubt) {
  Floats u[abreast], p[abreast], sum[abreast], closest[abreast];
  Ints count[abreast];
  for (int j = 0; j < abreast; ++j) {
    u[j] = (floats((Ints)(word[j] >> 8)) + 0.5f) * 0x1p-24f;
    p[j] = sum[j] = decay(mean[j]);
    closest[j] = Floats{} + 1.0f;
    count[j] = Ints{};
  }
  for (int k = 1; k <= terms; ++k)
    for (int j = 0; j < abreast; ++j) {
      const Floats above = u[j] - sum[j];
      count[j] -= above > 0.0f;
      closest[j] = lesser(closest[j], magnitude(above));
      p[j] *= mean[j] * reciprocals[k];
      sum[j] += p[j];
    }
  for (int j = 0; j < abreast; ++j) {
    value[j] = floats(count[j]);
    // Errors: 6e-8 of U and of each sum, 2e-7 of the first term and 2e-7 more of each next one, weighted by its probability.
    doubt[j] = (closest[j] < 8e-6f) | (count[j] == terms);
  }
}

/// Larger ones: the expansion of the inverse distribution function in 1 / sqrt(mean) (Cornish & Fisher; M. Giles, ACM Trans. Math.
/// Softw. 42 (2016) 7, section 2). With its continuation to real numbers, P(N < x) = Q(x, mean), the number is the integer below x.
/// The term of mean^-3/2 is a fit to what is missing between 12 and 200 within 4 standard deviations; the bound is at least 1.4
/// times what is missing still, from 12 on.
inline Floats by_expansion(Floats mean, Words word, Ints& doubt) {
  Floats x, log;
  signed_uniform(word, x, log);
  const Floats w = normal_number(x, log), w2 = w * w;
  const Floats s = root(mean), inverse = 1.0f / s, inverse2 = inverse * inverse;
  const Floats whole = floats(truncated(mean));
  const Floats inverse3 = inverse * inverse2;
  const Floats y = (mean - whole) + s * w + (0.333333333f + w2 * 0.166666667f) +
                   (w * (-0.0277777778f - w2 * 0.0138888889f)) * inverse +
                   (-0.0197530864f + w2 * (0.00864197531f + w2 * 0.0037037037f)) * inverse2 +
                   (w * (0.0166f - w2 * (0.002f + w2 * 0.00162f))) * inverse3;
  const Floats cut = floats(truncated(y)), below = cut - select(cut > y, Floats{} + 1.0f, Floats{});
  const Floats part = y - below, size = magnitude(w);
  const Floats bound = (0.01f + w2 * (0.004f + w2 * (w2 * (w2 * 3e-5f)))) * inverse3 + (s * 4e-6f + 2e-6f);
  doubt = (part < bound) | (part > 1.0f - bound) | (size > 3.9f) | (mean > normal_up_to);
  return whole + below;
}

long fill_poisson(const unsigned* words, const float* means, long n, float* out, int* doubtful) {
  long doubts = 0;
  for (long start = 0; start < n; start += random_group) {
    Floats low = load<Floats>(means + start), high = low;
    for (int i = lanes; i < random_group; i += lanes) {
      low = lesser(load<Floats>(means + start + i), low);
      high = greater(load<Floats>(means + start + i), high);
    }
    float least = low[0], most = high[0];
    for (int i = 1; i < lanes; ++i) {
      least = low[i] < least ? low[i] : least;
      most = high[i] > most ? high[i] : most;
    }
    const float summed = most < normal_from ? most : normal_from;
    const int terms = summed > 0 ? 4 + static_cast<int>(summed + 3.9f * __builtin_sqrtf(summed)) : 1;
    for (int i = 0; i < random_group; i += lanes * abreast) {
      Floats mean[abreast], value[abreast];
      Words word[abreast];
      Ints doubt[abreast];
      for (int j = 0; j < abreast; ++j) {
        mean[j] = load<Floats>(means + start + i + j * lanes);
        word[j] = load<Words>(words + start + i + j * lanes);
      }
      if (!(least >= normal_from)) {
        Floats small[abreast];
        for (int j = 0; j < abreast; ++j) small[j] = select(mean[j] > 0.0f, lesser(mean[j], Floats{} + normal_from), Floats{});
        by_summation(small, word, terms, value, doubt);
      }
      if (!(most < normal_from))
        for (int j = 0; j < abreast; ++j) {
          Ints other;
          const Ints large = mean[j] >= normal_from;
          const Floats many = by_expansion(select(large, mean[j], Floats{} + normal_from), word[j], other);
          value[j] = least >= normal_from ? many : select(large, many, value[j]);
          doubt[j] = least >= normal_from ? other : (large & other) | (~large & doubt[j]);
        }
      for (int j = 0; j < abreast; ++j) {
        const long at = start + i + j * lanes;
        store(out + at, value[j]);
        for (unsigned bits = bits_of(doubt[j]); bits != 0; bits &= bits - 1)
          doubtful[doubts++] = static_cast<int>(at) + __builtin_ctz(bits);
      }
    }
  }
  return doubts;
}

constexpr RandomKernels random_kernels(const char* name) { return {name, &fill_bits, &fill_uniform, &fill_normal, &fill_poisson}; }

}  // namespace
}  // namespace ronchi
