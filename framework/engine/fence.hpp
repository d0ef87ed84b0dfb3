// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace ronchi::engine {

/// The place of a run in the order in which runs began to write into one job directory: a file epochs/<number>, for slices
/// epochs/<number>.<slice>of<slices>. No clock is asked. Trivially copyable, so that one rank can tell it to the others.
struct Epoch {
  std::int64_t number = 0;
  int slice = 0, slices = 1;

  [[nodiscard]] std::string name() const;
  [[nodiscard]] static std::optional<Epoch> from(std::string_view name);  ///< nothing for other names
  /// A run without slices takes over from everything that began before it; a slice from earlier runs of the same slice.
  [[nodiscard]] bool takes_over_from(const Epoch& other) const;
};

/// Takes the next epoch of a job, on one rank, and forgets old ones. Failure (no space, no access) if it cannot be written.
[[nodiscard]] Epoch take_epoch(const std::filesystem::path& job_directory, int slice, int slices);

/// Keeps a run that was cut off, stopped or given up for dead from writing once another one has taken over its job: everything
/// that puts a result in place asks first. Nothing in it changes and it calls no MPI: any thread may ask at any time.
class Fence {
 public:
  Fence(const std::filesystem::path& job_directory, Epoch epoch) : directory_(job_directory / "epochs"), epoch_(epoch) {}
  [[nodiscard]] const Epoch& epoch() const { return epoch_; }
  /// Who took over and when, as a sentence; nothing while this run is in charge (or if the folder cannot be read now). One readdir.
  [[nodiscard]] std::optional<std::string> superseded() const;
  /// Failure(superseded) if somebody took over, Failure(unreadable) if that cannot be told.
  void require() const;

 private:
  [[nodiscard]] std::optional<Epoch> successor(std::error_code& error) const;
  [[nodiscard]] std::string sentence(const Epoch& successor) const;
  std::filesystem::path directory_;
  Epoch epoch_;
};

/// For those who may have no fence (tests, a stage's own tools).
inline void require(const Fence* fence) {
  if (fence != nullptr) fence->require();
}

}  // namespace ronchi::engine
