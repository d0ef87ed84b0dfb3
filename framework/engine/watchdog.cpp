// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/watchdog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <cstring>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/engine/durable.hpp"

namespace ronchi::engine {

std::vector<Beat::Rank> NodeActivity::sample(std::span<Slots::Slot> slots, double elapsed) {
  seen_.resize(slots.size());
  std::vector<Beat::Rank> ranks;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    auto& slot = slots[i];
    auto& seen = seen_[i];
    const auto items = std::atomic_ref(slot.items).load();
    const auto waiting = std::atomic_ref(slot.waiting).load();
    const bool in_flight = std::atomic_ref(slot.state).load() != Slots::State::idle, waits = waiting % 2 != 0;
    seen.item_seconds = in_flight && items == seen.items ? seen.item_seconds + elapsed : 0;
    seen.waiting_seconds = waits && waiting == seen.waiting ? seen.waiting_seconds + elapsed : 0;
    seen.items = items;
    seen.waiting = waiting;
    Beat::Rank r{slot.rank, -1, 0, waits ? seen.waiting_seconds : -1, ""};
    if (in_flight) {
      r.item = std::atomic_ref(slot.item).load();
      r.item_seconds = seen.item_seconds;
      r.stage = std::string(slot.key, ::strnlen(slot.key, sizeof slot.key));
    }
    ranks.push_back(std::move(r));
  }
  return ranks;
}

double NodeActivity::stuck(const std::vector<Beat::Rank>& ranks) {
  double least = ranks.empty() ? 0 : ranks[0].waiting;
  for (const auto& r : ranks) least = std::min(least, r.waiting);
  return std::max(0.0, least);
}

void Peer::look(std::optional<Beat> beat, double elapsed) {
  const bool news = beat && (!last || beat->number != last->number);
  unchanged = news ? 0 : unchanged + elapsed;
  if (beat) last = std::move(beat);
}

Watchdog::Watchdog(std::filesystem::path job_directory, const std::vector<std::string>& nodes, std::string own, double silence,
                   Superseded superseded)
    : job_directory_(std::move(job_directory)),
      coordinates_(own == nodes.at(0)),
      silence_(silence),
      superseded_(std::move(superseded)) {
  for (const auto& name : nodes)
    if (name != own && (coordinates_ || name == nodes[0])) peers_.push_back({name, {}, 0});
  if (!coordinates_) return;
  for (auto& name : beats_in(job_directory_))
    if (std::find(nodes.begin(), nodes.end(), name) == nodes.end()) strangers_.push_back({name, {}, 0});
  forget_the_dead(0);
}

/// Removes beats of earlier runs: of processes that are gone for certain, that said that they end, or that stand still.
/// Other slices of the job, which run beside this one, keep theirs.
void Watchdog::forget_the_dead(double elapsed) {
  std::erase_if(strangers_, [&](Peer& s) {
    const auto file = beat_file(job_directory_, s.process);
    s.look(read_beat(file), elapsed);
    // A verdict stays until the nodes that it is meant for have read it.
    const bool judged = s.last && s.last->verdict != 0 && s.unchanged > 3 * s.last->period;
    const bool dead = !process_lives(s.process) || judged || s.unchanged > std::max(silence_, 600.0);
    std::error_code ec;
    if (dead) std::filesystem::remove(file, ec);
    return dead;
  });
}

std::optional<Verdict> Watchdog::look(const Beat& own, double elapsed) {
  for (auto& p : peers_) p.look(read_beat(beat_file(job_directory_, p.process)), elapsed);
  constexpr int rarely = 10;  // beats: there may be as many strangers as slices
  since_strangers_ += elapsed;
  if (++looks_ % rarely == 0) {
    forget_the_dead(since_strangers_);
    since_strangers_ = 0;
  }
  return judge(own);
}

std::optional<Verdict> Watchdog::judge(const Beat& own) const {
  if (!coordinates_ && peers_[0].last && peers_[0].last->verdict != 0)
    return Verdict{peers_[0].last->verdict, peers_[0].last->reason, false};
  if (coordinates_ && superseded_)
    if (auto by = superseded_()) return Verdict{exit_code(Fault::superseded), std::move(*by)};
  if (silence_ <= 0) return std::nullopt;
  for (const auto& p : peers_)
    if (p.unchanged >= silence_)
      return Verdict{exit_lost,
                     fmt::format("node {} has been silent for {}", p.last ? p.last->host : p.process, human_seconds(p.unchanged))};
  const auto stuck = [&](const Peer& p) { return p.last && p.last->stuck >= silence_; };
  if (coordinates_ && own.stuck >= silence_ && std::all_of(peers_.begin(), peers_.end(), stuck))
    return Verdict{exit_lost, fmt::format("all ranks have waited for each other for {}", human_seconds(own.stuck))};
  return std::nullopt;
}

}  // namespace ronchi::engine
