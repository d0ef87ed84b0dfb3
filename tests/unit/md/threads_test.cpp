// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Trajectories have the same bytes for any number of threads, and in batches of 1, 64 and 1024.
#include "tests/support/threads.hpp"

#include <algorithm>
#include <span>

#include "framework/base/sha256.hpp"
#include "tests/unit/md/clusters.hpp"

namespace {

using namespace ronchi;
using namespace ronchi::md;

std::vector<Trajectory> trajectories() {
  std::vector<Trajectory> all;
  for (std::size_t k = 0; k < 1024; ++k) {
    Trajectory t;
    t.particle = md::testing::ball(5 + k % 23, 0.5, 0.1, k);
    t.boundary = static_cast<Boundary>(k % 3);
    t.box = 14;
    t.legs = {{0.06, 900, 600, k % 2 == 0 ? Thermostat::bussi : Thermostat::langevin, 0.1}};
    t.seed = 7;
    t.item = k;
    all.push_back(std::move(t));
  }
  return all;
}

std::string hash_of_batches_of(std::size_t size) {
  auto all = trajectories();
  const Gupta set = potential("AgCo-P1");
  for (std::size_t first = 0; first < all.size(); first += size)
    advance(std::span(all).subspan(first, std::min(size, all.size() - first)), set, {});
  std::string bytes;
  for (const Trajectory& t : all) {
    const auto add = [&](const void* p, std::size_t n) { bytes.append(static_cast<const char*>(p), n); };
    add(t.particle.positions.data(), t.particle.positions.size() * sizeof(double));
    add(t.velocities.data(), t.velocities.size() * sizeof(double));
    add(&t.potential_energy, sizeof(double));
    bytes += t.fault;
  }
  return sha256(bytes);
}

}  // namespace

int main(int argc, char** argv) {
  return ronchi::testing::same_for_any_threads(argc, argv, 64, [] {
    const std::string whole = hash_of_batches_of(1024);
    return hash_of_batches_of(64) == whole && hash_of_batches_of(1) == whole ? whole : "batches of other sizes differ";
  });
}
