// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "framework/engine/beat.hpp"
#include "framework/engine/run.hpp"
#include "framework/engine/slots.hpp"

namespace ronchi::engine {

inline constexpr int exit_lost = exit_unfinished;  ///< peers fell silent or nothing moves any more: start again

/// What the ranks of a node have been doing since when, found out from samples of their slots: the ranks themselves ask no clock.
class NodeActivity {
 public:
  /// `elapsed`: seconds since the last sample. One entry per rank.
  [[nodiscard]] std::vector<Beat::Rank> sample(std::span<Slots::Slot> slots, double elapsed);
  /// Seconds for which every rank of the last sample has waited in one and the same call; 0 if one of them works.
  [[nodiscard]] static double stuck(const std::vector<Beat::Rank>& ranks);

 private:
  struct Seen {
    std::uint32_t items = 0;
    std::uint64_t waiting = 0;
    double item_seconds = 0, waiting_seconds = 0;
  };
  std::vector<Seen> seen_;
};

/// Another node's beat as this one sees it. A torn read, a missing file and a number that stands still are all the same: nothing
/// new.
struct Peer {
  std::string process;
  std::optional<Beat> last;
  double unchanged = 0;  ///< seconds of this node's own clock
  void look(std::optional<Beat> beat, double elapsed);
};

struct Verdict {
  int code = exit_lost;
  std::string reason;
  bool first_hand = true;  ///< false: taken over from the coordinator's beat
};

/// Decides when a run is lost. A star: the coordinator's node reads all beats, every other node reads the coordinator's alone. No
/// clock of another node, no date of a file and no file lock enters.
class Watchdog {
 public:
  using Superseded = std::function<std::optional<std::string>()>;  ///< says which run took over; asked by the coordinator only
  /// `nodes`: the process names of all nodes, the coordinator's first. `silence` 0: only a newer run ends this one.
  Watchdog(std::filesystem::path job_directory, const std::vector<std::string>& nodes, std::string own, double silence,
           Superseded superseded);
  /// Reads the beats once. `elapsed`: seconds since the last time, of which a pause of this process itself is no part.
  [[nodiscard]] std::optional<Verdict> look(const Beat& own, double elapsed);

 private:
  [[nodiscard]] std::optional<Verdict> judge(const Beat& own) const;
  void forget_the_dead(double elapsed);
  std::filesystem::path job_directory_;
  bool coordinates_;
  std::vector<Peer> peers_, strangers_;
  int looks_ = 0;
  double since_strangers_ = 0;  ///< seconds
  double silence_;
  Superseded superseded_;
};

}  // namespace ronchi::engine
