// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/parts.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <functional>
#include <thread>

#include "framework/base/error.hpp"

namespace ronchi::engine {

namespace {

/// "<first>-<last>.h5"; nothing for other names.
std::optional<Range> range_of(const std::string& name) {
  Range r;
  const char* end = name.data() + name.size();
  const auto [dash, e1] = std::from_chars(name.data(), end, r.first);
  if (e1 != std::errc{} || dash == end || *dash != '-') return std::nullopt;
  const auto [dot, e2] = std::from_chars(dash + 1, end, r.last);
  if (e2 != std::errc{} || std::string_view(dot, static_cast<std::size_t>(end - dot)) != ".h5" || r.empty()) return std::nullopt;
  return r;
}

Damaged damaged(const Failure& f, const std::filesystem::path& path) {
  return Damaged(Error{Fault::corrupt, f.error().message,
                       "remove " + path.string() + " and run the job again: what it held is computed again"});
}

}  // namespace

h5::File open_result(const std::filesystem::path& path) {
  try {
    return h5::File::open(path);
  } catch (const Failure& f) {
    if (f.error().fault != Fault::corrupt) throw;
    throw damaged(f, path);
  }
}

Parts Parts::in(const std::filesystem::path& directory) {
  std::vector<File> found;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ec))
    if (const auto r = range_of(entry.path().filename().string())) found.push_back({*r, entry.path()});
  if (ec && ec != std::errc::no_such_file_or_directory)
    fail(Fault::unreadable, "check the folder's permissions", "{} cannot be listed: {}", directory.string(), ec.message());
  // Larger parts first where two begin together: a merged part wins over the pieces that were not unlinked yet.
  std::sort(found.begin(), found.end(), [](const File& a, const File& b) {
    return a.items.first != b.items.first ? a.items.first < b.items.first : a.items.last > b.items.last;
  });
  Parts parts;
  parts.directory_ = directory;
  for (auto& f : found) {
    const std::int64_t end = parts.files_.empty() ? 0 : parts.files_.back().items.last;
    if (f.items.first >= end)
      parts.files_.push_back(std::move(f));
    else if (f.items.last <= end)
      parts.superseded_.push_back(std::move(f));
    else
      fail(Fault::corrupt, "remove one of the two; its items are computed again", "{} overlaps {}", f.path.string(),
           parts.files_.back().path.string());
  }
  return parts;
}

Parts Parts::of(Range items, const h5::File& file) {
  Parts parts;
  parts.files_.push_back({items, {}});
  parts.memory_ = &file;
  return parts;
}

Range Parts::items() const { return files_.empty() ? Range{} : Range{files_.front().items.first, files_.back().items.last}; }

std::vector<Range> Parts::missing(Range items) const {
  std::vector<Range> gaps;
  std::int64_t next = items.first;
  for (const auto& f : files_) {
    if (f.items.last <= next) continue;
    if (f.items.first >= items.last) break;
    if (f.items.first > next) gaps.push_back({next, f.items.first});
    next = f.items.last;
  }
  if (next < items.last) gaps.push_back({next, items.last});
  return gaps;
}

bool Parts::covers(Range items) const { return missing(items).empty(); }

/// Nothing: it was merged into a larger part since the folder was listed.
std::optional<h5::File> Parts::open_if_there(const File& file) const {
  try {
    return open_result(file.path);
  } catch (const Failure&) {
    std::error_code ec;
    if (std::filesystem::exists(file.path, ec)) throw;
    return std::nullopt;
  }
}

void Parts::each(Range items, const std::function<void(const h5::Group&, Range, Range)>& visit) const {
  if (memory_ != nullptr && covers(items)) return visit(*memory_, files_[0].items, items);
  // A listing made during a merge may show neither the pieces nor the whole; the next one shows the whole.
  constexpr int looks = 3;  // in a row without finding anything more
  Parts fresh;
  const Parts* parts = this;
  for (int look = 1; !items.empty(); ++look) {
    const std::int64_t before = items.first;
    auto f = std::upper_bound(parts->files_.begin(), parts->files_.end(), items.first,
                              [](std::int64_t i, const File& file) { return i < file.items.last; });
    for (; f != parts->files_.end() && memory_ == nullptr && f->items.contains(items.first) && !items.empty(); ++f) {
      const auto file = open_if_there(*f);
      if (!file) break;
      const Range wanted = intersect(f->items, items);
      try {
        visit(*file, f->items, wanted);
      } catch (const Failure& failure) {  // no item's fault: the file's
        if (failure.error().fault == Fault::corrupt) throw damaged(failure, f->path);
        throw;
      }
      items.first = wanted.last;
    }
    if (items.empty()) return;
    if (items.first != before) look = 0;
    if (look == looks || memory_ != nullptr) {
      const auto gaps = parts->missing(items);
      const Range gap = gaps.empty() ? items : gaps[0];
      fail(Fault::missing, "run the job again to complete the stage", "items {} to {} have not been computed", gap.first,
           gap.last - 1);
    }
    if (look > 1) std::this_thread::sleep_for(std::chrono::milliseconds(100));  // a network file system may show an old listing
    fresh = in(directory_);
    parts = &fresh;
  }
}

void Parts::read_rows(const std::string& name, Scalar type, Range items, std::span<std::byte> out) const {
  if (items.empty()) return;
  const std::size_t row = out.size() / static_cast<std::size_t>(items.size());
  each(items, [&](const h5::Group& file, Range part, Range wanted) {
    const h5::Dataset set = file.dataset(name);
    h5::Shape count = set.shape(), start(count.size(), 0);
    start[0] = wanted.first - part.first;
    count[0] = wanted.size();
    std::int64_t values = 1;
    for (const auto c : count) values *= c;
    if (static_cast<std::size_t>(values) * size_of(type) != row * static_cast<std::size_t>(wanted.size()))
      fail(Fault::corrupt, "remove the result and run the stage again", "{}: rows of {} bytes expected", set.path(), row);
    set.read(type, start, count, out.data() + row * static_cast<std::size_t>(wanted.first - items.first));
  });
}

h5::Shape Parts::row_shape(const std::string& name) const {
  h5::Shape shape;
  if (files_.empty()) return shape;
  each({files_[0].items.first, files_[0].items.first + 1},
       [&](const h5::Group& file, Range, Range) { shape = file.dataset(name).shape(); });
  shape.erase(shape.begin());
  return shape;
}

Scalar Parts::row_type(const std::string& name) const {
  Scalar type = Scalar::u8;
  if (!files_.empty())
    each({files_[0].items.first, files_[0].items.first + 1},
         [&](const h5::Group& file, Range, Range) { type = file.dataset(name).type(); });
  return type;
}

std::vector<std::int64_t> Parts::sum(const std::string& name) const {
  std::vector<std::int64_t> total;
  for (const auto& f : files_)
    each(f.items, [&](const h5::Group& file, Range, Range) {
      const auto part = file.read<std::int64_t>(name);
      total.resize(part.size());
      for (std::size_t i = 0; i < part.size(); ++i) total[i] += part[i];
    });
  return total;
}

std::vector<std::int64_t> Parts::max(const std::string& name) const {
  std::vector<std::int64_t> largest;
  for (const auto& f : files_)
    each(f.items, [&](const h5::Group& file, Range, Range) {
      const auto part = file.read<std::int64_t>(name);
      if (largest.empty()) largest = part;
      for (std::size_t i = 0; i < part.size(); ++i) largest[i] = std::max(largest[i], part[i]);
    });
  return largest;
}

std::vector<std::int64_t> Parts::failed() const {
  std::vector<std::int64_t> items;
  for (const auto& f : files_)
    each(f.items, [&](const h5::Group& file, Range part, Range) {
      const auto status = file.read<std::uint8_t>("status");
      for (std::size_t i = 0; i < status.size(); ++i)
        if (status[i] != static_cast<std::uint8_t>(ItemStatus::done)) items.push_back(part.first + static_cast<std::int64_t>(i));
    });
  return items;
}

}  // namespace ronchi::engine
