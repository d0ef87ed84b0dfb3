// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "framework/base/range.hpp"
#include "framework/comm/communicator.hpp"
#include "framework/engine/parts.hpp"
#include "framework/store/h5.hpp"

namespace ronchi::engine {

/// Hooks of the engine around every item: the crash slot, quarantine, progress.
class ItemGuard {
 public:
  virtual ~ItemGuard() = default;
  virtual bool begin(std::int64_t item) = 0;  ///< false: the item is in quarantine, leave it out
  virtual void end(std::int64_t item) = 0;
  virtual bool open(std::int64_t /*item*/) const { return true; }  ///< what begin() would say
  virtual void begin_together(Range /*items*/) {}
  virtual void end_together() {}
  virtual void failed(std::int64_t item, const std::string& reason) = 0;  ///< throws when max_failed is exceeded
};

/// What a task makes: one HDF5 file under a temporary name, closed, fsynced and linked in place when the task is done.
/// Three kinds of results (rows, sums, maxima), each of which the engine can merge and index without knowing what it means.
/// In a team all ranks may call everything; only the leader has the file, and what it gives is what is written.
class Part {
 public:
  Part(Range items, h5::File file, std::filesystem::path directory, ItemGuard& guard, const Communicator& team);

  ~Part();  ///< products that were not put in place are gone
  Part(Part&&) = default;
  Part& operator=(Part&&) = default;

  [[nodiscard]] Range items() const { return items_; }

  /// Declares rows: dataset `name` of shape [items, shape...], one row per item. Rows never written are zero. Declare them
  /// first thing in run(), outside item(): a part whose items all failed has them too.
  void rows(const std::string& name, Scalar type, const h5::Shape& shape);
  template <class T>
  void rows(const std::string& name, const h5::Shape& shape) {
    rows(name, scalar_of<T>(), shape);
  }
  template <class T>
  void write(const std::string& name, Range items, std::span<const T> values) {
    write(name, scalar_of<T>(), items, reinterpret_cast<const std::byte*>(values.data()));
  }
  void write(const std::string& name, Scalar type, Range items, const std::byte* values);

  /// Adds to (or takes the maximum with) an array that is reduced over all items of the stage. Integers, so that the
  /// result does not depend on how the items are cut into tasks.
  void add(const std::string& name, std::span<const std::int64_t> values, const h5::Shape& shape);
  void maximum(const std::string& name, std::span<const std::int64_t> values, const h5::Shape& shape);

  /// Does one item: marks it in flight, catches its Failure (the item is then quarantined with its reason and its status
  /// byte says so) and skips it if it is in quarantine already. True if it was done. In a team all ranks call it, and an
  /// item that cannot be treated must fail on all of them.
  bool item(std::int64_t item, const std::function<void()>& work);

  /// False: the item is in quarantine, item() would skip it.
  [[nodiscard]] bool open(std::int64_t item) const { return guard_->open(item); }

  /// Work on several items of the task at once, which cannot stand inside item(). `work` leaves out those that are not open():
  /// one that kills its process would do it again. The items are in flight together; if the process dies in it they are all
  /// suspects, and each is done alone next time. What is wrong with one of them is thrown in its item() afterwards (AtOnce does
  /// both).
  void together(Range items, const std::function<void()>& work);

  /// Collective stages: a dataset of shape [rows, shape...] of which each rank of the team has the rows `mine`.
  /// Called by all ranks of the team; written through parallel HDF5. The leader must hold no object of the file then.
  template <class T>
  void shared(const std::string& name, const h5::Shape& shape, Range mine, std::span<const T> values) {
    shared(name, scalar_of<T>(), shape, mine, reinterpret_cast<const std::byte*>(values.data()));
  }
  void shared(const std::string& name, Scalar type, const h5::Shape& shape, Range mine, const std::byte* values);

  /// The file itself, for whatever else belongs to a collective stage's result (it becomes the stage's index as it is;
  /// finish() is not called for collective stages). Its attributes `summary` (one line) and
  /// `warnings` (texts) are shown at the end of the run. Only on the rank that leads the team.
  [[nodiscard]] h5::Group& h5() { return file_; }

  /// Collective stages: a further file that becomes part of the result ("report.html", "scan.hspy"): write to the path returned,
  /// before run() returns; it is put in place with the part and linked from the job's directory. Only on the leader.
  [[nodiscard]] std::filesystem::path product(const std::string& name);

  /// Used by the engine: closes and returns the products, to be renamed after the part.
  [[nodiscard]] std::vector<std::string> finish();
  [[nodiscard]] h5::File& file() { return file_; }

 private:
  struct Reduced {
    std::vector<std::int64_t> values;
    h5::Shape shape;
    bool sum = true;
  };
  /// A dataset, and what goes to its end next: small items are written together.
  struct Rows {
    h5::Dataset set;
    h5::Shape shape;  ///< of one row, after a 1 for the row itself
    Scalar type{};    ///< of `values`
    Range held;       ///< the items in `values`
    std::vector<std::byte> values;
  };
  void put(Rows& rows, Scalar type, Range items, const std::byte* values) const;
  void flush(Rows& rows) const;

  Range items_;
  h5::File file_;
  std::filesystem::path directory_;
  ItemGuard* guard_;
  const Communicator* team_;
  std::map<std::string, Rows> rows_;
  std::vector<std::string> order_;  ///< of the rows' declaration
  std::map<std::string, Reduced> reduced_;
  std::vector<std::uint8_t> status_;
  std::vector<std::string> products_;
};

/// The index of a finished stage, as finish() sees it.
class Output {
 public:
  Output(h5::File& file, std::filesystem::path directory) : file_(&file), directory_(std::move(directory)) {}
  [[nodiscard]] h5::Group& h5() { return *file_; }
  [[nodiscard]] const std::filesystem::path& directory() const { return directory_; }
  void warn(const std::string& sentence) { warnings_.push_back(sentence); }  ///< shown at the end of the run and in reports
  [[nodiscard]] const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  h5::File* file_;
  std::filesystem::path directory_;
  std::vector<std::string> warnings_;
};

}  // namespace ronchi::engine
