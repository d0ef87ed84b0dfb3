// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <mpi.h>

#include <cstdint>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

namespace ronchi {

/// Starts MPI (also without a launcher: then there is one rank) and ends it. Exactly one per process.
class MpiSession {
 public:
  MpiSession(int* argc, char*** argv);
  ~MpiSession();
  MpiSession(const MpiSession&) = delete;
  MpiSession& operator=(const MpiSession&) = delete;
};

/// A group of ranks. Owns its MPI communicator unless it is the world. With one rank no operation calls MPI. Every operation that
/// waits for other ranks says so (`Waiting`), so that a watchdog can tell a wait from work.
class Communicator {
 public:
  Communicator() = default;  ///< a single rank, usable before and without MPI
  [[nodiscard]] static Communicator world();
  Communicator(Communicator&&) noexcept;
  Communicator& operator=(Communicator&&) noexcept;
  ~Communicator();

  [[nodiscard]] int rank() const { return rank_; }
  [[nodiscard]] int size() const { return size_; }
  [[nodiscard]] bool leads() const { return rank_ == 0; }
  [[nodiscard]] MPI_Comm mpi() const { return comm_; }  ///< MPI_COMM_SELF, or null, with one rank

  void barrier() const;
  /// A barrier that sleeps instead of spinning, for waits that may be long.
  void wait_for_all() const;
  /// The same with an end: false if not all ranks came within so many seconds (then this communicator is spoiled).
  [[nodiscard]] bool all_here(double seconds) const;
  [[nodiscard]] Communicator split(int color, int key) const;
  /// The ranks that share memory. RONCHI_NODES=n (for tests) cuts a machine into n simulated nodes.
  [[nodiscard]] Communicator node() const;

  [[nodiscard]] std::string broadcast(std::string text, int root = 0) const;
  [[nodiscard]] std::vector<std::string> gather(const std::string& text, int root = 0) const;  ///< empty but on root
  template <class T>
  [[nodiscard]] T broadcast_value(T value, int root = 0) const {
    static_assert(std::is_trivially_copyable_v<T>);
    broadcast_bytes(&value, sizeof value, root);
    return value;
  }
  template <class T>
  void broadcast(std::span<T> values, int root = 0) const {
    broadcast_bytes(values.data(), values.size_bytes(), root);
  }

  /// In place, element by element, over all ranks. Integer sums and maxima do not depend on the order of the ranks.
  void sum(std::span<std::int64_t> values) const;
  void max(std::span<std::int64_t> values) const;
  void max(std::span<double> values) const;
  [[nodiscard]] std::int64_t sum(std::int64_t value) const {
    sum(std::span(&value, 1));
    return value;
  }
  [[nodiscard]] std::int64_t max(std::int64_t value) const {
    max(std::span(&value, 1));
    return value;
  }
  [[nodiscard]] bool any(bool value) const { return max(std::int64_t{value}) != 0; }

 private:
  void broadcast_bytes(void* data, std::size_t bytes, int root) const;
  MPI_Comm comm_ = MPI_COMM_NULL;
  bool owned_ = false;
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace ronchi
