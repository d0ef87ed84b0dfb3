// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/comm/communicator.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <limits>
#include <thread>
#include <utility>

#include "framework/base/error.hpp"
#include "framework/comm/waiting.hpp"

namespace ronchi {

namespace {

constexpr std::size_t largest_message = std::size_t{1} << 30;  // MPI counts in int

template <class T>
void reduce(std::span<T> values, MPI_Datatype type, MPI_Op op, MPI_Comm comm) {
  const Waiting waiting;
  const std::size_t step = largest_message / sizeof(T);
  for (std::size_t i = 0; i < values.size(); i += step)
    MPI_Allreduce(MPI_IN_PLACE, values.data() + i, static_cast<int>(std::min(step, values.size() - i)), type, op, comm);
}

}  // namespace

MpiSession::MpiSession(int* argc, char*** argv) {
  // PMIx before 5 shares what launcher and ranks know through memory with locks in it: a rank that is killed with one in its hand,
  // in MPI_Init as a rule, leaves the launcher waiting for ever (openpmix issue 1233). "hash" sends messages instead.
  ::setenv("PMIX_MCA_gds", "hash", 0);
  int provided = 0;
  MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided);
}

MpiSession::~MpiSession() { MPI_Finalize(); }

Communicator Communicator::world() {
  Communicator c;
  c.comm_ = MPI_COMM_WORLD;
  MPI_Comm_rank(c.comm_, &c.rank_);
  MPI_Comm_size(c.comm_, &c.size_);
  return c;
}

Communicator::Communicator(Communicator&& other) noexcept { *this = std::move(other); }

Communicator& Communicator::operator=(Communicator&& other) noexcept {
  std::swap(comm_, other.comm_);
  std::swap(owned_, other.owned_);
  std::swap(rank_, other.rank_);
  std::swap(size_, other.size_);
  return *this;
}

Communicator::~Communicator() {
  if (owned_) MPI_Comm_free(&comm_);
}

void Communicator::barrier() const {
  if (size_ == 1) return;
  const Waiting waiting;
  MPI_Barrier(comm_);
}

void Communicator::wait_for_all() const { (void)all_here(std::numeric_limits<double>::infinity()); }

bool Communicator::all_here(double seconds) const {
  if (size_ == 1) return true;
  const Waiting waiting;
  MPI_Request request = MPI_REQUEST_NULL;
  MPI_Ibarrier(comm_, &request);
  const auto start = std::chrono::steady_clock::now();
  for (std::chrono::microseconds nap{20};; nap = std::min(2 * nap, std::chrono::microseconds{1000})) {
    int done = 0;
    MPI_Test(&request, &done, MPI_STATUS_IGNORE);
    if (done != 0) return true;
    if (std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count() > seconds) return false;
    std::this_thread::sleep_for(nap);
  }
}

Communicator Communicator::split(int color, int key) const {
  Communicator c;
  if (size_ == 1) {
    c.comm_ = comm_;
    return c;
  }
  const Waiting waiting;
  MPI_Comm_split(comm_, color, key, &c.comm_);
  c.owned_ = true;
  MPI_Comm_rank(c.comm_, &c.rank_);
  MPI_Comm_size(c.comm_, &c.size_);
  return c;
}

Communicator Communicator::node() const {
  if (size_ == 1) return split(0, 0);
  if (const char* text = std::getenv("RONCHI_NODES"); text != nullptr) {
    const int nodes = std::clamp(std::atoi(text), 1, size_);
    return split(rank_ * nodes / size_, rank_);
  }
  const Waiting waiting;
  Communicator c;
  MPI_Comm_split_type(comm_, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &c.comm_);
  c.owned_ = true;
  MPI_Comm_rank(c.comm_, &c.rank_);
  MPI_Comm_size(c.comm_, &c.size_);
  return c;
}

void Communicator::broadcast_bytes(void* data, std::size_t bytes, int root) const {
  if (size_ == 1) return;
  const Waiting waiting;
  for (std::size_t i = 0; i < bytes; i += largest_message)
    MPI_Bcast(static_cast<char*>(data) + i, static_cast<int>(std::min(largest_message, bytes - i)), MPI_BYTE, root, comm_);
}

std::string Communicator::broadcast(std::string text, int root) const {
  if (size_ == 1) return text;
  text.resize(broadcast_value(text.size(), root));
  broadcast_bytes(text.data(), text.size(), root);
  return text;
}

std::vector<std::string> Communicator::gather(const std::string& text, int root) const {
  if (size_ == 1) return {text};
  const Waiting waiting;
  if (text.size() >= largest_message) fail(Fault::internal, "report this", "a message of {} bytes is too long", text.size());
  const int mine = static_cast<int>(text.size());
  std::vector<int> sizes(static_cast<std::size_t>(size_)), offsets(sizes.size());
  MPI_Gather(&mine, 1, MPI_INT, sizes.data(), 1, MPI_INT, root, comm_);
  std::string all;
  if (rank_ == root) {
    int total = 0;
    for (std::size_t r = 0; r < sizes.size(); ++r) {
      offsets[r] = total;
      total += sizes[r];
    }
    all.resize(static_cast<std::size_t>(total));
  }
  MPI_Gatherv(text.data(), mine, MPI_CHAR, all.data(), sizes.data(), offsets.data(), MPI_CHAR, root, comm_);
  std::vector<std::string> texts;
  if (rank_ == root)
    for (std::size_t r = 0; r < sizes.size(); ++r)
      texts.push_back(all.substr(static_cast<std::size_t>(offsets[r]), static_cast<std::size_t>(sizes[r])));
  return texts;
}

void Communicator::sum(std::span<std::int64_t> values) const {
  if (size_ > 1) reduce(values, MPI_INT64_T, MPI_SUM, comm_);
}
void Communicator::max(std::span<std::int64_t> values) const {
  if (size_ > 1) reduce(values, MPI_INT64_T, MPI_MAX, comm_);
}
void Communicator::max(std::span<double> values) const {
  if (size_ > 1) reduce(values, MPI_DOUBLE, MPI_MAX, comm_);
}

}  // namespace ronchi
