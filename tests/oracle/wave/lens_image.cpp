// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Makes the image of a wave for the oracle: ronchi_lens_image FOLDER reads setting.yaml (a map of energy, band, length, wave and
// image in pixels, lens, detector, seed, item) and wave.bin (complex64, [y, x]) there, and writes image.bin (float32), counts.bin
// (uint16) and electrons.bin (float32, the Poisson numbers of a perfect detector).
#include <cstdio>
#include <fstream>

#include "framework/base/error.hpp"
#include "framework/wave/detector.hpp"
#include "framework/wave/imaging.hpp"

namespace {

using namespace ronchi;

template <class T>
void write(const std::string& path, const T* values, std::size_t count) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(values), static_cast<std::streamsize>(count * sizeof(T)));
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 2) fail(Fault::usage, "ronchi_lens_image FOLDER", "{} arguments", argc - 1);
  const std::string folder = argv[1];
  const YAML::Node setting = YAML::LoadFile(folder + "/setting.yaml");
  const auto square = [&](const char* what) {
    const auto n = setting[what].as<std::int64_t>();
    return wave::Grid{n, n, setting["length"].as<double>() / static_cast<double>(n)};
  };
  const wave::Grid grid = square("wave"), image_grid = square("image");
  config::Problems problems(folder + "/setting.yaml");
  wave::LensOptions lens;
  config::read_table(*config::table_of<wave::LensOptions>(), &lens, setting["lens"], "lens", problems);
  wave::DetectorOptions detector;
  config::read_table(*config::table_of<wave::DetectorOptions>(), &detector, setting["detector"], "detector", problems);
  problems.raise();

  wave::Field psi(static_cast<std::size_t>(grid.pixels()));
  std::ifstream(folder + "/wave.bin", std::ios::binary)
      .read(reinterpret_cast<char*>(psi.data()), static_cast<std::streamsize>(psi.size() * sizeof(wave::Complex)));
  wave::Fft(grid).forward(psi.data());
  wave::RealField image(static_cast<std::size_t>(image_grid.pixels()));
  wave::Imaging(grid, setting["band"].as<double>(), image_grid)(wave::Lens(lens, setting["energy"].as<double>()), psi.data(),
                                                                image.data());
  write(folder + "/image.bin", image.data(), image.size());

  const auto seed = setting["seed"].as<std::uint64_t>(), item = setting["item"].as<std::uint64_t>();
  wave::Detector camera(detector, image_grid);
  std::vector<std::uint16_t> counts(image.size());
  camera.record(image.data(), seed, 5, item, 6, counts.data());
  write(folder + "/counts.bin", counts.data(), counts.size());

  std::vector<float> electrons(image.size());
  for (std::size_t i = 0; i < image.size(); ++i) electrons[i] = static_cast<float>(camera.electrons_per_pixel()) * image[i];
  RandomBlock(seed, 5, item, 6).poisson(0, electrons, electrons);
  write(folder + "/electrons.bin", electrons.data(), electrons.size());
  return 0;
} catch (const ronchi::Failure& failure) {
  std::fprintf(stderr, "%s\n", failure.what());
  return 1;
}
