// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/elements/stage.hpp"

#include "framework/base/error.hpp"
#include "framework/formats/formats.hpp"

namespace ronchi::elements {

void describe(config::Schema<ElementsOptions>& s) {
  s.field("elements", &ElementsOptions::elements)
      .help(
          "Symbols of the elements to look for, as [Al, O]; empty: those in the metadata, and without these a search over all "
          "elements");
  s.field("search", &ElementsOptions::search).help("Search over all elements even if a list is there");
  s.field("significance", &ElementsOptions::significance)
      .range(1, 1000)
      .help("An element is named when its lines stand out by this many standard deviations");
  s.field("least_share", &ElementsOptions::least_share)
      .range(0, 1)
      .help("An element is named when it has at least this share of the net counts");
  s.field("resolution", &ElementsOptions::resolution)
      .range(30, 300)
      .unit("eV")
      .help("Full width at half maximum of the detector at Mn Ka; auto: from the metadata, else 130");
  s.field("beam_energy", &ElementsOptions::beam_energy)
      .range(1, 1000)
      .unit("keV")
      .help("Lines that it cannot excite are left out; auto: from the metadata, else 200");
  s.field("lowest_energy", &ElementsOptions::lowest_energy)
      .range(0, 10)
      .unit("keV")
      .help("Channels below, where detectors have their noise peak, are not looked at");
}

engine::Plan ElementsStage::plan(const engine::Inputs& inputs) const {
  (void)inputs.of_type("decompose");
  return {1, 1, engine::all_ranks};
}

void ElementsStage::run(const engine::Task&, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) {
  if (!team.leads()) return;
  const h5::File decompose = inputs.of_type("decompose").index();
  name_components(options_, decompose, formats::load_info(decompose.group("frames_info")), part.h5());
}

}  // namespace ronchi::elements
