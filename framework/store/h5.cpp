// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/store/h5.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <numeric>

#include "framework/base/error.hpp"

namespace ronchi::h5 {

namespace {

constexpr std::int64_t largest_call = std::int64_t{1} << 31;  // bytes; MPI-IO counts in int

std::vector<hsize_t> dims(const Shape& shape) { return {shape.begin(), shape.end()}; }

Handle space_of(const Shape& shape) {
  if (shape.empty()) return {H5Screate(H5S_SCALAR), H5Sclose};
  const auto d = dims(shape);
  return {H5Screate_simple(static_cast<int>(d.size()), d.data(), nullptr), H5Sclose};
}

Handle text_type() {
  Handle type{H5Tcopy(H5T_C_S1), H5Tclose};
  H5Tset_size(type.id(), H5T_VARIABLE);
  H5Tset_cset(type.id(), H5T_CSET_UTF8);
  return type;
}

/// The groups above `name`. HDF5 would make them itself, but with time stamps.
void make_parents(Group& group, const std::string& name) {
  if (const auto slash = name.rfind('/'); slash != std::string::npos && slash > 0) (void)group.make_group(name.substr(0, slash));
}

struct ErrorStack {
  std::string text;
  bool full = false;
};

herr_t collect(unsigned, const H5E_error2_t* e, void* out) {
  auto& stack = *static_cast<ErrorStack*>(out);
  const std::string line = e->desc != nullptr ? e->desc : "";
  if (line.find("No space left") != std::string::npos || line.find("quota") != std::string::npos) stack.full = true;
  if (stack.text.size() < 500 && !line.empty()) stack.text += (stack.text.empty() ? "" : "; ") + line;
  return 0;
}

/// HDF5 prints its errors itself unless it is told not to.
void quiet() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

Handle checked(hid_t id, herr_t (*close)(hid_t), const std::string& what, const std::string& path) {
  if (id < 0) fail_h5(what, path);
  return {id, close};
}

std::vector<std::string> texts_from(hid_t type, hid_t space, const std::function<herr_t(hid_t, void*)>& read,
                                    const std::string& path) {
  const auto n = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space));
  std::vector<std::string> texts(n);
  if (n == 0) return texts;
  if (H5Tis_variable_str(type) > 0) {
    Handle memory{H5Tcopy(H5T_C_S1), H5Tclose};
    H5Tset_size(memory.id(), H5T_VARIABLE);
    H5Tset_cset(memory.id(), H5Tget_cset(type));
    std::vector<char*> pointers(n);
    if (read(memory.id(), pointers.data()) < 0) fail_h5("reading text", path);
    for (std::size_t i = 0; i < n; ++i) texts[i] = pointers[i] != nullptr ? pointers[i] : "";
    H5Dvlen_reclaim(memory.id(), space, H5P_DEFAULT, pointers.data());
  } else {
    const std::size_t size = H5Tget_size(type);
    std::vector<char> buffer(n * size);
    Handle memory{H5Tcopy(type), H5Tclose};
    if (read(memory.id(), buffer.data()) < 0) fail_h5("reading text", path);
    for (std::size_t i = 0; i < n; ++i) {
      texts[i].assign(buffer.data() + i * size, size);
      texts[i].resize(strnlen(texts[i].c_str(), size));
    }
  }
  return texts;
}

}  // namespace

void fail_h5(const std::string& what, const std::string& path) {
  ErrorStack stack;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, collect, &stack);
  H5Eclear2(H5E_DEFAULT);
  if (stack.full || errno == ENOSPC || errno == EDQUOT) {
    errno = 0;
    fail(Fault::no_space, "free some space, then run the same command again: finished parts are kept",
         "{} {}: the disk or the quota is full", what, path);
  }
  fail(Fault::corrupt, "check that the file is complete and is the file you mean", "{} {} failed: {}", what, path,
       stack.text.empty() ? "no reason given" : stack.text);
}

std::int64_t count_of(const Shape& shape) {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

hid_t memory_type(Scalar scalar) {
  switch (scalar) {
    case Scalar::u8:
      return H5T_NATIVE_UINT8;
    case Scalar::u16:
      return H5T_NATIVE_UINT16;
    case Scalar::u32:
      return H5T_NATIVE_UINT32;
    case Scalar::u64:
      return H5T_NATIVE_UINT64;
    case Scalar::i8:
      return H5T_NATIVE_INT8;
    case Scalar::i16:
      return H5T_NATIVE_INT16;
    case Scalar::i32:
      return H5T_NATIVE_INT32;
    case Scalar::i64:
      return H5T_NATIVE_INT64;
    case Scalar::f32:
      return H5T_NATIVE_FLOAT;
    case Scalar::f64:
      return H5T_NATIVE_DOUBLE;
  }
  return -1;
}

namespace {
/// HDF5 cannot close a file whose last pages do not fit on the disk, and crashes over it when the program ends. So they
/// are written into a file in memory, which nobody sees; the error is reported where it occurred.
void give_up_writing(hid_t file) {
  const Handle access{H5Fget_access_plist(file), H5Pclose};
  void* descriptor = nullptr;
  if (H5Pget_driver(access.id()) == H5FD_SEC2 && H5Fget_vfd_handle(file, access.id(), &descriptor) >= 0) {
    const int nowhere = ::memfd_create("given-up", MFD_CLOEXEC);
    if (nowhere >= 0) {
      ::dup2(nowhere, *static_cast<int*>(descriptor));
      ::close(nowhere);
    }
  }
}
}  // namespace

// --- attributes ------------------------------------------------------------------------------------------------------

bool Object::has_attribute(const std::string& name) const { return H5Aexists(id(), name.c_str()) > 0; }

std::vector<std::string> Object::attributes() const {
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5A_info_t*, void* out) -> herr_t {
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  H5Aiterate2(id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, add, &names);
  return names;
}

namespace {

struct OpenAttribute {
  Handle attribute, type, space;
  OpenAttribute(hid_t object, const std::string& name, const std::string& path)
      : attribute(checked(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, "opening attribute " + name + " of", path)),
        type(H5Aget_type(attribute.id()), H5Tclose),
        space(H5Aget_space(attribute.id()), H5Sclose) {}
  [[nodiscard]] std::vector<std::string> texts(const std::string& path) const {
    if (H5Tget_class(type.id()) != H5T_STRING) fail(Fault::corrupt, "", "an attribute of {} is not text", path);
    return texts_from(
        type.id(), space.id(), [&](hid_t m, void* p) { return H5Aread(attribute.id(), m, p); }, path);
  }
  template <class T>
  [[nodiscard]] std::vector<T> numbers(const std::string& path) const {
    const auto n = static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.id()));
    std::vector<T> values(n);
    if (H5Tget_class(type.id()) == H5T_ENUM) {  // h5py's bool: an enum over int8
      std::vector<std::int8_t> raw(n);
      if (H5Tget_size(type.id()) != 1 || H5Aread(attribute.id(), type.id(), raw.data()) < 0)
        fail_h5("reading an attribute of", path);
      for (std::size_t i = 0; i < n; ++i) values[i] = static_cast<T>(raw[i]);
    } else if (n > 0 && H5Aread(attribute.id(), memory_type<T>(), values.data()) < 0) {
      fail_h5("reading an attribute of", path);
    }
    return values;
  }
};

template <class T>
T first(const std::vector<T>& values, const std::string& name, const std::string& path) {
  if (values.empty()) fail(Fault::corrupt, "", "attribute {} of {} is empty", name, path);
  return values[0];
}

/// h5py and HyperSpy read this enum as numpy bool.
Handle bool_type() {
  Handle type{H5Tenum_create(H5T_NATIVE_INT8), H5Tclose};
  std::int8_t value = 0;
  H5Tenum_insert(type.id(), "FALSE", &value);
  value = 1;
  H5Tenum_insert(type.id(), "TRUE", &value);
  return type;
}

void put(hid_t object, const std::string& name, hid_t type, const Shape& shape, const void* data, const std::string& path) {
  if (H5Aexists(object, name.c_str()) > 0) H5Adelete(object, name.c_str());
  const Handle space = space_of(shape);
  const Handle attribute = checked(H5Acreate2(object, name.c_str(), type, space.id(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                                   "writing attribute " + name + " of", path);
  if (count_of(shape) > 0 && H5Awrite(attribute.id(), type, data) < 0) fail_h5("writing attribute " + name + " of", path);
}

}  // namespace

template <class T>
T Object::attribute(const std::string& name) const {
  const OpenAttribute a(id(), name, path_);
  if constexpr (std::is_same_v<T, std::string>)
    return first(a.texts(path_), name, path_);
  else if constexpr (std::is_same_v<T, std::vector<std::string>>)
    return a.texts(path_);
  else if constexpr (std::is_same_v<T, bool>)
    return first(a.numbers<std::int64_t>(path_), name, path_) != 0;
  else if constexpr (std::is_arithmetic_v<T>)
    return first(a.numbers<T>(path_), name, path_);
  else
    return a.numbers<typename T::value_type>(path_);
}

template <class T>
void Object::set_attribute(const std::string& name, const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    const char* p = value.c_str();
    put(id(), name, text_type().id(), {}, &p, path_);
  } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
    std::vector<const char*> p;
    for (const auto& v : value) p.push_back(v.c_str());
    put(id(), name, text_type().id(), {static_cast<std::int64_t>(p.size())}, p.data(), path_);
  } else if constexpr (std::is_same_v<T, bool>) {
    const std::int8_t v = value ? 1 : 0;
    put(id(), name, bool_type().id(), {}, &v, path_);
  } else if constexpr (std::is_arithmetic_v<T>) {
    put(id(), name, memory_type<T>(), {}, &value, path_);
  } else {
    put(id(), name, memory_type<typename T::value_type>(), {static_cast<std::int64_t>(value.size())}, value.data(), path_);
  }
}

#define RONCHI_ATTRIBUTE(T)                                  \
  template T Object::attribute<T>(const std::string&) const; \
  template void Object::set_attribute<T>(const std::string&, const T&);
RONCHI_ATTRIBUTE(bool)
RONCHI_ATTRIBUTE(int)
RONCHI_ATTRIBUTE(std::int64_t)
RONCHI_ATTRIBUTE(double)
RONCHI_ATTRIBUTE(std::string)
RONCHI_ATTRIBUTE(std::vector<std::int64_t>)
RONCHI_ATTRIBUTE(std::vector<double>)
RONCHI_ATTRIBUTE(std::vector<std::string>)
#undef RONCHI_ATTRIBUTE

// --- groups ----------------------------------------------------------------------------------------------------------

bool Group::exists(const std::string& name) const {
  if (name.empty() || name == "/") return true;
  for (std::size_t slash = name.find('/', 1);; slash = name.find('/', slash + 1)) {
    if (H5Lexists(id(), name.substr(0, slash).c_str(), H5P_DEFAULT) <= 0) {
      H5Eclear2(H5E_DEFAULT);
      return false;
    }
    if (slash == std::string::npos) break;
  }
  return H5Oexists_by_name(id(), name.c_str(), H5P_DEFAULT) > 0;
}

namespace {
bool is_kind(const Group& group, const std::string& name, H5I_type_t kind) {
  if (!group.exists(name)) return false;
  const Handle object{H5Oopen(group.id(), name.empty() ? "/" : name.c_str(), H5P_DEFAULT), H5Oclose};
  return object && H5Iget_type(object.id()) == kind;
}
}  // namespace

bool Group::is_group(const std::string& name) const { return is_kind(*this, name, H5I_GROUP); }
bool Group::is_dataset(const std::string& name) const { return is_kind(*this, name, H5I_DATASET); }

std::vector<std::string> Group::children() const {
  std::vector<std::string> names;
  const auto add = [](hid_t, const char* name, const H5L_info_t*, void* out) -> herr_t {
    static_cast<std::vector<std::string>*>(out)->emplace_back(name);
    return 0;
  };
  if (H5Literate(id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, add, &names) < 0) fail_h5("listing", path_);
  return names;
}

Group Group::group(const std::string& name) const {
  const std::string path = path_ + "/" + name;
  if (!exists(name)) fail(Fault::missing, "check that it is the file you mean", "there is no group {}", path);
  return {checked(H5Gopen2(id(), name.c_str(), H5P_DEFAULT), H5Gclose, "opening group", path), path};
}

Group Group::make_group(const std::string& name) {
  if (exists(name)) return group(name);
  const std::string path = path_ + "/" + name;
  make_parents(*this, name);
  Handle properties{H5Pcreate(H5P_GROUP_CREATE), H5Pclose};
  H5Pset_obj_track_times(properties.id(), 0);
  return {checked(H5Gcreate2(id(), name.c_str(), H5P_DEFAULT, properties.id(), H5P_DEFAULT), H5Gclose, "making group", path), path};
}

Dataset Group::dataset(const std::string& name) const {
  const std::string path = path_ + "/" + name;
  if (!exists(name)) fail(Fault::missing, "check that it is the file you mean", "there is no data set {}", path);
  return {checked(H5Dopen2(id(), name.c_str(), H5P_DEFAULT), H5Dclose, "opening data set", path), path};
}

namespace {
Handle creation_list(const Layout& layout) {
  Handle list{H5Pcreate(H5P_DATASET_CREATE), H5Pclose};
  H5Pset_obj_track_times(list.id(), 0);
  if (!layout.chunk.empty()) H5Pset_chunk(list.id(), static_cast<int>(layout.chunk.size()), dims(layout.chunk).data());
  if (layout.deflate > 0) {
    H5Pset_shuffle(list.id());
    H5Pset_deflate(list.id(), static_cast<unsigned>(layout.deflate));
  }
  if (layout.allocate_early) {
    H5Pset_alloc_time(list.id(), H5D_ALLOC_TIME_EARLY);
    H5Pset_fill_time(list.id(), H5D_FILL_TIME_NEVER);
  }
  return list;
}
}  // namespace

Dataset Group::create(const std::string& name, Scalar type, const Shape& shape, const Layout& layout) {
  const std::string path = path_ + "/" + name;
  make_parents(*this, name);
  const Handle space = space_of(shape), list = creation_list(layout);
  return {checked(H5Dcreate2(id(), name.c_str(), memory_type(type), space.id(), H5P_DEFAULT, list.id(), H5P_DEFAULT), H5Dclose,
                  "making data set", path),
          path};
}

void Group::write_texts(const std::string& name, const std::vector<std::string>& texts) {
  const std::string path = path_ + "/" + name;
  make_parents(*this, name);
  const Handle type = text_type(), space = space_of({static_cast<std::int64_t>(texts.size())}), list = creation_list({});
  const Handle set = checked(H5Dcreate2(id(), name.c_str(), type.id(), space.id(), H5P_DEFAULT, list.id(), H5P_DEFAULT), H5Dclose,
                             "making data set", path);
  std::vector<const char*> pointers;
  for (const auto& t : texts) pointers.push_back(t.c_str());
  if (!texts.empty() && H5Dwrite(set.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, pointers.data()) < 0) fail_h5("writing", path);
}

void Group::write_text(const std::string& name, const std::string& text) {
  const std::string path = path_ + "/" + name;
  make_parents(*this, name);
  const Handle type = text_type(), space = space_of({}), list = creation_list({});
  const Handle set = checked(H5Dcreate2(id(), name.c_str(), type.id(), space.id(), H5P_DEFAULT, list.id(), H5P_DEFAULT), H5Dclose,
                             "making data set", path);
  const char* pointer = text.c_str();
  if (H5Dwrite(set.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, &pointer) < 0) fail_h5("writing", path);
}

std::vector<std::string> Group::read_texts(const std::string& name) const {
  const Dataset set = dataset(name);
  if (!set.is_text()) fail(Fault::corrupt, "", "{} is not text", set.path());
  const Handle type{H5Dget_type(set.id()), H5Tclose}, space{H5Dget_space(set.id()), H5Sclose};
  return texts_from(
      type.id(), space.id(), [&](hid_t m, void* p) { return H5Dread(set.id(), m, H5S_ALL, H5S_ALL, H5P_DEFAULT, p); }, set.path());
}

std::string Group::read_text(const std::string& name) const {
  auto texts = read_texts(name);
  return texts.empty() ? std::string() : std::move(texts[0]);
}

void Group::create_virtual(const std::string& name, Scalar type, const Shape& shape, std::span<const Source> sources) {
  const std::string path = path_ + "/" + name;
  make_parents(*this, name);
  const Handle whole = space_of(shape), list = creation_list({});
  const auto zero = std::vector<hsize_t>(shape.size(), 0);
  for (const auto& s : sources) {
    Shape block = shape;
    block[0] = s.rows;
    auto start = zero;
    start[0] = static_cast<hsize_t>(s.first);
    const Handle source = space_of(block);
    H5Sselect_hyperslab(whole.id(), H5S_SELECT_SET, start.data(), nullptr, dims(block).data(), nullptr);
    if (H5Pset_virtual(list.id(), whole.id(), s.file.c_str(), s.dataset.c_str(), source.id()) < 0) fail_h5("making data set", path);
  }
  H5Sselect_all(whole.id());
  checked(H5Dcreate2(id(), name.c_str(), memory_type(type), whole.id(), H5P_DEFAULT, list.id(), H5P_DEFAULT), H5Dclose,
          "making data set", path);
}

void Group::remove(const std::string& name) {
  if (H5Ldelete(id(), name.c_str(), H5P_DEFAULT) < 0) fail_h5("removing", path_ + "/" + name);
}

// --- datasets --------------------------------------------------------------------------------------------------------

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
  if (c == H5T_FLOAT && size == 4) return Scalar::f32;
  if (c == H5T_FLOAT && size == 8) return Scalar::f64;
  if (c == H5T_INTEGER && (size == 1 || size == 2 || size == 4 || size == 8)) {
    const int step = size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3;
    return static_cast<Scalar>(step + (H5Tget_sign(type.id()) == H5T_SGN_NONE ? 0 : 4));
  }
  fail(Fault::unsupported, "choose a data set of integers or 32/64-bit floats", "{} does not hold plain numbers", path_);
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

// --- files -----------------------------------------------------------------------------------------------------------

namespace {

Handle file_creation_list() {
  Handle list{H5Pcreate(H5P_FILE_CREATE), H5Pclose};
  H5Pset_obj_track_times(list.id(), 0);
  return list;
}

Handle file_access_list() {
  Handle list{H5Pcreate(H5P_FILE_ACCESS), H5Pclose};
  H5Pset_libver_bounds(list.id(), H5F_LIBVER_V18, H5F_LIBVER_LATEST);
  return list;
}

}  // namespace

File File::create(const std::filesystem::path& path) {
  quiet();
  errno = 0;
  const Handle create = file_creation_list(), access = file_access_list();
  File file;
  file.path_ = path.string();
  const hid_t id = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, create.id(), access.id());
  if (id < 0) {
    if (errno == EACCES || errno == EPERM || errno == EROFS || errno == ENOENT) {
      const char* reason = std::strerror(errno);
      H5Eclear2(H5E_DEFAULT);
      fail(Fault::unreadable, "check that the folder is there and that you may write to it", "{} cannot be made: {}", path.string(),
           reason);
    }
    fail_h5("making", path.string());
  }
  file.file_ = Handle(id, H5Fclose);
  file.handle_ = checked(H5Gopen2(id, "/", H5P_DEFAULT), H5Gclose, "opening", path.string());
  return file;
}

File File::in_memory() {
  quiet();
  Handle access = file_access_list();
  H5Pset_fapl_core(access.id(), 1 << 20, 0);
  File file;
  static int number = 0;
  file.path_ = fmt::format("memory-{}", ++number);
  file.file_ = checked(H5Fcreate(file.path_.c_str(), H5F_ACC_TRUNC, file_creation_list().id(), access.id()), H5Fclose, "making",
                       "a file in memory");
  file.handle_ = checked(H5Gopen2(file.file_.id(), "/", H5P_DEFAULT), H5Gclose, "opening", "a file in memory");
  return file;
}

File File::open(const std::filesystem::path& path, Access access) { return open(path, access, file_access_list().id()); }

File File::open(const std::filesystem::path& path, Access access, hid_t access_list) {
  quiet();
  std::error_code ec;
  if (!std::filesystem::exists(path, ec)) fail(Fault::missing, "check the name", "there is no file {}", path.string());
  errno = 0;
  File file;
  file.path_ = path.string();
  const hid_t id = H5Fopen(path.c_str(), access == Access::read ? H5F_ACC_RDONLY : H5F_ACC_RDWR, access_list);
  if (id < 0) {
    if (errno == EACCES || errno == EPERM) {
      H5Eclear2(H5E_DEFAULT);
      fail(Fault::unreadable, "ask its owner for permission", "{} cannot be opened: {}", path.string(), std::strerror(EACCES));
    }
    fail_h5("opening", path.string());
  }
  file.file_ = Handle(id, H5Fclose);
  file.handle_ = checked(H5Gopen2(id, "/", H5P_DEFAULT), H5Gclose, "opening", path.string());
  return file;
}

File::~File() {
  handle_.reset();  // the root group before the file
  if (file_ && H5Fflush(file_.id(), H5F_SCOPE_LOCAL) < 0) give_up_writing(file_.id());
  H5Eclear2(H5E_DEFAULT);
}

void File::close() {
  handle_.reset();
  if (!file_) return;
  errno = 0;
  if (H5Fflush(file_.id(), H5F_SCOPE_LOCAL) < 0) {
    try {
      fail_h5("writing", path_);
    } catch (const Failure&) {
      give_up_writing(file_.id());
      throw;
    }
  }
  if (const auto open = H5Fget_obj_count(file_.id(), H5F_OBJ_ALL | H5F_OBJ_LOCAL); open > 1)
    fail(Fault::internal, "report this", "{} is closed while {} of its objects are in use", path_, open - 1);
  file_.reset();
}

}  // namespace ronchi::h5
