// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/within.hpp"

#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/data/threshold.hpp"

namespace ronchi::decompose {

void describe(config::Schema<Within>& s) {
  s.field("stage", &Within::stage).help("The first decomposition, as it is called in the job; empty: the one in `after`");
  s.field("components", &Within::components)
      .range(1, 256)
      .help("Components of it, from 1; positions where at least one is strong are decomposed. Empty: all positions are");
  s.field("above", &Within::above)
      .at_least(0)
      .unit("counts")
      .help("A loading above this is strong; auto: Li's threshold of each component");
  s.field("outside", &Within::outside).help("Decompose the positions where none of these components is strong");
}

namespace {

const engine::Input& first_decomposition(const Within& within, const engine::Inputs& inputs) {
  std::vector<std::string> there;
  for (const auto& input : inputs.all())
    if (input.type == "decompose") there.push_back(input.name);
  if (within.stage.empty()) {
    if (there.size() > 1)
      fail(Fault::usage, "choose one with within.stage", "this stage comes after {} decompositions: {}", there.size(),
           join(there, ", "));
    return inputs.of_type("decompose");
  }
  const engine::Input* input = inputs.find(within.stage);
  if (input == nullptr || input->type != "decompose")
    fail(Fault::usage, fmt::format("name it in `after:`; decompositions there now: {}", there.empty() ? "none" : join(there, ", ")),
         "within.stage: '{}' is no decomposition that this stage comes after", within.stage);
  return *input;
}

}  // namespace

std::vector<double> restrict_to(const Within& within, const engine::Inputs& inputs, const FrameInfo& info, Masks& masks) {
  if (within.components.empty()) return {};
  const engine::Input& first = first_decomposition(within, inputs);
  const h5::File index = first.index();
  const auto shape = index.dataset("nmf/loadings").shape();
  if (shape.size() != 2 || shape[0] != info.frames())
    fail(Fault::usage, "let both decompositions come after the same frames",
         "stage '{}' has loadings of {} positions, the scan has {}", first.name, shape.at(0), info.frames());
  const auto left_out = index.read<std::uint8_t>("navigation_mask");
  const auto n = static_cast<std::size_t>(shape[0]);
  std::vector<bool> strong(n, false);
  std::vector<double> thresholds;
  for (const int component : within.components) {
    if (component > shape[1])
      fail(Fault::usage, fmt::format("choose from 1 to {}", shape[1]), "within.components: stage '{}' has no component {}",
           first.name, component);
    const auto loading = index.dataset("nmf/loadings").read<float>({0, component - 1}, {shape[0], 1});
    std::vector<double> inside;
    for (std::size_t i = 0; i < n; ++i)
      if (left_out[i] == 0) inside.push_back(static_cast<double>(loading[i]));
    thresholds.push_back(within.above ? *within.above : li_threshold(inside));
    if (!within.above && !(thresholds.back() > 0))
      fail(Fault::usage, "set within.above, in counts",
           "loadings of component {} of stage '{}' have no two classes that an automatic threshold could part", component,
           first.name);
    for (std::size_t i = 0; i < n; ++i)
      if (static_cast<double>(loading[i]) > thresholds.back()) strong[i] = true;
  }
  masks.navigation.resize(n, 0);
  for (std::size_t i = 0; i < n; ++i)
    if (left_out[i] != 0 || strong[i] == within.outside) masks.navigation[i] = 1;
  if (std::all_of(masks.navigation.begin(), masks.navigation.end(), [](std::uint8_t m) { return m != 0; }))
    fail(Fault::usage,
         within.outside ? "raise within.above, or name fewer components" : "lower within.above, or name more components",
         "within: no position of {} is left to decompose", n);
  return thresholds;
}

}  // namespace ronchi::decompose
