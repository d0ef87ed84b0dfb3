// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/registry.hpp"

#include "stages/accuracy_curve/stage.hpp"
#include "stages/components/stage.hpp"
#include "stages/decompose/decompose.hpp"
#include "stages/decompose/sketch_stage.hpp"
#include "stages/describe_particles/stage.hpp"
#include "stages/elements/stage.hpp"
#include "stages/export/stage.hpp"
#include "stages/files/files.hpp"
#include "stages/ingest/ingest.hpp"
#include "stages/learn_particles/stage.hpp"
#include "stages/phases/stage.hpp"
#include "stages/powder_diffraction/stage.hpp"
#include "stages/report/stage.hpp"
#include "stages/simulate_images/stage.hpp"
#include "stages/simulate_particles/stage.hpp"
#include "stages/simulate_scan/stage.hpp"
#include "stages/simulate_stem/stage.hpp"
#include "stages/survey/survey.hpp"

namespace ronchi {

const engine::Registry& all_stages() {
  // In the order in which a job usually has them.
  static const engine::Registry registry{
      engine::stage_type<files::Files>(),
      engine::stage_type<simulate_scan::SimulateScan>(),
      engine::stage_type<simulate_particles::SimulateParticles>(),
      engine::stage_type<describe_particles::DescribeParticles>(),
      engine::stage_type<simulate_images::SimulateImages>(),
      engine::stage_type<learn_particles::LearnParticles>(),
      engine::stage_type<simulate_stem::SimulateStem>(),
      engine::stage_type<powder_diffraction::PowderDiffraction>(),
      engine::stage_type<survey::Survey>(),
      engine::stage_type<ingest::Ingest>(),
      engine::stage_type<decompose::SketchStage>(),
      engine::stage_type<components::Components>(),
      engine::stage_type<decompose::Decompose>(),
      engine::stage_type<phases::Phases>(),
      engine::stage_type<accuracy_curve::AccuracyCurve>(),
      engine::stage_type<elements::ElementsStage>(),
      engine::stage_type<exporting::Export>(),
      engine::stage_type<report::ReportStage>(),
  };
  return registry;
}

}  // namespace ronchi
