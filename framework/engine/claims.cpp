// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/claims.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <numeric>
#include <thread>

#include "framework/comm/waiting.hpp"

namespace ronchi::engine {

namespace {

constexpr int tag_to_coordinator = 101;
constexpr int tag_lease = 102;

constexpr std::uint64_t pack(std::uint32_t next, std::uint32_t end) { return std::uint64_t{end} << 32 | next; }
constexpr std::uint32_t next_of(std::uint64_t word) { return static_cast<std::uint32_t>(word); }
constexpr std::uint32_t end_of(std::uint64_t word) { return static_cast<std::uint32_t>(word >> 32); }

enum Outcome : std::uint8_t { pending = 0, succeeded = 1, lost = 2 };

void nap(std::chrono::microseconds time) { std::this_thread::sleep_for(time); }

}  // namespace

struct Claims::Message {
  enum Kind : std::int32_t { lease, done, abort, leave };
  Kind kind;
  std::int32_t stage, task, ok;
  std::int64_t bad_items;
};

/// Memory that the ranks of a node share: a window, or plain memory when a node has one rank.
struct Claims::Board {
  struct Head {
    std::uint64_t word;
    std::uint32_t asking;
    std::uint32_t exhausted;
    std::int64_t done, bad_items;
    std::uint32_t ripe, merging;  // cells that can be merged, and how many of them were handed out
  };
  /// Of a stage that merges on the way. With several nodes only the coordinator looks at its own.
  struct Cells {
    std::int32_t* open = nullptr;  // per cell: tasks that are not committed
    std::int32_t* ripe = nullptr;  // 1 + cell, in the order in which they became ripe
  };
  std::vector<std::int64_t> own;
  MPI_Win window = MPI_WIN_NULL;
  std::int64_t* aborted = nullptr;
  Head* heads = nullptr;
  std::vector<std::uint8_t*> outcomes;
  std::vector<Cells> cells;

  Board(const Communicator& node, const std::vector<Work>& work) {
    std::size_t bytes = sizeof(std::int64_t) + work.size() * sizeof(Head);
    for (const auto& w : work) bytes += w.tasks.size() + 2 * sizeof(std::int32_t) * count(w);
    bytes = (bytes + 7) / 8 * 8;
    char* base = nullptr;
    if (node.size() > 1) {
      MPI_Win_allocate_shared(node.leads() ? static_cast<MPI_Aint>(bytes) : 0, 8, MPI_INFO_NULL, node.mpi(), &base, &window);
      MPI_Aint size = 0;
      int unit = 0;
      MPI_Win_shared_query(window, 0, &size, &unit, &base);
      if (node.leads()) std::memset(base, 0, bytes);
      node.barrier();
    } else {
      own.assign(bytes / 8, 0);
      base = reinterpret_cast<char*>(own.data());
    }
    aborted = reinterpret_cast<std::int64_t*>(base);
    heads = reinterpret_cast<Head*>(aborted + 1);
    auto* number = reinterpret_cast<std::int32_t*>(heads + work.size());
    for (const auto& w : work) {
      cells.push_back({number, number + count(w)});
      number += 2 * count(w);
    }
    auto* next = reinterpret_cast<std::uint8_t*>(number);
    for (const auto& w : work) {
      outcomes.push_back(next);
      next += w.tasks.size();
    }
  }
  /// Tasks and ripe cells, on the node's first rank.
  void fill(std::size_t stage, const Work& w) {
    for (const auto cell : w.cells) ++cells[stage].open[cell];
    for (std::size_t i = 0; i < w.ripe.size(); ++i) cells[stage].ripe[i] = w.ripe[i] + 1;
    std::atomic_ref(heads[stage].ripe).store(static_cast<std::uint32_t>(w.ripe.size()));
  }
  static std::size_t count(const Work& w) {
    std::int32_t last = -1;
    for (const auto* list : {&w.cells, &w.ripe})
      for (const auto cell : *list) last = std::max(last, cell);
    return static_cast<std::size_t>(last + 1);
  }
  ~Board() {
    if (window != MPI_WIN_NULL) MPI_Win_free(&window);
  }
};

Claims::Claims(const Communicator& world, const Communicator& node, std::vector<Work> work)
    : world_(&world), work_(std::move(work)) {
  nodes_ = static_cast<int>(world.sum(node.leads() ? 1 : 0));
  board_ = std::make_unique<Board>(node, work_);
  leased_.assign(work_.size(), 0);
  reported_.assign(work_.size(), 0);
  reported_bad_.assign(work_.size(), 0);
  for (std::size_t s = 0; s < work_.size(); ++s) {
    auto& order = order_.emplace_back();
    for (std::size_t t = 0; t < work_[s].tasks.size(); ++t) order.emplace_back(work_[s].tasks[t].first, static_cast<int>(t));
    std::sort(order.begin(), order.end());
    if (node.leads()) board_->fill(s, work_[s]);
    if (nodes_ == 1 && node.leads())
      std::atomic_ref(board_->heads[s].word).store(pack(0, static_cast<std::uint32_t>(work_[s].tasks.size())));
  }
  world.barrier();
}

Claims::~Claims() = default;

bool Claims::aborted() const { return std::atomic_ref(*board_->aborted).load() != 0; }
std::int64_t Claims::bad_items(int stage) const {
  return coordinates() ? reported_bad_[static_cast<std::size_t>(stage)] : std::atomic_ref(board_->heads[stage].bad_items).load();
}
std::int64_t Claims::done_tasks(int stage) const {
  return coordinates() ? reported_[static_cast<std::size_t>(stage)] : std::atomic_ref(board_->heads[stage].done).load();
}

/// Whether the upstream items that a task needs are committed. Uses the outcomes that this process can see: all of them on
/// a single node and on the coordinator, which alone ask.
Claims::Readiness Claims::readiness(int stage, int task) const {
  const Work& w = work_[static_cast<std::size_t>(stage)];
  if (w.upstream < 0) return Readiness::ready;
  const auto up = static_cast<std::size_t>(w.upstream);
  const Range need = w.needs(w.tasks[static_cast<std::size_t>(task)]);
  std::int64_t next = need.first;
  const auto in_committed = [&](std::int64_t item) -> std::int64_t {
    const auto& c = work_[up].committed;
    const auto r = std::upper_bound(c.begin(), c.end(), item, [](std::int64_t i, Range range) { return i < range.last; });
    return r != c.end() && r->contains(item) ? r->last : item;
  };
  while (next < need.last) {
    if (const auto after = in_committed(next); after > next) {
      next = after;
      continue;
    }
    auto t = std::upper_bound(order_[up].begin(), order_[up].end(), std::pair{next, std::numeric_limits<int>::max()});
    if (t == order_[up].begin()) return Readiness::never;
    --t;
    const Range range = work_[up].tasks[static_cast<std::size_t>(t->second)];
    if (!range.contains(next)) return Readiness::never;  // another slice's
    const auto outcome = std::atomic_ref(board_->outcomes[up][t->second]).load();
    if (outcome == lost) return Readiness::never;
    if (outcome == pending) return Readiness::later;
    next = range.last;
  }
  return Readiness::ready;
}

Claims::Claim Claims::claim(int stage) {
  auto& head = board_->heads[stage];
  if (nodes_ == 1 && !aborted())
    if (const int cell = take_ripe(stage); cell >= 0) return {Answer::merge, cell};
  const std::atomic_ref word(head.word);
  for (std::uint64_t seen = word.load();;) {
    if (aborted()) return {Answer::none};
    if (next_of(seen) == end_of(seen)) {
      if (nodes_ == 1) return {Answer::none};
      return lease(stage);
    }
    const int task = static_cast<int>(next_of(seen));
    const auto r = nodes_ == 1 ? readiness(stage, task) : Readiness::ready;  // what the coordinator leases is ready
    if (r == Readiness::later) return {Answer::wait};
    if (!word.compare_exchange_weak(seen, pack(next_of(seen) + 1, end_of(seen)))) continue;
    if (r == Readiness::ready) return {Answer::task, task};
    done(stage, task, false, 0);  // left for a later run; those after it may still be ready
    seen = word.load();
  }
}

/// Fills the node's word from the coordinator. One rank of the node asks at a time; the others come back later.
Claims::Claim Claims::lease(int stage) {
  auto& head = board_->heads[stage];
  if (std::atomic_ref(head.exhausted).load() != 0) return {Answer::none};
  std::uint32_t free = 0;
  if (!std::atomic_ref(head.asking).compare_exchange_strong(free, 1)) return {Answer::wait};
  Claim result{Answer::wait};
  const std::uint64_t word = std::atomic_ref(head.word).load();
  if (next_of(word) == end_of(word)) {  // nobody refilled it meanwhile
    const Waiting waiting;
    const Message ask{Message::lease, stage, 0, 0, 0};
    MPI_Send(&ask, sizeof ask, MPI_BYTE, 0, tag_to_coordinator, world_->mpi());
    std::int32_t reply[3];  // answer, first task, last task
    MPI_Recv(reply, 3, MPI_INT32_T, 0, tag_lease, world_->mpi(), MPI_STATUS_IGNORE);
    if (static_cast<Answer>(reply[0]) == Answer::task) {
      result = {Answer::task, reply[1]};
      std::atomic_ref(head.word).store(pack(static_cast<std::uint32_t>(reply[1]) + 1, static_cast<std::uint32_t>(reply[2])));
    } else if (static_cast<Answer>(reply[0]) == Answer::merge) {
      result = {Answer::merge, reply[1]};
    } else if (static_cast<Answer>(reply[0]) == Answer::none) {
      std::atomic_ref(head.exhausted).store(1);
      result = {Answer::none};
    }
  }
  std::atomic_ref(head.asking).store(0);
  return result;
}

void Claims::done(int stage, int task, bool ok, std::int64_t bad) {
  std::atomic_ref(board_->outcomes[static_cast<std::size_t>(stage)][task]).store(ok ? succeeded : lost);
  std::atomic_ref(board_->heads[stage].done).fetch_add(1);
  std::atomic_ref(board_->heads[stage].bad_items).fetch_add(bad);
  if (nodes_ == 1) {
    if (ok) count_down(stage, task);
    return;
  }
  const Message message{Message::done, stage, task, ok ? 1 : 0, bad};
  MPI_Send(&message, sizeof message, MPI_BYTE, 0, tag_to_coordinator, world_->mpi());
}

/// A task is committed: perhaps it was the last one of its cell.
void Claims::count_down(int stage, int task) {
  const auto s = static_cast<std::size_t>(stage);
  if (work_[s].cells.empty()) return;
  const std::int32_t cell = work_[s].cells[static_cast<std::size_t>(task)];
  if (std::atomic_ref(board_->cells[s].open[cell]).fetch_sub(1) != 1) return;
  const auto at = std::atomic_ref(board_->heads[s].ripe).fetch_add(1);
  std::atomic_ref(board_->cells[s].ripe[at]).store(cell + 1);
}

/// A cell that nobody has merged yet, or -1.
int Claims::take_ripe(int stage) {
  const auto s = static_cast<std::size_t>(stage);
  const std::atomic_ref merging(board_->heads[s].merging);
  for (auto seen = merging.load(); seen < std::atomic_ref(board_->heads[s].ripe).load();) {
    const auto cell = std::atomic_ref(board_->cells[s].ripe[seen]).load();
    if (cell == 0) return -1;  // just being written by a rank that will ask itself
    if (merging.compare_exchange_weak(seen, seen + 1)) return cell - 1;
  }
  return -1;
}

void Claims::abort() {
  std::atomic_ref(*board_->aborted).store(1);
  if (nodes_ == 1 || coordinates()) return;
  const Message message{Message::abort, 0, 0, 0, 0};
  MPI_Send(&message, sizeof message, MPI_BYTE, 0, tag_to_coordinator, world_->mpi());
}

void Claims::leave() {
  if (nodes_ == 1) return;
  const Message message{Message::leave, 0, 0, 0, 0};
  MPI_Send(&message, sizeof message, MPI_BYTE, 0, tag_to_coordinator, world_->mpi());
}

void Claims::answer_lease(int source, int stage) {
  const auto s = static_cast<std::size_t>(stage);
  const auto total = static_cast<std::int64_t>(work_[s].tasks.size());
  std::int32_t reply[3] = {static_cast<std::int32_t>(Answer::none), 0, 0};
  if (const int cell = aborted() ? -1 : take_ripe(stage); cell >= 0) {
    reply[0] = static_cast<std::int32_t>(Answer::merge);
    reply[1] = cell;
  } else if (!aborted() && leased_[s] < total) {
    const std::int64_t chunk = std::max<std::int64_t>(1, (total - leased_[s]) / (2 * nodes_));
    const auto& cells = work_[s].cells;
    const auto same_cell = [&](std::int64_t a, std::int64_t b) {
      return cells.empty() || cells[static_cast<std::size_t>(a)] == cells[static_cast<std::size_t>(b)];
    };
    Readiness r = Readiness::ready;
    while (leased_[s] < total && (r = readiness(stage, static_cast<int>(leased_[s]))) == Readiness::never) {
      note(stage, static_cast<int>(leased_[s]++), false, 0);  // left for a later run; those after it may still be ready
    }
    std::int64_t last = leased_[s];
    while (last < total && last - leased_[s] < chunk && same_cell(last, leased_[s]) &&
           (r = readiness(stage, static_cast<int>(last))) == Readiness::ready)
      ++last;
    if (last > leased_[s]) {
      reply[0] = static_cast<std::int32_t>(Answer::task);
      reply[1] = static_cast<std::int32_t>(leased_[s]);
      reply[2] = static_cast<std::int32_t>(last);
      leased_[s] = last;
      Waiting::moved();
    } else if (r == Readiness::later) {
      reply[0] = static_cast<std::int32_t>(Answer::wait);
    }
  }
  MPI_Send(reply, 3, MPI_INT32_T, source, tag_lease, world_->mpi());
}

/// The coordinator's books.
void Claims::note(int stage, int task, bool ok, std::int64_t bad) {
  const auto s = static_cast<std::size_t>(stage);
  std::atomic_ref(board_->outcomes[s][task]).store(ok ? succeeded : lost);
  if (ok) count_down(stage, task);
  ++reported_[s];
  reported_bad_[s] += bad;
}

void Claims::serve(const std::function<void()>& idle) {
  using namespace std::chrono_literals;
  const Waiting waiting;
  for (int present = world_->size() - 1; present > 0;) {
    int waiting = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, tag_to_coordinator, world_->mpi(), &waiting, &status);
    if (waiting == 0) {
      idle();
      nap(200us);
      continue;
    }
    Message m{};
    MPI_Recv(&m, sizeof m, MPI_BYTE, status.MPI_SOURCE, tag_to_coordinator, world_->mpi(), MPI_STATUS_IGNORE);
    switch (m.kind) {
      case Message::lease:
        answer_lease(status.MPI_SOURCE, m.stage);
        break;
      case Message::done:
        note(m.stage, m.task, m.ok != 0, m.bad_items);
        Waiting::moved();
        break;
      case Message::abort:
        std::atomic_ref(*board_->aborted).store(1);
        break;
      case Message::leave:
        --present;
        Waiting::moved();
        break;
    }
  }
}

}  // namespace ronchi::engine
