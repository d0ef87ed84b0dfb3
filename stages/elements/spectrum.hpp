// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "stages/elements/xray_lines.hpp"

/// One energy-dispersive spectrum: its peaks, and which elements make them.
namespace ronchi::elements {

struct Spectrum {
  double scale = 0.01, offset = 0;  ///< keV per channel, above 0; keV of channel 0
  std::vector<double> counts;
  std::vector<std::uint8_t> masked;  ///< 1 = channel left out; may be empty
  double resolution = 0.130;         ///< full width at half maximum at Mn Ka (5.895 keV), keV
  double beam_energy = 200;          ///< keV
  double lowest_energy = 0.15;       ///< keV; below, detectors have their noise peak

  [[nodiscard]] double energy(double channel) const { return offset + scale * channel; }
  [[nodiscard]] double channel(double energy) const { return (energy - offset) / scale; }
  [[nodiscard]] bool used(std::int64_t channel) const {
    return (masked.empty() || masked[static_cast<std::size_t>(channel)] == 0) &&
           energy(static_cast<double>(channel)) >= lowest_energy;
  }
  /// Full width at half maximum [keV] at an energy: FWHM^2 = FWHM_Mn^2 + 2.5 eV (E - E_Mn), Fiori and Newbury (1978).
  [[nodiscard]] double width(double energy) const;
  /// Whether a line lies on used channels and its shell can be ionised (overvoltage above 1.1).
  [[nodiscard]] bool sees(const Line& line) const;
};

/// A maximum that stands out of its surroundings.
struct Peak {
  double energy = 0;        ///< keV
  double significance = 0;  ///< height over its standard deviation
  double net = 0;           ///< counts above the local background
};
/// Peaks found with a second-derivative (zero-area Gaussian) filter of the detector's width: Mariscotti, Nucl. Instrum. Methods 50,
/// 309 (1967). Counts are taken as Poisson distributed.
[[nodiscard]] std::vector<Peak> find_peaks(const Spectrum& spectrum, double least_significance = 5);

/// An element that a spectrum shows.
struct Found {
  const Element* element = nullptr;
  double net = 0;           ///< counts in all its lines
  double share = 0;         ///< of the net counts of all found elements
  double significance = 0;  ///< of its most significant family
  std::vector<Line> lines;  ///< main lines of its significant families ("Ka", "Kb", "La", "Lb", "Ma"), for labels
};

struct IdentifyOptions {
  double least_significance = 5;
  double least_share = 0.003;
};

/// Fits non-negative families of Gaussian lines and a piecewise linear background to the spectrum, and leaves out the least
/// certain element until all that remain are significant. An element whose K lines (below 12 keV) could be seen must show
/// them: a lone L line of Zn is something else. Sorted by share, largest first.
[[nodiscard]] std::vector<Found> identify(const Spectrum& spectrum, std::vector<const Element*> candidates,
                                          const IdentifyOptions& options);

/// The candidates of a search without a list: elements with a main line at one of the peaks; noble gases, Be and
/// elements without stable isotopes (but Th and U) are left out.
[[nodiscard]] std::vector<const Element*> candidates_at(const Spectrum& spectrum, std::span<const Peak> peaks);

/// Peaks that no line of the found elements explains, escape (-1.74 keV) and sum peaks of the strongest lines aside.
[[nodiscard]] std::vector<Peak> unexplained(const Spectrum& spectrum, std::span<const Peak> peaks, std::span<const Found> found);

/// Whether a peak of a component is what the factorisation left there of others: another component has one of more than twice the
/// counts beside it, or it has less than a fifth of its component's largest and the sum of all components shows none there (`all`:
/// peaks of the sum). `peaks`: of every component; `component` is where `peak` was found.
[[nodiscard]] bool is_remnant(const Spectrum& spectrum, const Peak& peak, std::size_t component,
                              std::span<const std::vector<Peak>> peaks, std::span<const Peak> all);

/// "Al-O": the elements with at least 6 % of the net counts, three at most, largest first; "" if there are none.
[[nodiscard]] std::string component_name(std::span<const Found> found);

}  // namespace ronchi::elements
