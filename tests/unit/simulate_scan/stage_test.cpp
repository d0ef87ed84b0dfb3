// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_scan/stage.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ronchi::simulate_scan {

namespace {

struct Guard : engine::ItemGuard {
  bool begin(std::int64_t) override { return true; }
  void end(std::int64_t) override {}
  void failed(std::int64_t item, const std::string& reason) override { ADD_FAILURE() << "item " << item << ": " << reason; }
};

struct Rows {
  std::vector<std::uint8_t> frames, phase;
  std::vector<float> thickness, tilt, beam;
};

/// All lines, cut into tasks of `per_task`.
Rows simulated(const Options& options, std::int64_t per_task) {
  const Communicator alone;
  engine::Team team(alone, 1, {}, [] { return false; }, {});
  const engine::Inputs inputs(42, {}, {});
  Guard guard;
  Rows rows;
  const auto append = [](auto& to, const auto& from) { to.insert(to.end(), from.begin(), from.end()); };
  for (std::int64_t first = 0; first < options.scan[0]; first += per_task) {
    SimulateScan stage(options);
    const Range items{first, std::min(options.scan[0], first + per_task)};
    engine::Part part(items, h5::File::in_memory(), {}, guard, alone);
    stage.run({items, 0}, team, inputs, part);
    (void)part.finish();
    const auto parts = engine::Parts::of(items, part.file());
    append(rows.frames, parts.rows<std::uint8_t>("frames", items));
    append(rows.phase, parts.rows<std::uint8_t>("truth_phase", items));
    append(rows.thickness, parts.rows<float>("truth_thickness", items));
    append(rows.tilt, parts.rows<float>("truth_tilt", items));
    append(rows.beam, parts.rows<float>("truth_beam", items));
  }
  return rows;
}

}  // namespace

TEST(SimulateScanStage, SameBytesForAnyTaskCut) {
  Options o;
  o.scan = {7, 20};
  o.step = 20;
  o.detector = 48;
  o.pixel = 0.04;
  o.beam = 2;
  o.dose = 100;
  ASSERT_EQ(Simulation(o, 42).info().type, Scalar::u8);
  const Rows whole = simulated(o, 7);
  ASSERT_EQ(whole.frames.size(), 7u * 20 * 48 * 48);
  EXPECT_GT(std::count(whole.phase.begin(), whole.phase.end(), 0), 0);
  EXPECT_LT(std::count(whole.phase.begin(), whole.phase.end(), 0), 140);
  for (const std::int64_t per_task : {1, 3}) {
    const Rows cut = simulated(o, per_task);
    EXPECT_EQ(cut.frames, whole.frames);
    EXPECT_EQ(cut.phase, whole.phase);
    EXPECT_EQ(cut.thickness, whole.thickness);
    EXPECT_EQ(cut.tilt, whole.tilt);
    EXPECT_EQ(cut.beam, whole.beam);
  }
}

}  // namespace ronchi::simulate_scan
