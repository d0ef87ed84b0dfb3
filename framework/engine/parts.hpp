// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/base/range.hpp"
#include "framework/store/h5.hpp"

namespace ronchi::engine {

/// What became of an item; one byte per item in dataset `status` of every part.
enum class ItemStatus : std::uint8_t { done = 0, failed = 1 };

/// A result that Ronchi made earlier cannot be read. That ends the job: it is not the fault of the item that wants it.
class Damaged : public Failure {
 public:
  using Failure::Failure;
};
/// Opens a part or an index; Damaged says which file it is and what to do.
[[nodiscard]] h5::File open_result(const std::filesystem::path& path);

/// The committed parts of a stage, read as one: rows are concatenated, sums added, maxima taken. While the stage runs, small parts
/// are merged into larger ones: rows(), row_shape() and row_type() follow them there; the others are for complete stages.
class Parts {
 public:
  struct File {
    Range items;
    std::filesystem::path path;
  };
  /// One readdir of `directory`; files that an overlapping larger part replaces are left out.
  [[nodiscard]] static Parts in(const std::filesystem::path& directory);
  /// A part that exists in memory only (a fused stage's input).
  [[nodiscard]] static Parts of(Range items, const h5::File& file);

  [[nodiscard]] const std::vector<File>& files() const& { return files_; }
  [[nodiscard]] std::vector<File> files() && { return std::move(files_); }  // for `for (auto& f : Parts::in(d).files())`
  /// Files whose items a larger part holds as well: a run that merged them died before it could remove them.
  [[nodiscard]] const std::vector<File>& superseded() const { return superseded_; }
  [[nodiscard]] bool covers(Range items) const;
  [[nodiscard]] std::vector<Range> missing(Range items) const;  ///< ranges of `items` that no part holds

  /// Per-item rows of `items`, C order; the first axis is the item.
  template <class T>
  [[nodiscard]] std::vector<T> rows(const std::string& name, Range items) const;
  /// The same into `out`, which has just the bytes of so many rows of `type`.
  void read_rows(const std::string& name, Scalar type, Range items, std::span<std::byte> out) const;
  [[nodiscard]] Range items() const;  ///< from the first part's first item to the last part's last
  [[nodiscard]] h5::Shape row_shape(const std::string& name) const;
  [[nodiscard]] Scalar row_type(const std::string& name) const;
  [[nodiscard]] std::vector<std::int64_t> sum(const std::string& name) const;
  [[nodiscard]] std::vector<std::int64_t> max(const std::string& name) const;
  [[nodiscard]] std::vector<std::int64_t> failed() const;  ///< items whose status is not done, ascending

 private:
  void each(Range items, const std::function<void(const h5::Group&, Range part, Range wanted)>& visit) const;
  [[nodiscard]] std::optional<h5::File> open_if_there(const File& file) const;
  std::filesystem::path directory_;
  std::vector<File> files_, superseded_;
  const h5::File* memory_ = nullptr;
};

template <class T>
std::vector<T> Parts::rows(const std::string& name, Range items) const {
  std::vector<T> values;
  each(items, [&](const h5::Group& file, Range part, Range wanted) {
    const h5::Dataset set = file.dataset(name);
    h5::Shape count = set.shape(), start(count.size(), 0);
    start[0] = wanted.first - part.first;
    count[0] = wanted.size();
    const auto piece = set.read<T>(start, count);
    values.insert(values.end(), piece.begin(), piece.end());
  });
  return values;
}

}  // namespace ronchi::engine
