// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cmath>
#include <vector>

#include "framework/wave/adf.hpp"

namespace ronchi::wave {

inline std::vector<float> adf_image(const AdfSettings& settings, const physics::Particle& particle,
                                    const std::vector<AdfAtom>& atoms, const Pose& pose) {
  const AdfModel model(settings, atoms);
  AdfModel::Workspace workspace;
  std::vector<float> image(static_cast<std::size_t>(settings.grid.pixels()));
  model.image(particle, pose, settings.lens, workspace, image);
  return image;
}

/// Positions of the probe in A: every `step`-th pixel.
inline std::vector<double> coarse_positions(const Grid& grid, std::int64_t step) {
  std::vector<double> positions;
  for (std::int64_t i = 0; i < grid.nx; i += step) positions.push_back(static_cast<double>(i) * grid.sampling);
  return positions;
}
/// The fast image at those positions of a square field.
inline std::vector<float> adf_at(AdfSettings settings, const physics::Particle& particle, const std::vector<AdfAtom>& atoms,
                                 const Pose& pose, std::int64_t step) {
  settings.grid = {settings.grid.ny / step, settings.grid.nx / step, settings.grid.sampling * static_cast<double>(step)};
  return adf_image(settings, particle, atoms, pose);
}

/// How near `image` is to `truth`.
struct Agreement {
  double correlation;  ///< Pearson's
  double scale;        ///< that brings the image nearest to the truth
  double difference;   ///< after that: root mean square, over the truth's
  double means;        ///< the image's over the truth's
};
inline Agreement agreement(const std::vector<float>& image, const std::vector<float>& truth) {
  double n = static_cast<double>(image.size()), si = 0, st = 0, sii = 0, stt = 0, sit = 0;
  for (std::size_t p = 0; p < image.size(); ++p) {
    const double i = static_cast<double>(image[p]), t = static_cast<double>(truth[p]);
    si += i, st += t, sii += i * i, stt += t * t, sit += i * t;
  }
  const double scale = sit / sii;
  return {(sit - si * st / n) / std::sqrt((sii - si * si / n) * (stt - st * st / n)), scale,
          std::sqrt(std::max(0.0, stt - 2 * scale * sit + scale * scale * sii) / stt), si / st};
}

}  // namespace ronchi::wave
