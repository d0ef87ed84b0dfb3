// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "stages/report/content.hpp"

namespace ronchi::testing {

/// Finished stages of a plausible job, made without running one: what a report is drawn from.
struct FakeJob {
  struct Size {
    std::int64_t slices = 1, ny = 40, nx = 60;
    std::int64_t height = 64, width = 64;  ///< height 1: spectra of `width` channels
    std::int64_t components = 4;
    double dose = 200;  ///< counts per pattern
  };
  explicit FakeJob(const Size& size, const std::string& title = "Nanowire <b>&</b> \"test\"");
  FakeJob(const FakeJob&) = delete;
  FakeJob& operator=(const FakeJob&) = delete;

  report::Content content;      ///< points into this object
  std::list<h5::File> indexes;  ///< files, ingest, decompose, ...
  std::unique_ptr<FrameSource> frames;
  std::vector<float> factors, loadings;  ///< [k, M], [N, k]
};

}  // namespace ronchi::testing
