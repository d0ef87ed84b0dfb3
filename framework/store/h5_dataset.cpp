// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/store/h5_detail.hpp"

namespace ronchi::h5 {

using namespace detail;

namespace {

constexpr std::int64_t largest_call = std::int64_t{1} << 31;  // bytes; MPI-IO counts in int

}  // namespace

Shape Dataset::shape() const {
  const Handle space{H5Dget_space(id()), H5Sclose};
  const int n = H5Sget_simple_extent_ndims(space.id());
  std::vector<hsize_t> d(static_cast<std::size_t>(std::max(n, 0)));
  if (n > 0) H5Sget_simple_extent_dims(space.id(), d.data(), nullptr);
  return {d.begin(), d.end()};
}

bool Dataset::is_number() const {
  const Handle type{H5Dget_type(id()), H5Tclose};
  const auto c = H5Tget_class(type.id());
  return c == H5T_INTEGER || c == H5T_FLOAT;
}

bool Dataset::is_text() const {
  const Handle type{H5Dget_type(id()), H5Tclose};
  return H5Tget_class(type.id()) == H5T_STRING;
}

Scalar Dataset::type() const {
  const Handle type{H5Dget_type(id()), H5Tclose};
  const std::size_t size = H5Tget_size(type.id());
  const auto c = H5Tget_class(type.id());
  if (c == H5T_FLOAT && size == 2) return Scalar::f16;
  if (c == H5T_FLOAT && size == 4) return Scalar::f32;
  if (c == H5T_FLOAT && size == 8) return Scalar::f64;
  if (c == H5T_INTEGER && (size == 1 || size == 2 || size == 4 || size == 8)) {
    const int step = size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3;
    return static_cast<Scalar>(step + (H5Tget_sign(type.id()) == H5T_SGN_NONE ? 0 : 4));
  }
  fail(Fault::unsupported, "choose a data set of integers or 16/32/64-bit floats", "{} does not hold plain numbers", path_);
}

Shape Dataset::chunk() const {
  const Handle list{H5Dget_create_plist(id()), H5Pclose};
  if (H5Pget_layout(list.id()) != H5D_CHUNKED) return {};
  std::vector<hsize_t> d(shape().size());
  H5Pget_chunk(list.id(), static_cast<int>(d.size()), d.data());
  return {d.begin(), d.end()};
}

std::optional<std::string> Dataset::missing_filter() const {
  const Handle list{H5Dget_create_plist(id()), H5Pclose};
  const int n = H5Pget_nfilters(list.id());
  for (int i = 0; i < n; ++i) {
    unsigned flags = 0, config = 0;
    std::size_t values = 0;
    char name[128] = "";
    const auto filter = H5Pget_filter2(list.id(), static_cast<unsigned>(i), &flags, &values, nullptr, sizeof name, name, &config);
    if (H5Zfilter_avail(filter) <= 0) {
      H5Eclear2(H5E_DEFAULT);
      return fmt::format("{} (number {})", name[0] != 0 ? name : "a filter", filter);
    }
  }
  return std::nullopt;
}

namespace {

/// Calls f(start, count, offset in elements) for pieces of at most largest_call bytes, cut along the first axes.
template <class F>
void in_pieces(const Shape& start, const Shape& count, std::size_t element, F&& f) {
  if (count.empty() || count_of(count) * static_cast<std::int64_t>(element) <= largest_call || count[0] == 0)
    return f(start, count, std::int64_t{0});
  const std::int64_t row = count_of(count) / count[0];
  const std::int64_t rows = std::max<std::int64_t>(1, largest_call / (row * static_cast<std::int64_t>(element)));
  for (std::int64_t r = 0; r < count[0]; r += rows) {
    Shape s = start, c = count;
    s[0] += r;
    c[0] = std::min(rows, count[0] - r);
    f(s, c, r * row);
  }
}

struct Selection {
  Handle file, memory;
  Selection(hid_t dataset, const Shape& start, const Shape& count, const std::string& path)
      : file(H5Dget_space(dataset), H5Sclose), memory(space_of(count)) {
    if (count.empty()) return;
    if (H5Sget_simple_extent_ndims(file.id()) != static_cast<int>(count.size()))
      fail(Fault::internal, "report this", "{} has another number of axes than the selection", path);
    if (count_of(count) == 0) {
      H5Sselect_none(file.id());
      H5Sselect_none(memory.id());
      return;
    }
    const auto s = dims(start), c = dims(count);
    if (H5Sselect_hyperslab(file.id(), H5S_SELECT_SET, s.data(), nullptr, c.data(), nullptr) < 0) fail_h5("selecting in", path);
  }
};

}  // namespace

void Dataset::read(Scalar type, const Shape& start, const Shape& count, std::byte* out) const {
  in_pieces(start, count, size_of(type), [&](const Shape& s, const Shape& c, std::int64_t offset) {
    const Selection selection(id(), s, c, path_);
    if (H5Dread(id(), memory_type(type), selection.memory.id(), selection.file.id(), H5P_DEFAULT,
                out + static_cast<std::size_t>(offset) * size_of(type)) < 0) {
      if (const auto filter = missing_filter())
        fail(Fault::unsupported, "install the HDF5 plugin of this compression filter and set HDF5_PLUGIN_PATH",
             "{} is compressed with {}, which this HDF5 cannot decode", path_, *filter);
      fail_h5("reading", path_);
    }
  });
}

void Dataset::write(Scalar type, const Shape& start, const Shape& count, const std::byte* in, hid_t transfer) {
  in_pieces(start, count, size_of(type), [&](const Shape& s, const Shape& c, std::int64_t offset) {
    const Selection selection(id(), s, c, path_);
    if (H5Dwrite(id(), memory_type(type), selection.memory.id(), selection.file.id(), transfer,
                 in + static_cast<std::size_t>(offset) * size_of(type)) < 0) {
      try {
        fail_h5("writing", path_);
      } catch (const Failure&) {
        const Handle file{H5Iget_file_id(id()), H5Fclose};
        give_up_writing(file.id());
        throw;
      }
    }
  });
}

}  // namespace ronchi::h5
