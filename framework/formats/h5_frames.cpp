// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/formats/h5_frames.hpp"

#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <numeric>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/formats/reader.hpp"

namespace ronchi::formats {

namespace {

constexpr std::int64_t largest_cache = std::int64_t{256} << 20;
constexpr std::int64_t largest_expansion = std::int64_t{1} << 14;  // deflate makes at most 1032 bytes of one; others more

/// Cuts a range of frames, C order over `sizes`, into boxes: f(start, count), in order.
template <class F>
void each_box(Range frames, const h5::Shape& sizes, std::size_t axis, h5::Shape& start, F&& f) {
  h5::Shape count(sizes.size(), 1);
  for (std::size_t i = axis + 1; i < sizes.size(); ++i) {
    start[i] = 0;
    count[i] = sizes[i];
  }
  if (axis == sizes.size()) return f(start, count);  // a single frame, no navigation axes
  const std::int64_t inner =
      std::accumulate(sizes.begin() + static_cast<std::ptrdiff_t>(axis) + 1, sizes.end(), std::int64_t{1}, std::multiplies<>());
  const auto part_of_row = [&](Range r) {
    start[axis] = r.first / inner;
    const std::int64_t row = start[axis] * inner;
    each_box({r.first - row, r.last - row}, sizes, axis + 1, start, f);
  };
  const std::int64_t first_whole = ceil_div(frames.first, inner) * inner, last_whole = frames.last / inner * inner;
  if (first_whole > last_whole) return part_of_row(frames);
  if (frames.first < first_whole) part_of_row({frames.first, first_whole});
  if (first_whole < last_whole) {
    start[axis] = first_whole / inner;
    count[axis] = (last_whole - first_whole) / inner;
    for (std::size_t i = axis + 1; i < sizes.size(); ++i) start[i] = 0;
    f(start, count);
  }
  if (last_whole < frames.last) part_of_row({last_whole, frames.last});
}

template <class T>
void gather(const T* in, const std::vector<std::int64_t>& counts, const std::vector<std::int64_t>& strides, T*& out,
            std::size_t axis) {
  if (axis + 1 == counts.size()) {
    for (std::int64_t i = 0; i < counts[axis]; ++i) *out++ = in[i * strides[axis]];
  } else {
    for (std::int64_t i = 0; i < counts[axis]; ++i) gather(in + i * strides[axis], counts, strides, out, axis + 1);
  }
}

/// A missing source file of a virtual data set would read as zeros without a word.
void check_sources(const h5::Dataset& set, const std::filesystem::path& file, hid_t list) {
  std::size_t n = 0;
  H5Pget_virtual_count(list, &n);
  for (std::size_t i = 0; i < n; ++i) {
    char name[4096] = "";
    H5Pget_virtual_filename(list, i, name, sizeof name);
    const std::string source = name;
    if (source == "." || source.find('%') != std::string::npos) continue;
    std::error_code ec;
    if (!std::filesystem::exists(source, ec) && !std::filesystem::exists(file.parent_path() / source, ec))
      fail(Fault::missing, "put it back beside the file that refers to it", "{} is made of other files, of which {} is not there",
           set.path(), source);
  }
}

}  // namespace

bool looks_like_hdf5(std::span<const std::byte> head) {
  constexpr std::string_view signature = "\x89HDF\r\n\x1a\n";
  for (const std::size_t at : {std::size_t{0}, std::size_t{512}})  // 512: behind a user block
    if (head.size() >= at + signature.size() && std::memcmp(head.data() + at, signature.data(), signature.size()) == 0) return true;
  return false;
}

std::optional<Scalar> number_type(const h5::Dataset& set) {
  const h5::Handle type{H5Dget_type(set.id()), H5Tclose};
  const auto kind = H5Tget_class(type.id());
  const auto size = H5Tget_size(type.id());
  if (kind == H5T_ENUM && size == 1 && H5Tget_nmembers(type.id()) == 2) return Scalar::u8;
  if (kind == H5T_FLOAT && size == 2) return Scalar::f32;
  if ((kind == H5T_FLOAT && (size == 4 || size == 8)) ||
      (kind == H5T_INTEGER && (size == 1 || size == 2 || size == 4 || size == 8)))
    return set.type();
  return std::nullopt;
}

H5Frames::H5Frames(H5Array array, FrameInfo info, const OpenOptions& options) : array_(std::move(array)) {
  info_ = std::move(info);
  set_ = array_.file.dataset(array_.dataset);
  const auto type = number_type(set_);
  if (!type) fail(Fault::unsupported, "convert it to integers or 32/64-bit floats", "{} does not hold plain numbers", set_.path());
  info_.type = *type;
  shape_ = set_.shape();
  (void)checked_product(shape_, size_of(info_.type), set_.path());
  std::vector<bool> used(shape_.size(), false);
  std::vector<int> order = array_.navigation;
  order.insert(order.end(), array_.signal.begin(), array_.signal.end());
  for (const int a : order) used.at(static_cast<std::size_t>(a)) = true;
  for (std::size_t a = 0; a < shape_.size(); ++a)
    if (!used[a] && shape_[a] != 1) fail(Fault::internal, "report this", "axis {} of {} has no meaning", a, set_.path());
  in_order_ = std::ranges::is_sorted(order);
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto& axis = i < array_.navigation.size() ? info_.navigation.at(i) : info_.signal.at(i - array_.navigation.size());
    const std::int64_t there = shape_[static_cast<std::size_t>(order[i])];
    if (axis.size != there)
      fail(Fault::corrupt, "copy the file again", "{} has {} points along axis {} (\"{}\"), which is said to have {}", set_.path(),
           there, order[i], axis.name, axis.size);
    if (i < array_.navigation.size()) navigation_.push_back(there);
  }
  if (const auto filter = set_.missing_filter())
    fail(Fault::unsupported, "install the HDF5 plugin of this compression filter and set HDF5_PLUGIN_PATH",
         "{} is compressed with {}, which this HDF5 cannot decode", set_.path(), *filter);
  choose_cache();  // refuses chunks of impossible size
  check_storage();
  const h5::Handle stored{H5Dget_type(set_.id()), H5Tclose};
  if (H5Tget_class(stored.id()) == H5T_ENUM) memory_type_ = {H5Tcopy(stored.id()), H5Tclose};
  apply_scan(info_, options, info_.frames(), array_.file.path());
}

/// The numbers that the shape promises must be in the file, or at least may be: a damaged shape must not make anybody
/// allocate what was never measured.
void H5Frames::check_storage() {
  const h5::Handle list{H5Dget_create_plist(set_.id()), H5Pclose};
  const auto layout = H5Pget_layout(list.id());
  if (layout == H5D_VIRTUAL) return check_sources(set_, array_.file.path(), list.id());
  if (H5Pget_external_count(list.id()) > 0) return;
  const h5::Handle type{H5Dget_type(set_.id()), H5Tclose};
  const std::int64_t bytes = h5::count_of(shape_) * static_cast<std::int64_t>(H5Tget_size(type.id()));
  const auto stored = static_cast<std::int64_t>(H5Dget_storage_size(set_.id()));
  const bool chunked = layout == H5D_CHUNKED;
  if (stored == 0) {
    info_.warnings.push_back(fmt::format("{} was declared but never written: all its numbers are zero", set_.path()));
  } else if (!chunked ? stored < bytes : stored < bytes / largest_expansion) {
    fail(Fault::corrupt, "check that the measurement was finished, or copy the file again",
         "{} should hold {}, the file has {} for it", set_.path(), human_bytes(static_cast<double>(bytes)),
         human_bytes(static_cast<double>(stored)));
  } else if (chunked) {
    count_chunks(stored, H5Pget_nfilters(list.id()) > 0);
  }
}

/// Chunks that nobody wrote, of a measurement that was broken off, read as if they had been zero.
void H5Frames::count_chunks(std::int64_t stored, bool encoded) {
  const auto chunk = set_.chunk();
  hsize_t there = 0;
  if (encoded) {
    const h5::Handle all{H5Dget_space(set_.id()), H5Sclose};  // HDF5 1.10.8 does not take H5S_ALL
    if (H5Dget_num_chunks(set_.id(), all.id(), &there) < 0) h5::fail_h5("counting the chunks of", set_.path());
  } else {
    // Every chunk is there whole or not at all; HDF5 1.10 copies a whole one wherever the index has a smaller number.
    const h5::Handle type{H5Dget_type(set_.id()), H5Tclose};
    const auto bytes = h5::count_of(chunk) * static_cast<std::int64_t>(H5Tget_size(type.id()));
    if (bytes > 0 && stored % bytes != 0)
      fail(Fault::corrupt, "copy the file again", "{}: the chunk index gives {} bytes, which are not whole chunks of {}",
           set_.path(), stored, bytes);
    there = static_cast<hsize_t>(bytes > 0 ? stored / bytes : 0);
  }
  std::int64_t all = 1;
  for (std::size_t i = 0; i < chunk.size(); ++i) all *= ceil_div(shape_[i], chunk[i]);
  if (const auto missing = all - static_cast<std::int64_t>(there); missing > 0)
    info_.warnings.push_back(fmt::format(
        "{}: {} of {} chunks ({:.3g} %) were never written and are read as zeros or the fill value; was the measurement "
        "broken off?",
        set_.path(), human_count(missing), human_count(all), 100.0 * static_cast<double>(missing) / static_cast<double>(all)));
}

void H5Frames::choose_cache() {
  const auto chunk = set_.chunk();
  if (chunk.empty()) return;
  // The slowest navigation axis along which a chunk has more than one frame: a band is as thick as that chunk and as wide
  // as everything faster.
  const auto at = [](const h5::Shape& s, int axis) { return s[static_cast<std::size_t>(axis)]; };
  std::size_t slowest = array_.navigation.size();
  for (std::size_t i = array_.navigation.size(); i-- > 0;)
    if (at(chunk, array_.navigation[i]) > 1 && navigation_[i] > 1) slowest = i;
  std::int64_t band_chunks = 1, band = 1, line = 1, chunk_bytes = static_cast<std::int64_t>(size_of(info_.type));
  for (const auto c : chunk)
    if (c < 1 || __builtin_mul_overflow(chunk_bytes, c, &chunk_bytes) || chunk_bytes > (std::int64_t{1} << 32))
      fail(Fault::corrupt, "copy the file again", "{} has chunks of an impossible size", set_.path());
  for (const int a : array_.signal) band_chunks *= ceil_div(at(shape_, a), at(chunk, a));
  const std::int64_t frame_chunks = band_chunks;
  for (std::size_t i = slowest; i < navigation_.size(); ++i) {
    const std::int64_t c = at(chunk, array_.navigation[i]);
    if (i > slowest) band_chunks *= ceil_div(navigation_[i], c);
    band *= i > slowest ? navigation_[i] : slowest > 0 && navigation_[i] % c != 0 ? navigation_[i] : std::min(c, navigation_[i]);
    if (i > slowest) line *= navigation_[i];
  }
  const double band_bytes = static_cast<double>(band_chunks) * static_cast<double>(chunk_bytes);
  const bool fits = band_bytes <= static_cast<double>(largest_cache);
  const h5::Handle created{H5Dget_create_plist(set_.id()), H5Pclose};
  const bool encoded = H5Pget_nfilters(created.id()) > 0;
  grain_ = fits ? band : line;
  if (!fits && encoded && slowest + 1 < navigation_.size())
    info_.warnings.push_back(
        fmt::format("{} is stored in chunks that span {} scan lines; one band of them has {}, more than the {} kept in memory, so "
                    "every chunk is decoded "
                    "once per line. Storing it with chunks of one line is many times faster to read",
                    set_.path(), at(chunk, array_.navigation[slowest]), human_bytes(band_bytes),
                    human_bytes(static_cast<double>(largest_cache))));
  // Numbers that need no decoding are better read straight from the file than through a cache that is too small.
  const double wanted = fits      ? band_bytes
                        : encoded ? std::max(static_cast<double>(largest_cache), static_cast<double>(chunk_bytes))
                                  : 0;
  const double chunks =
      std::min(wanted / static_cast<double>(chunk_bytes), 50000.0) + static_cast<double>(frame_chunks > 50000 ? 0 : frame_chunks);
  std::size_t slots = 521;  // primes; some ten per chunk keep chunks from evicting each other
  for (const std::size_t p : {4099UL, 32771UL, 262147UL})
    if (static_cast<double>(slots) < 10 * chunks) slots = p;
  const h5::Handle access{H5Pcreate(H5P_DATASET_ACCESS), H5Pclose};
  H5Pset_chunk_cache(access.id(), slots, static_cast<std::size_t>(wanted), 0.75);
  const std::string path = set_.path();
  set_ = h5::Dataset();  // the cache is sized when a data set is opened first
  h5::Handle again{H5Dopen2(array_.file.id(), array_.dataset.c_str(), access.id()), H5Dclose};
  if (!again) h5::fail_h5("opening data set", path);
  set_ = h5::Dataset(std::move(again), path);
}

void H5Frames::read(Range frames, std::span<std::byte> out) const {
  require_range(info_, frames, out, array_.file.path());
  if (frames.empty()) return;
  const std::int64_t frame = info_.frame_bytes();
  std::byte* to = out.data();
  h5::Shape start(navigation_.size(), 0);
  each_box(frames, navigation_, 0, start, [&](const h5::Shape& first, const h5::Shape& count) {
    read_box(first, count, to);
    to += h5::count_of(count) * frame;
  });
}

void H5Frames::read_box(const h5::Shape& start, const h5::Shape& count, std::byte* out) const {
  h5::Shape from(shape_.size(), 0), size(shape_.size(), 1);
  for (std::size_t i = 0; i < start.size(); ++i) {
    const auto a = static_cast<std::size_t>(array_.navigation[i]);
    from[a] = start[i];
    size[a] = count[i];
  }
  for (const int a : array_.signal) size[static_cast<std::size_t>(a)] = shape_[static_cast<std::size_t>(a)];
  const auto load = [&](std::byte* to) {
    if (!memory_type_) return set_.read(info_.type, from, size, to);
    // Booleans are not converted to numbers by HDF5: their bytes are taken as they are.
    const std::vector<hsize_t> f(from.begin(), from.end()), n(size.begin(), size.end());
    const h5::Handle file{H5Dget_space(set_.id()), H5Sclose},
        memory{H5Screate_simple(static_cast<int>(n.size()), n.data(), nullptr), H5Sclose};
    H5Sselect_hyperslab(file.id(), H5S_SELECT_SET, f.data(), nullptr, n.data(), nullptr);
    if (H5Dread(set_.id(), memory_type_.id(), memory.id(), file.id(), H5P_DEFAULT, to) < 0) h5::fail_h5("reading", set_.path());
  };
  if (in_order_) return load(out);
  const std::size_t width = size_of(info_.type);
  std::vector<std::byte> scratch(static_cast<std::size_t>(h5::count_of(size)) * width);
  load(scratch.data());
  std::vector<std::int64_t> stride(size.size(), 1), counts, strides;
  for (std::size_t a = size.size() - 1; a-- > 0;) stride[a] = stride[a + 1] * size[a + 1];
  for (const auto* axes : {&array_.navigation, &array_.signal})
    for (const int a : *axes) {
      counts.push_back(size[static_cast<std::size_t>(a)]);
      strides.push_back(stride[static_cast<std::size_t>(a)]);
    }
  const auto reorder = [&]<class T>(T) {
    auto* to = reinterpret_cast<T*>(out);
    gather(reinterpret_cast<const T*>(scratch.data()), counts, strides, to, 0);
  };
  if (width == 1)
    reorder(std::uint8_t{});
  else if (width == 2)
    reorder(std::uint16_t{});
  else if (width == 4)
    reorder(std::uint32_t{});
  else
    reorder(std::uint64_t{});
}

std::vector<std::filesystem::path> H5Frames::other_files() const {
  std::vector<std::filesystem::path> files;
  const std::filesystem::path own = array_.file.path();
  const auto add = [&](const std::string& name) {
    std::error_code ec;
    for (const auto& path : {std::filesystem::path(name), own.parent_path() / name})
      if (std::filesystem::is_regular_file(path, ec)) {
        if (!std::filesystem::equivalent(path, own, ec) && std::ranges::find(files, path) == files.end()) files.push_back(path);
        return;
      }
  };
  char name[4096] = "";
  if (H5Fget_name(set_.id(), name, sizeof name) > 0) add(name);
  const h5::Handle list{H5Dget_create_plist(set_.id()), H5Pclose};
  if (H5Pget_layout(list.id()) == H5D_VIRTUAL) {
    std::size_t n = 0;
    H5Pget_virtual_count(list.id(), &n);
    for (std::size_t i = 0; i < n; ++i)
      if (H5Pget_virtual_filename(list.id(), i, name, sizeof name) > 0 && std::strcmp(name, ".") != 0) add(name);
  }
  for (int i = 0; i < H5Pget_external_count(list.id()); ++i)
    if (H5Pget_external(list.id(), static_cast<unsigned>(i), sizeof name, name, nullptr, nullptr) >= 0) add(name);
  return files;
}

Axis axis_of(const h5::Group& group, const std::string& name, std::int64_t size, DimPositions positions, FrameInfo& info) {
  Axis axis{.size = size};
  if (!group.is_dataset(name)) return axis;
  const auto dim = group.dataset(name);
  axis.name = dim.attribute_or<std::string>("name", "");
  axis.units = plain_units(dim.attribute_or<std::string>("units", ""));
  const auto shape = dim.shape();
  if (!dim.is_number() || shape.size() != 1) return axis;
  if (shape[0] != size && !(positions == DimPositions::all_or_first_two && shape[0] == 2))
    fail(Fault::corrupt, "copy the file again", "{} has {} positions for an axis of {} points", dim.path(), shape[0], size);
  if (!fit_axis(axis, dim.read<double>())) {
    axis.offset = 0;
    axis.scale = 1;
    axis.units.clear();
    if (size > 1) info.warnings.push_back(dim.path() + " is not equidistant: positions are counted from 0");
  }
  return axis;
}

void each_group(const h5::Group& root, const std::function<void(const h5::Group&, const std::string&)>& f) {
  int left = 10000;
  const std::function<void(const h5::Group&, const std::string&, int)> walk = [&](const h5::Group& group, const std::string& path,
                                                                                  int depth) {
    f(group, path);
    if (depth > 16) return;
    for (const auto& name : group.children()) {
      if (--left < 0) return;
      if (group.is_group(name)) walk(group.group(name), path.empty() ? name : path + "/" + name, depth + 1);
    }
  };
  walk(root, "", 0);
}

std::vector<H5Candidate> number_sets(const h5::Group& root) {
  std::vector<H5Candidate> found;
  each_group(root, [&](const h5::Group& group, const std::string& path) {
    for (const auto& name : group.children()) {
      if (!group.is_dataset(name)) continue;
      const auto set = group.dataset(name);
      if (const auto shape = set.shape(); number_type(set) && !shape.empty())
        found.push_back({path.empty() ? name : path + "/" + name, shape});
    }
  });
  return found;
}

std::string list_candidates(const std::vector<H5Candidate>& candidates) {
  std::vector<std::string> words;
  for (const auto& c : candidates) {
    if (words.size() == 12) {
      words.push_back(fmt::format("and {} more", candidates.size() - 12));
      break;
    }
    words.push_back(fmt::format("{} ({})", c.path, fmt::join(c.shape, " x ")));
  }
  return join(words, ", ");
}

}  // namespace ronchi::formats
