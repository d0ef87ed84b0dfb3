// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <fstream>

#include "framework/base/sha256.hpp"
#include "framework/formats/stage_frames.hpp"
#include "stages/components/stage.hpp"
#include "stages/decompose/decompose.hpp"
#include "stages/decompose/figures.hpp"
#include "stages/decompose/masks.hpp"

namespace ronchi::decompose {

engine::Plan Decompose::plan(const engine::Inputs& inputs) const {
  const auto info = formats::open_frames(formats::frames_input(inputs))->info();
  engine::Plan plan;
  plan.team = engine::all_ranks;
  plan.bytes = 4 * (info.frames() + info.pixels()) * (options_.wanted.value_or(20) + options_.scree);
  return plan;
}

std::string Decompose::fingerprint() const {
  if (options_.navigation_mask.empty()) return {};
  std::ifstream file(options_.navigation_mask, std::ios::binary);
  if (!file)
    fail(Fault::missing, "check the option navigation_mask", "the navigation mask {} cannot be read", options_.navigation_mask);
  return sha256(std::string(std::istreambuf_iterator<char>(file), {}));
}

namespace {

/// Sums over all frames that the stage before left; nothing if it left none.
std::vector<double> pixel_sums(const h5::File& index, const FrameInfo& info) {
  if (!index.is_dataset("sum_pattern")) return {};
  const auto sums = index.read<double>("sum_pattern");
  if (static_cast<std::int64_t>(sums.size()) != info.pixels()) return {};
  return sums;
}

}  // namespace

void Decompose::run(const engine::Task&, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) {
  const engine::Input& input = formats::frames_input(inputs);
  std::unique_ptr<FrameSource> source;
  Masks masks;
  Setting setting;
  setting.seed = inputs.seed();
  setting.memory = inputs.memory().node;
  Options options = options_;
  together(team.comm(), [&] {
    source = formats::open_frames(input);
    options.components = options.wanted ? *options.wanted : components::recommended_components(inputs);
    masks = read_masks(options, input, source->info());
    setting.pixel_sums = pixel_sums(input.index(), source->info());
  });
  const Outcome outcome = decompose(*source, masks, options, setting, team, part);
  if (!team.leads()) return;
  formats::save_info(part.h5().make_group("frames_info"), source->info());
  add_figures(outcome, source->info(), part.h5());
}

}  // namespace ronchi::decompose
