// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "framework/store/h5.hpp"
#include "stages/elements/spectrum.hpp"

namespace ronchi::elements {

namespace {

Spectrum sum_of(const h5::Group& experiment) {
  const auto data = experiment.dataset("data");
  const auto shape = data.shape();
  Spectrum s;
  s.counts.assign(static_cast<std::size_t>(shape[2]), 0);
  const auto axis = experiment.group("axis-2");
  s.scale = axis.attribute<double>("scale");
  s.offset = axis.attribute<double>("offset");
  for (std::int64_t y = 0; y < shape[0]; y += 32) {
    const auto v = data.read<std::uint8_t>({y, 0, 0}, {std::min<std::int64_t>(32, shape[0] - y), shape[1], shape[2]});
    for (std::size_t i = 0; i < v.size(); ++i) s.counts[i % s.counts.size()] += v[i];
  }
  return s;
}

}  // namespace

TEST(Measured, ASearchFindsWhatTheMicroscopesOwnSoftwareListed) {
  // The file carries the elements that the operator confirmed in the vendor's program; a search does not look at them.
  const auto file = h5::File::open(std::filesystem::path(RONCHI_TEST_DATA) / "eds/L2083_tilt_+00.hspy");
  const auto experiment = file.group("Experiments/EDX");
  const auto listed = experiment.read_texts("metadata/Sample/_list_elements");
  const Spectrum s = sum_of(experiment);
  const auto found = identify(s, candidates_at(s, find_peaks(s)), {});
  std::size_t large = 0;
  for (const auto& f : found) {
    if (f.share < 0.03) continue;
    ++large;
    EXPECT_NE(std::find(listed.begin(), listed.end(), f.element->symbol), listed.end()) << f.element->symbol << " " << f.share;
  }
  EXPECT_GE(large, 5U);
}

}  // namespace ronchi::elements
