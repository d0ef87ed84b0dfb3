// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/powder_diffraction/options.hpp"

namespace ronchi::powder_diffraction {

void describe(config::Schema<Options>& s) {
  s.field("radiation", &Options::radiation).choices({"electrons", "xrays"}).help("What is scattered");
  s.field("scattering", &Options::scattering).choices({"kirkland", "lobato"}).help("Table of scattering factors");
  s.field("q", &Options::q).range(0, 10).unit("1/A").help("[least, most] of q = 1/d = 2 sin(theta) / lambda");
  s.field("points", &Options::points).range(2, 1 << 20).help("Number of values of q, equally far apart");
  s.field("bin", &Options::bin)
      .range(1e-4, 1)
      .unit("A")
      .help("Width of the bins of distances; the intensity is wrong by 0.0047 (2 pi q bin)^4 of its terms at most");
  s.field("pdf_range", &Options::pdf_range)
      .range(0, 200)
      .unit("A")
      .help("Also the pair distribution function up to this distance, by a sine transform over q; 0: none");
  s.field("pdf_step", &Options::pdf_step).range(1e-3, 10).unit("A").help("Distance of its values");
}

}  // namespace ronchi::powder_diffraction
