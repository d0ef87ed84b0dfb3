// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "framework/engine/parts.hpp"
#include "framework/store/h5.hpp"

namespace ronchi::engine {

/// A stage that another one comes after.
struct Input {
  std::string name;  ///< in the job file
  std::string type;  ///< in the registry
  std::string key;
  std::filesystem::path directory;  ///< run/<job>/<type>-<key>
  std::int64_t items = 0;

  /// The index of the finished stage. Datasets: every row set as a virtual dataset over all parts, every sum and maximum,
  /// `status`, and what its finish() added.
  [[nodiscard]] h5::File index() const;
  /// What is committed so far; for stages that start before this one is complete, and for the bulk of the rows.
  [[nodiscard]] Parts parts() const;

  std::function<Parts()> fused;  ///< set by the engine when this stage's part is in memory only
};

/// How much memory a job allows, bytes; 0 = no limit.
struct MemoryLimit {
  std::int64_t node = 0;  ///< to all ranks of a node together; enters the key of stages with `memory`
  std::int64_t rank = 0;  ///< to each of them: must not change a result
};

/// All that a stage may read of the job.
class Inputs {
 public:
  Inputs(std::uint64_t seed, std::vector<Input> inputs, std::filesystem::path job_directory, MemoryLimit memory = {})
      : seed_(seed), inputs_(std::move(inputs)), job_directory_(std::move(job_directory)), memory_(memory) {}
  [[nodiscard]] std::uint64_t seed() const { return seed_; }  ///< of the job; enters the key of stages with `random`
  [[nodiscard]] const std::vector<Input>& all() const { return inputs_; }
  /// The first input of this type; Failure(usage) that names what is missing in `after:` if there is none.
  [[nodiscard]] const Input& of_type(const std::string& type) const;
  [[nodiscard]] const Input* find_type(const std::string& type) const;
  [[nodiscard]] const Input* find(const std::string& name) const;
  [[nodiscard]] const std::filesystem::path& job_directory() const { return job_directory_; }
  [[nodiscard]] const MemoryLimit& memory() const { return memory_; }

 private:
  std::uint64_t seed_;
  std::vector<Input> inputs_;
  std::filesystem::path job_directory_;
  MemoryLimit memory_;
};

}  // namespace ronchi::engine
