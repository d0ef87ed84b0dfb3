// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/formats/stage_frames.hpp"
#include "stages/decompose/decompose.hpp"
#include "stages/decompose/figures.hpp"
#include "stages/decompose/sketch_stage.hpp"

namespace ronchi::decompose {

engine::Plan Decompose::plan(const engine::Inputs& inputs) const {
  const auto info = formats::open_frames(formats::frames_input(inputs))->info();
  engine::Plan plan;
  plan.team = engine::all_ranks;
  plan.bytes = 4 * (info.frames() + info.pixels()) * (options_.wanted.value_or(20) + options_.scree);
  return plan;
}

std::string Decompose::fingerprint() const { return options_.fingerprint(); }

/// Sums over all frames that the stage before left; nothing if it left none.
std::vector<double> pixel_sums(const h5::Group& index, const FrameInfo& info) {
  if (!index.is_dataset("sum_pattern")) return {};
  const auto sums = index.read<double>("sum_pattern");
  if (static_cast<std::int64_t>(sums.size()) != info.pixels()) return {};
  return sums;
}

namespace {

/// What a stage that looked for the number of components recommends.
int recommended_components(const engine::Inputs& inputs) {
  const engine::Input* input = inputs.find_type("components");
  if (input == nullptr)
    fail(Fault::usage, "add a stage `components: {after: ingest}` and name it in this stage's `after:`, or give a number",
         "decompose.components is auto, but no stage of type 'components' is among its inputs");
  return static_cast<int>(input->index().attribute<std::int64_t>("components"));
}

/// The masks of a sketch are those of what is made from it.
Masks masks_for(const Options& options, const std::optional<h5::File>& sketch, const engine::Input& frames, const FrameInfo& info) {
  if (!sketch) return read_masks(options, frames, info);
  if (options.friedel || !options.within.components.empty())
    fail(Fault::usage, "leave the sketch out of after:, or friedel and within out of the options",
         "a sketch is one of single pixels at all of its positions; friedel or within would need another one");
  if (!options.navigation_mask.empty() || !options.mask_image.empty())
    fail(Fault::usage, "give navigation_mask and mask_image to the stage sketch",
         "the masks of a decomposition that comes after a sketch are those of the sketch");
  return masks_of_sketch(*sketch);
}

}  // namespace

void Decompose::run(const engine::Task&, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) {
  const engine::Input& input = formats::frames_input(inputs);
  std::unique_ptr<FrameSource> source;
  Masks masks;
  std::optional<h5::File> sketch;
  std::vector<double> thresholds;
  Setting setting;
  setting.seed = inputs.seed();
  setting.memory = inputs.memory().node;
  Options options = options_;
  together(team.comm(), [&] {
    source = formats::open_frames(input);
    options.components = options.wanted ? *options.wanted : recommended_components(inputs);
    if (const auto* stage = inputs.find_type("sketch")) sketch = stage->index();
    if (sketch && sketch->attribute_or<std::string>("frames_key", "") != input.key)
      fail(Fault::usage, "name the stage that was sketched in after:", "the sketch is one of other frames than those of stage '{}'",
           input.name);
    masks = masks_for(options_, sketch, input, source->info());
    if (sketch) setting.sketch = &*sketch;
    thresholds = restrict_to(options_.within, inputs, source->info(), masks);
    setting.pixel_sums = pixel_sums(input.index(), source->info());
  });
  const Outcome outcome = decompose(*source, masks, options, setting, team, part);
  if (!team.leads()) return;
  if (!thresholds.empty()) part.h5().set_attribute("within_above", thresholds);
  formats::save_info(part.h5().make_group("frames_info"), source->info());
  add_figures(outcome, source->info(), part.h5());
}

}  // namespace ronchi::decompose
