// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_scan/stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numbers>

#include "framework/formats/stage_frames.hpp"
#include "framework/kokkos.hpp"
#include "framework/report/figures.hpp"

namespace ronchi::simulate_scan {

namespace {

/// Truth of one scan line, in the order of its rows.
struct Line {
  Line(std::size_t positions, std::size_t phases)
      : phase(positions),
        thickness(positions),
        scattered(positions),
        tilt(2 * positions),
        beam(2 * positions),
        fraction(phases * positions) {}
  void set(std::size_t i, const Simulation::Expected& e) {
    constexpr double degree = std::numbers::pi / 180;
    phase[i] = e.point.inside ? static_cast<std::uint8_t>(1 + e.point.phase) : std::uint8_t{0};
    for (std::size_t p = 0; p < e.point.weights.size(); ++p)
      fraction[i * e.point.weights.size() + p] = static_cast<float>(e.point.share * e.point.weights[p]);
    thickness[i] = static_cast<float>(e.point.share * e.point.thickness);
    scattered[i] = static_cast<float>(e.scattered());
    tilt[2 * i] = static_cast<float>(e.point.tilt.up / degree);
    tilt[2 * i + 1] = static_cast<float>(e.point.tilt.across / degree);
    beam[2 * i] = static_cast<float>(e.beam_y);
    beam[2 * i + 1] = static_cast<float>(e.beam_x);
  }
  std::vector<std::uint8_t> phase;
  std::vector<float> thickness, scattered, tilt, beam, fraction;
};

}  // namespace

const Simulation& SimulateScan::simulation(std::uint64_t seed) {
  if (!simulation_ || seed_ != seed) {
    simulation_.emplace(options_, seed);
    seed_ = seed;
  }
  return *simulation_;
}

engine::Plan SimulateScan::plan(const engine::Inputs& inputs) const {
  const Simulation simulation(options_, inputs.seed());
  const auto lines = options_.scan[0], positions = options_.scan[1];
  // A pattern takes some 20 us and more with its electrons.
  const double seconds = 1e-5 + 1e-7 * options_.dose * options_.beam + 1e-9 * static_cast<double>(simulation.pixels());
  const auto per_task =
      static_cast<std::int64_t>(std::clamp(10 / (seconds * static_cast<double>(positions)), 1.0, static_cast<double>(lines)));
  // At least some tens of tasks, and parts of at most 256 MB.
  const std::int64_t line_bytes = positions * simulation.info().frame_bytes();
  engine::Plan plan;
  plan.items = lines;
  plan.per_task = std::max<std::int64_t>(1, std::min({per_task, ceil_div(lines, 16), (std::int64_t{1} << 28) / line_bytes}));
  plan.bytes = lines * line_bytes;
  return plan;
}

void SimulateScan::run(const engine::Task& task, engine::Team&, const engine::Inputs& inputs, engine::Part& part) {
  const Simulation& scan = simulation(inputs.seed());
  const auto positions = options_.scan[1], pixels = scan.pixels();
  const Scalar type = scan.info().type;
  part.rows("frames", type, {positions, options_.detector, options_.detector});
  part.rows<std::uint8_t>("truth_phase", {positions});
  const auto phases = static_cast<std::int64_t>(options_.phases.size());
  part.rows<float>("truth_fraction", {positions, phases});
  part.rows<float>("truth_thickness", {positions});
  part.rows<float>("truth_scattered", {positions});
  part.rows<float>("truth_tilt", {positions, 2});
  part.rows<float>("truth_beam", {positions, 2});

  std::vector<std::uint16_t> counts(static_cast<std::size_t>(positions * pixels));
  std::vector<std::uint8_t> narrow(type == Scalar::u8 ? counts.size() : 0);
  for (std::int64_t line = task.items.first; line < task.items.last; ++line)
    part.item(line, [&] {
      Line truth(static_cast<std::size_t>(positions), options_.phases.size());
      Kokkos::parallel_for(
          "ronchi/simulate_scan/line", Kokkos::RangePolicy<HostSpace, Kokkos::Schedule<Kokkos::Dynamic>>(0, positions),
          [&](const std::int64_t i) {
            const std::int64_t frame = line * positions + i;
            const std::span<std::uint16_t> out(counts.data() + i * pixels, static_cast<std::size_t>(pixels));
            const auto expected = scan.expected(frame);
            scan.count(frame, expected, out);
            truth.set(static_cast<std::size_t>(i), expected);
            if (!narrow.empty())
              std::transform(out.begin(), out.end(), narrow.begin() + i * pixels,
                             [](std::uint16_t c) { return static_cast<std::uint8_t>(std::min<std::uint16_t>(c, 255)); });
          });
      const Range here{line, line + 1};
      if (narrow.empty())
        part.write<std::uint16_t>("frames", here, counts);
      else
        part.write<std::uint8_t>("frames", here, narrow);
      part.write<std::uint8_t>("truth_phase", here, truth.phase);
      part.write<float>("truth_fraction", here, truth.fraction);
      part.write<float>("truth_thickness", here, truth.thickness);
      part.write<float>("truth_scattered", here, truth.scattered);
      part.write<float>("truth_tilt", here, truth.tilt);
      part.write<float>("truth_beam", here, truth.beam);
    });
}

void SimulateScan::finish(const engine::Parts& parts, const engine::Inputs& inputs, engine::Output& output) {
  const Simulation& scan = simulation(inputs.seed());
  auto& index = output.h5();
  formats::provide_rows(index, scan.info(), "frames");
  std::vector<std::string> names{"outside"};
  for (const auto& phase : options_.phases) names.push_back(phase.name);
  index.write_texts("truth/phase_names", names);
  index.set_attribute("dose", options_.dose);
  {
    auto truth = index.group("truth");
    scan.specimen().save(truth);
  }
  index.write("truth/hot_pixels", scan.hot());
  index.write("truth/dead_pixels", scan.dead());

  const Range lines{0, options_.scan[0]};
  const auto phase = parts.rows<std::uint8_t>("truth_phase", lines);
  const auto scattered = parts.rows<float>("truth_scattered", lines);
  const auto axes = scan.info().navigation;
  report::Image map{.title = "Simulated phases",
                    .caption = "The ground truth",
                    .kind = report::Image::Kind::labels,
                    .axes = axes,
                    .values = {phase.begin(), phase.end()},
                    .labels = names,
                    .group = "Simulation"};
  report::add(index, map);
  report::Image electrons{.title = "Expected electrons",
                          .caption = "Outside the direct beam, per pattern",
                          .kind = report::Image::Kind::map,
                          .unit = "electrons",
                          .axes = axes,
                          .values = scattered,
                          .group = "Simulation"};
  report::add(index, electrons);
  double mean = 0;
  std::int64_t inside = 0;
  for (std::size_t i = 0; i < phase.size(); ++i)
    if (phase[i] != 0) {
      mean += scattered[i];
      ++inside;
    }
  std::vector<std::vector<std::string>> rows{{"positions in the specimen", std::to_string(inside)},
                                             {"electrons outside the direct beam, mean in the specimen",
                                              fmt::format("{:.1f}", inside > 0 ? mean / static_cast<double>(inside) : 0)}};
  for (auto& fact : scan.specimen().facts()) rows.push_back(std::move(fact));
  report::add(index, report::Table{"Simulated scan", "", {"quantity", "value"}, std::move(rows)});
}

}  // namespace ronchi::simulate_scan
