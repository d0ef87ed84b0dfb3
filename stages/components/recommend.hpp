// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace ronchi::components {

/// What a sweep over numbers of components found.
struct Findings {
  int least = 2;                                        ///< smallest model; model i has least + i components
  std::vector<double> spectrum;                         ///< squared singular values in units of the noise edge, descending
  std::vector<std::vector<int>> distinct;               ///< [model][run]: distinct patterns among its components
  std::vector<std::vector<double>> deviance;            ///< [model][run]: held-out deviance
  std::vector<double> stability_least, stability_mean;  ///< [model]
};

struct Recommendation {
  int distinct = 1;       ///< number of distinct mean patterns; 0 if none can be told, with a confidence of 0
  int components = 1;     ///< least number of components at which all of them are apart
  double confidence = 0;  ///< 0 to 1: how probable it is that `distinct` is right
  double votes = 0;       ///< part of the models with at least so many components that have this number
  // What each criterion by itself says
  int by_deviance = 1, by_stability = 1, by_spectrum = 1;
  int supported = 1;  ///< components that the held-out half supports: the least deviance
  std::string text;   ///< the same in words
};

/// See docs/components.md.
[[nodiscard]] Recommendation recommend(const Findings& findings);

}  // namespace ronchi::components
