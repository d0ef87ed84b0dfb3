// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/part.hpp"

#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/engine/durable.hpp"
#include "framework/store/shared_write.hpp"

namespace ronchi::engine {

namespace {
constexpr std::size_t largest_held = std::size_t{1} << 18;  // bytes; a call of HDF5 costs as much as copying some 10 KiB
}

Part::Part(Range items, h5::File file, std::filesystem::path directory, ItemGuard& guard, const Communicator& team)
    : items_(items),
      file_(std::move(file)),
      directory_(std::move(directory)),
      guard_(&guard),
      team_(&team),
      status_(static_cast<std::size_t>(items.size()), static_cast<std::uint8_t>(ItemStatus::done)) {}

Part::~Part() {
  std::error_code ec;
  for (const auto& name : products_) std::filesystem::remove(temporary_name(directory_ / name), ec);
}

void Part::rows(const std::string& name, Scalar type, const h5::Shape& shape) {
  if (!file_.is_open()) return;
  h5::Shape whole{items_.size()};
  whole.insert(whole.end(), shape.begin(), shape.end());
  auto set = file_.create(name, type, whole, {.allocate_early = true});  // a merged part is laid out the same
  set.set_attribute("combine", "rows");
  order_.push_back(name);
  whole[0] = 1;
  rows_.emplace(name, Rows{std::move(set), std::move(whole), type, {}, {}});
}

void Part::write(const std::string& name, Scalar type, Range items, const std::byte* values) {
  if (!file_.is_open()) return;
  const auto found = rows_.find(name);
  if (found == rows_.end()) fail(Fault::internal, "declare it with rows() first", "there are no rows '{}'", name);
  if (!items_.contains(items))
    fail(Fault::internal, "report this", "items {} to {} do not belong to this part", items.first, items.last);
  Rows& rows = found->second;
  const auto bytes = static_cast<std::size_t>(items.size() * h5::count_of(rows.shape)) * size_of(type);
  if (type != rows.type || items.first != rows.held.last || bytes >= largest_held) flush(rows);
  if (bytes >= largest_held) return put(rows, type, items, values);
  if (rows.values.empty()) rows.held = {items.first, items.first};
  rows.type = type;
  rows.held.last = items.last;
  rows.values.insert(rows.values.end(), values, values + bytes);
  if (rows.values.size() >= largest_held) flush(rows);
}

void Part::put(Rows& rows, Scalar type, Range items, const std::byte* values) const {
  h5::Shape start(rows.shape.size(), 0), count = rows.shape;
  start[0] = items.first - items_.first;
  count[0] = items.size();
  try {
    rows.set.write(type, start, count, values);
  } catch (const Failure& f) {  // what the file lacks is not the fault of the item that happened to be written
    if (f.error().fault == Fault::corrupt) throw Damaged(f.error());
    throw;
  }
}

void Part::flush(Rows& rows) const {
  if (rows.values.empty()) return;
  put(rows, rows.type, rows.held, rows.values.data());
  rows.values.clear();
}

namespace {
template <class Combine>
void reduce(std::vector<std::int64_t>& into, std::span<const std::int64_t> values, const std::string& name,
            const Combine& combine) {
  if (into.empty())
    into.assign(values.begin(), values.end());
  else if (into.size() != values.size())
    fail(Fault::internal, "report this", "'{}' has {} elements, then {}", name, into.size(), values.size());
  else
    std::transform(values.begin(), values.end(), into.begin(), into.begin(), [&](auto v, auto old) { return combine(old, v); });
}
}  // namespace

void Part::add(const std::string& name, std::span<const std::int64_t> values, const h5::Shape& shape) {
  auto& r = reduced_[name];
  r.shape = shape;
  reduce(r.values, values, name, [](auto a, auto b) { return a + b; });
}

void Part::maximum(const std::string& name, std::span<const std::int64_t> values, const h5::Shape& shape) {
  auto& r = reduced_[name];
  r.shape = shape;
  r.sum = false;
  reduce(r.values, values, name, [](auto a, auto b) { return std::max(a, b); });
}

bool Part::item(std::int64_t item, const std::function<void()>& work) {
  auto& status = status_.at(static_cast<std::size_t>(item - items_.first));
  status = static_cast<std::uint8_t>(ItemStatus::failed);
  if (!guard_->begin(item)) return false;
  try {
    work();
  } catch (const Damaged&) {
    guard_->end(item);
    throw;
  } catch (const Failure& failure) {
    guard_->end(item);
    // A full disk, an input that is not there or a mistake in the program is not the item's fault.
    const Fault f = failure.error().fault;
    if (f == Fault::no_space || f == Fault::missing || f == Fault::internal || f == Fault::usage) throw;
    guard_->failed(item, failure.what());
    return false;
  }
  guard_->end(item);
  status = static_cast<std::uint8_t>(ItemStatus::done);
  return true;
}

void Part::together(Range items, const std::function<void()>& work) {
  guard_->begin_together(items);
  try {
    work();
  } catch (...) {
    guard_->end_together();
    throw;
  }
  guard_->end_together();
}

void Part::shared(const std::string& name, Scalar type, const h5::Shape& shape, Range mine, const std::byte* values) {
  h5::write_shared(file_, *team_, name, type, shape, mine, values);
}

std::filesystem::path Part::product(const std::string& name) {
  products_.push_back(name);
  return temporary_name(directory_ / name);
}

std::vector<std::string> Part::finish() {
  if (!file_.is_open()) return products_;
  for (auto& [name, rows] : rows_) flush(rows);
  rows_.clear();
  file_.set_attribute("rows", order_);
  for (const auto& [name, r] : reduced_) {
    file_.write<std::int64_t>(name, r.values, r.shape);
    file_.dataset(name).set_attribute("combine", r.sum ? "sum" : "max");
  }
  file_.write<std::uint8_t>("status", status_, {items_.size()});
  file_.dataset("status").set_attribute("combine", "rows");
  return products_;
}

}  // namespace ronchi::engine
