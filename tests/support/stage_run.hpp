// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/engine/stage.hpp"
#include "framework/formats/stage_frames.hpp"

namespace ronchi::testing {

/// A stage run outside a job: over tasks cut as the test likes, into `directory`/parts and an index with all rows, sums and maxima.
struct StageRun {
  engine::Input input;
  std::vector<std::string> warnings;
  std::map<std::int64_t, std::string> failed;
};

class Quarantined : public engine::ItemGuard {
 public:
  explicit Quarantined(std::map<std::int64_t, std::string>& failed) : failed_(failed) {}
  bool begin(std::int64_t) override { return true; }
  void end(std::int64_t) override {}
  void failed(std::int64_t item, const std::string& reason) override { failed_[item] = reason; }

 private:
  std::map<std::int64_t, std::string>& failed_;
};

/// `cut`: items per task.
inline StageRun run_stage(engine::Stage& stage, const std::string& type, const engine::Inputs& inputs,
                          const std::filesystem::path& directory, std::int64_t cut) {
  StageRun run;
  const engine::Plan plan = stage.plan(inputs);
  run.input = {type, type, "key", directory, plan.items, {}};
  std::filesystem::create_directories(directory / "parts");
  const Communicator self;
  engine::Team team(self, 1, {}, [] { return false; }, {});
  Quarantined guard(run.failed);
  for (std::int64_t first = 0; first < plan.items; first += cut) {
    const Range items{first, std::min(plan.items, first + cut)};
    engine::Part part(
        items, h5::File::create(directory / "parts" / (std::to_string(items.first) + "-" + std::to_string(items.last) + ".h5")),
        directory, guard, self);
    stage.run({items, static_cast<int>(first / cut)}, team, engine::Inputs(inputs),
              part);  // a copy that is gone afterwards, as in a job
    (void)part.finish();
    part.file().close();
  }
  const auto parts = engine::Parts::in(directory / "parts");
  h5::File index = h5::File::create(directory / "index.h5");
  const h5::File model = h5::File::open(parts.files().front().path);
  for (const auto& name : model.children()) {
    const auto how = model.dataset(name).attribute<std::string>("combine");
    auto shape = model.dataset(name).shape();
    if (how == "sum") index.write<std::int64_t>(name, parts.sum(name), shape);
    if (how == "max") index.write<std::int64_t>(name, parts.max(name), shape);
    if (how == "rows") {
      shape[0] = plan.items;
      const auto copy = [&](auto t) {
        const auto rows = parts.rows<decltype(t)>(name, {0, plan.items});
        index.write<decltype(t)>(name, std::span<const decltype(t)>(rows), shape);
      };
      const Scalar stored = parts.row_type(name);
      stored == Scalar::f16 ? copy(Half{}) : visit_scalar(stored, copy);
    }
  }
  engine::Output output(index, directory);
  stage.finish(parts, engine::Inputs(inputs), output);
  run.warnings = output.warnings();
  index.close();
  return run;
}

/// Frames as a stage before would provide them: one row per line.
template <class T>
engine::Input provide(const std::filesystem::path& directory, const FrameInfo& info, const std::vector<T>& frames) {
  const std::int64_t nx = info.navigation.back().size, lines = info.frames() / nx;
  std::filesystem::create_directories(directory / "parts");
  std::map<std::int64_t, std::string> none;
  Quarantined guard(none);
  const Communicator self;
  engine::Part part({0, lines}, h5::File::create(directory / "parts" / ("0-" + std::to_string(lines) + ".h5")), directory, guard,
                    self);
  h5::Shape shape{nx};
  for (const auto& a : info.signal) shape.push_back(a.size);
  part.rows<T>("frames", shape);
  part.write<T>("frames", {0, lines}, frames);
  (void)part.finish();
  part.file().close();
  h5::File index = h5::File::create(directory / "index.h5");
  shape.insert(shape.begin(), lines);
  index.write<T>("frames", std::span<const T>(frames), shape);  // the engine has a virtual dataset there
  formats::provide_rows(index, info, "frames");
  index.close();
  return {"simulate_scan", "simulate_scan", "key", directory, lines, {}};
}

}  // namespace ronchi::testing
