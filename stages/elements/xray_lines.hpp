// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Characteristic X-ray lines of the elements from Be to U.
namespace ronchi::elements {

/// Energies [eV] as in the X-ray Data Booklet (LBNL, 2009), table 1-2, after Bearden, Rev. Mod. Phys. 39, 78 (1967); Mb1
/// from Bearden. Where a shell has a doublet (Ka1, Ka2) it is the stronger line. 0 = not listed.
struct Element {
  int z = 0;
  std::string_view symbol;
  double ka = 0, kb = 0, la = 0, lb1 = 0, lb2 = 0, lg1 = 0, ma = 0, mb = 0;
};
[[nodiscard]] std::span<const Element> all_elements();
[[nodiscard]] const Element* find_element(std::string_view symbol);

/// A line with its share of its family (the lines from holes in one shell), which sum to 1.
struct Line {
  std::string name;   ///< "Ka"
  double energy = 0;  ///< keV
  double weight = 0;
};
struct Family {
  char shell = 'K';
  std::vector<Line> lines;  ///< the strongest first
};
/// K: Ka : Kb after Schreiber and Wims, X-Ray Spectrom. 11, 42 (1982). L and M: the rounded weights of Goldstein et al.,
/// Scanning Electron Microscopy and X-ray Microanalysis, La : Lb1 : Lb2 : Lg1 = 1 : 0.7 : 0.2 : 0.08 and Ma : Mb = 1 : 0.6;
/// below Zr, whose L shell is barely filled, Lb1 has 0.1 to 0.4.
[[nodiscard]] std::vector<Family> families(const Element& element);

}  // namespace ronchi::elements
