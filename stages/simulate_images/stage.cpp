// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/simulate_images/stage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/engine/at_once.hpp"
#include "stages/simulate_images/exposures.hpp"
#include "stages/simulate_images/figures.hpp"

namespace ronchi::simulate_images {

/// Structures that are in the works at the same time.
class SimulateImages::Gang {
 public:
  Gang(const Options& options, std::vector<std::string> symbols)
      : options_(options), symbols_(std::move(symbols)), microscope_(options, symbols_) {
    const std::int64_t lanes = engine::AtOnce::lanes();
    for (std::int64_t l = 0; l < lanes; ++l) workspaces_.push_back(std::make_unique<Microscope::Workspace>(microscope_));
    for (std::int64_t l = 0; l < 2 * lanes; ++l) exposures_.emplace_back(options, microscope_);
  }
  [[nodiscard]] const std::vector<std::string>& symbols() const { return symbols_; }
  [[nodiscard]] const Microscope& microscope() const { return microscope_; }
  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(exposures_.size()); }
  [[nodiscard]] const Exposures& of(std::int64_t place) const { return exposures_[static_cast<std::size_t>(place)]; }

  void make(std::int64_t place, const physics::Particle& particle, std::uint64_t seed, std::int64_t item, std::int64_t lane) {
    exposures_[static_cast<std::size_t>(place)].make(microscope_, options_, particle, seed, item,
                                                     *workspaces_[static_cast<std::size_t>(lane)]);
  }

 private:
  const Options& options_;
  std::vector<std::string> symbols_;
  Microscope microscope_;
  std::vector<std::unique_ptr<Microscope::Workspace>> workspaces_;
  std::vector<Exposures> exposures_;
};

SimulateImages::SimulateImages(Options options) : options_(std::move(options)) {}
SimulateImages::~SimulateImages() = default;

std::int64_t bytes_per_structure(const Options& o, std::int64_t most_atoms) {
  const Microscope microscope(o, {});
  const std::int64_t number = o.number == Number::float16 ? 2 : 4, settings = 4 * (o.images + 1) * (6 + 2 * std::ssize(o.vary));
  std::int64_t bytes = 13 * most_atoms + settings + 32 * o.waves;
  if (o.store != Store::exit_waves) bytes += o.images * microscope.image().pixels() * (number + 2);
  if (o.store != Store::images) bytes += o.waves * microscope.stored().pixels() * 2 * number;
  return bytes;
}

std::int64_t structures_per_shard(const Options& o, std::int64_t structures, std::int64_t bytes) {
  // More than 1000 files are slow to read as one (docs/engine.md).
  constexpr std::int64_t least = std::int64_t{1} << 28, most = std::int64_t{1} << 30, many = 1000;
  const std::int64_t size = o.shard ? o.shard->value : std::clamp(ceil_div(structures * bytes, many), least, most);
  return std::max<std::int64_t>(1, size / bytes);
}

void SimulateImages::check() const {
  simulate_images::check(options_);
  const Microscope microscope(options_, {});
  const Microscope::Workspace workspace(microscope);  // says what does not fit together
}

engine::Plan SimulateImages::plan(const engine::Inputs& inputs) const {
  const engine::Input &particles = inputs.of_type("simulate_particles"), &described = inputs.of_type("describe_particles");
  const bool there = std::filesystem::exists(particles.directory / "index.h5") && described.items > 0;
  if (there && particles.items != described.items)
    fail(Fault::usage, "name the stage that was described in after:", "{} has {} particles, {} describes {}", particles.name,
         particles.items, described.name, described.items);
  // Before there are particles `ronchi plan` wants to know, too: structures are small beside their images.
  const std::int64_t most = there ? particles.index().dataset("species").shape().at(1) : 0;
  const std::int64_t bytes = bytes_per_structure(options_, most);
  engine::Plan plan;
  plan.items = particles.items;
  plan.per_task = structures_per_shard(options_, plan.items, bytes);
  plan.bytes = plan.items * bytes;
  plan.shards = true;
  return plan;
}

std::string SimulateImages::cost(const engine::Inputs& inputs) const {
  // Of one core, particles of 100 to 250 atoms, 256 x 256 pixels: `wave` and `image` of tests/benchmarks/images_benchmark.cpp.
  constexpr double wave_seconds = 4e-3, image_seconds = 2.5e-3;
  const engine::Plan p = plan(inputs);
  const double field = static_cast<double>(options_.pixels * options_.pixels) / 65536, n = static_cast<double>(p.items);
  const double seconds =
      n * field * (static_cast<double>(options_.waves) * wave_seconds + static_cast<double>(options_.images) * image_seconds);
  return fmt::format("  {} pairs of images of {} structures, {} in {} shards, about {} of one core", p.items * options_.images,
                     p.items, human_bytes(static_cast<double>(p.bytes)), ceil_div(p.items, p.per_task), human_seconds(seconds));
}

void SimulateImages::run(const engine::Task& task, engine::Team&, const engine::Inputs& inputs, engine::Part& part) {
  const Structures structures(inputs, task.items);
  if (!gang_ || gang_->symbols() != structures.particles.symbols())
    gang_ = std::make_unique<Gang>(options_, structures.particles.symbols());
  Gang& gang = *gang_;
  Columns columns(part, options_, gang.microscope(), structures.particles.most());
  columns.declare();
  for (std::int64_t first = task.items.first; first < task.items.last; first += gang.size()) {
    const Range block{first, std::min(task.items.last, first + gang.size())};
    const engine::AtOnce exposed(part, block, "ronchi/simulate_images/structures", [&](std::int64_t item, std::int64_t lane) {
      if (structures.there(item)) gang.make(item - block.first, structures.particles.particle(item), inputs.seed(), item, lane);
    });
    for (std::int64_t item = block.first; item < block.last; ++item) {
      const bool made = structures.there(item) &&
                        exposed.item(item, [&] { columns.write(structures, inputs.seed(), item, gang.of(item - block.first)); });
      if (!made) columns.leave_out(item);
    }
  }
}

/// What the detector's files hold.
std::string SimulateImages::fingerprint() const {
  std::string print;
  for (const std::string& path : {options_.detector.mtf_file, options_.detector.ntf_file}) {
    if (path.empty()) continue;
    const auto curve = wave::DetectorCurve::read(path);
    for (const double value : curve.values()) print += exact(value) + " ";
    print += "\n";
  }
  return print;
}

void SimulateImages::finish(const engine::Parts& parts, const engine::Inputs& inputs, engine::Output& output) {
  describe_set(options_, inputs, output.h5());
  add_figures(options_, parts, inputs, output);
}

}  // namespace ronchi::simulate_images
