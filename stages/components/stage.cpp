// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "framework/base/error.hpp"
#include "framework/data/line_reader.hpp"
#include "framework/formats/stage_frames.hpp"
#include "framework/kokkos.hpp"
#include "stages/decompose/masks.hpp"
#include "stages/decompose/memory.hpp"

namespace ronchi::components {

void describe(config::Schema<SweepOptions>& s) {
  s.field("least", &SweepOptions::least).range(1, 64).help("Smallest number of components that is tried");
  s.field("most", &SweepOptions::most).range(2, 64).help("Largest number of components that is tried; some more than are expected");
  s.field("perturbations", &SweepOptions::perturbations)
      .range(1, 1000)
      .help("Runs of each number of components, each with noise and a random start of its own; the first without noise");
  s.field("perturbation", &SweepOptions::perturbation).range(0, 10).help("Noise that is added, in units of what the counts have");
  s.field("fraction", &SweepOptions::fraction)
      .range(0.05, 0.95)
      .help("Part of the counts that models are fitted to; the others judge them");
  s.field("sketch", &SweepOptions::sketch).range(2, 256).help("Directions of the sketch; more than `most`");
  s.field("iterations", &SweepOptions::iterations).range(1, 100000).help("Iterations of each factorisation");
  s.field("sweeps", &SweepOptions::sweeps).range(1, 100).help("HALS sweeps at most, of each factor, per iteration");
  s.field("similarity", &SweepOptions::similarity)
      .range(0, 1)
      .help("Components whose peaks have a mean cosine above this are one pattern");
  s.field("peak_width", &SweepOptions::peak_width)
      .range(1, 64)
      .unit("px")
      .help("Half of the width of peaks, at least; auto: a sixteenth of the edge of a pattern, a 64th of a spectrum");
  s.field("friedel", &SweepOptions::friedel)
      .help("Add opposite pixels, which takes off most of what bending does; auto: if the axes are those of reciprocal space");
  s.field("checkpoint_every", &SweepOptions::checkpoint_every).at_least(0).unit("s").speed().help("Time between checkpoints");
}

void describe(config::Schema<Options>& s) {
  s.include(&Options::sweep);
  s.field("sample", &Options::sample)
      .at_least(1)
      .help(
          "Scan positions that are looked at, about, in whole lines evenly spread; more have no more to say of how many patterns "
          "there are, "
          "unless one is that rare");
  decompose::describe_masks(s);
}

namespace {

/// Leaves out all but so many of the lines that have unmasked positions, evenly spread, that about `sample` positions are left.
void keep_lines(std::int64_t sample, const FrameInfo& info, decompose::Masks& masks) {
  const std::int64_t length = line_length(info);
  masks.navigation.resize(static_cast<std::size_t>(info.frames()), 0);
  const std::int64_t there = std::count(masks.navigation.begin(), masks.navigation.end(), std::uint8_t{0});
  if (there <= sample) return;
  std::vector<std::int64_t> lines;
  for (std::int64_t line = 0; line < line_count(info); ++line) {
    const auto begin = masks.navigation.begin() + line * length;
    if (std::find(begin, begin + length, std::uint8_t{0}) != begin + length) lines.push_back(line);
  }
  const auto all = static_cast<std::int64_t>(lines.size()), wanted = std::max<std::int64_t>(1, all * sample / there);
  for (std::int64_t i = 0; i < all; ++i)
    if ((i + 1) * wanted / all == i * wanted / all)
      std::fill_n(masks.navigation.begin() + lines[static_cast<std::size_t>(i)] * length, length, std::uint8_t{1});
}

/// Bytes of each half of the counts that a rank holds at a time; Matrix::in_memory if both fit. It does not change the result.
std::int64_t window_for(const FrameSource& source, const decompose::Masks& masks, std::int64_t memory, const SweepOptions& options,
                        const Communicator& comm) {
  // Scores of both halves, of the perturbed copy and of its rows, W of the models that go through together.
  decompose::Footprint needs = decompose::footprint(source, masks, 4 * (6 * options.sketch + 48), options.sketch, host_threads());
  const std::int64_t halves =
      2 * (source.info().type == Scalar::u8 || source.info().type == Scalar::u16 ? 2 : 1);  // pairs are wider
  needs.data *= halves;
  needs.block *= halves;
  if (memory == 0 || needs.data + needs.rows <= memory) return decompose::Matrix::in_memory;
  return decompose::window_in(needs, {memory, decompose::memory_of_a_process, decompose::ranks_of_a_node(comm)},
                              fmt::format("the number of components of {}", source.info().text())) /
         2;
}

}  // namespace

void Components::check() const {
  if (options_.sweep.least >= options_.sweep.most)
    fail(Fault::usage, "Choose `most` above `least`, and above the number of components that may be there.",
         "components: least is {}, most is {}", options_.sweep.least, options_.sweep.most);
  if (options_.sweep.sketch <= options_.sweep.most)
    fail(Fault::usage, "Choose `sketch` above `most`, better three times that.", "components: sketch is {}, most is {}",
         options_.sweep.sketch, options_.sweep.most);
}

engine::Plan Components::plan(const engine::Inputs& inputs) const {
  (void)formats::frames_input(inputs);
  engine::Plan plan;
  plan.team = engine::all_ranks;
  return plan;
}

std::string Components::fingerprint() const { return options_.fingerprint(); }

void Components::run(const engine::Task&, engine::Team& team, const engine::Inputs& inputs, engine::Part& part) {
  const engine::Input& input = formats::frames_input(inputs);
  std::unique_ptr<FrameSource> source;
  decompose::Masks masks;
  decompose::together(team.comm(), [&] {
    source = formats::open_frames(input);
    masks = decompose::read_masks(options_, input, source->info());
    keep_lines(options_.sample, source->info(), masks);
  });
  const std::int64_t window = window_for(*source, masks, inputs.memory().node, options_.sweep, team.comm());
  const SweepResult result = sweep(*source, masks, options_.sweep, inputs.seed(), window, team);
  if (team.leads()) write(result, recommend(result.findings), part.h5());
}

}  // namespace ronchi::components
