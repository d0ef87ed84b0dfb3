// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// report_preview KIND DIRECTORY: writes report.html of an invented job, and truth.h5 with its factors, loadings and frames,
// for looking at it and for the browser test. KIND: scan, spectra, large.
#include <cstdio>
#include <filesystem>

#include "tests/support/fake_job.hpp"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::puts("usage: report_preview scan|spectra|large DIRECTORY");
    return 2;
  }
  const std::string kind = argv[1];
  const std::filesystem::path directory = argv[2];
  std::filesystem::create_directories(directory);
  ronchi::testing::FakeJob::Size size;
  if (kind == "spectra") size = {3, 32, 48, 1, 1024, 3, 400};
  if (kind == "large") size = {1, 700, 900, 128, 128, 8, 200};
  const ronchi::testing::FakeJob job(size);
  const std::string html = ronchi::report::build_page(job.content);
  std::FILE* file = std::fopen((directory / "report.html").c_str(), "wb");
  if (file == nullptr || std::fwrite(html.data(), 1, html.size(), file) != html.size() || std::fclose(file) != 0) return 1;
  if (kind == "large") return 0;
  auto truth = ronchi::h5::File::create(directory / "truth.h5");
  const std::int64_t n = job.frames->info().frames(), m = job.frames->info().pixels();
  truth.write<float>("factors", job.factors, {size.components, m});
  truth.write<float>("loadings", job.loadings, {n, size.components});
  truth.write<std::uint8_t>("frames", job.frames->read<std::uint8_t>({0, n}), {size.slices, size.ny, size.nx, m});
  truth.close();
  return 0;
}
