// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "framework/data/scalar.hpp"

/// A thin, owning layer over the HDF5 C library: handles close themselves, errors are Failures that name file and object,
/// nothing carries a time stamp (equal contents give equal bytes).
namespace ronchi::h5 {

using Shape = std::vector<std::int64_t>;

/// Owns one HDF5 identifier.
class Handle {
 public:
  Handle() = default;
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Handle() { reset(); }
  void reset() {
    if (id_ >= 0) close_(std::exchange(id_, -1));
  }
  [[nodiscard]] hid_t release() { return std::exchange(id_, -1); }  ///< the caller closes it
  [[nodiscard]] hid_t id() const { return id_; }
  [[nodiscard]] explicit operator bool() const { return id_ >= 0; }

 private:
  hid_t id_ = -1;
  herr_t (*close_)(hid_t) = nullptr;
};

/// The HDF5 type of T in memory.
[[nodiscard]] hid_t memory_type(Scalar scalar);
template <class T>
[[nodiscard]] hid_t memory_type() {
  return memory_type(scalar_of<T>());
}

/// How a new dataset lies in the file. The default is contiguous.
struct Layout {
  Shape chunk;                  ///< empty = contiguous
  int deflate = 0;              ///< gzip level with shuffle; needs chunk
  bool allocate_early = false;  ///< for datasets that are written in parallel afterwards
};

class Dataset;

/// Anything that carries attributes: a group (a file is its root group) or a dataset.
class Object {
 public:
  [[nodiscard]] bool has_attribute(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> attributes() const;
  /// T: bool, integer, double, std::string, or a vector of std::int64_t, double, std::string.
  template <class T>
  [[nodiscard]] T attribute(const std::string& name) const;
  template <class T>
  [[nodiscard]] T attribute_or(const std::string& name, T otherwise) const {
    return has_attribute(name) ? attribute<T>(name) : otherwise;
  }
  template <class T>
  void set_attribute(const std::string& name, const T& value);
  void set_attribute(const std::string& name, const char* value) { set_attribute(name, std::string(value)); }
  [[nodiscard]] hid_t id() const { return handle_.id(); }
  [[nodiscard]] const std::string& path() const { return path_; }  ///< "file.h5:/group/dataset", for messages

 protected:
  Handle handle_;
  std::string path_;
};

class Group : public Object {
 public:
  Group() = default;
  Group(Handle handle, std::string path) {
    handle_ = std::move(handle);
    path_ = std::move(path);
  }
  [[nodiscard]] bool exists(const std::string& name) const;  ///< every link on the way too; name may be "a/b/c"
  [[nodiscard]] bool is_group(const std::string& name) const;
  [[nodiscard]] bool is_dataset(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> children() const;   ///< sorted by name
  [[nodiscard]] Group group(const std::string& name) const;  ///< must exist
  Group make_group(const std::string& name);                 ///< made with its parents, or opened if it is there
  [[nodiscard]] Dataset dataset(const std::string& name) const;
  Dataset create(const std::string& name, Scalar type, const Shape& shape, const Layout& layout = {});
  template <class T>
  Dataset create(const std::string& name, const Shape& shape, const Layout& layout = {});

  /// Whole small datasets at once.
  template <class T>
  void write(const std::string& name, std::span<const T> values, const Shape& shape, const Layout& layout = {});
  template <class T>
  void write(const std::string& name, const std::vector<T>& values) {
    write<T>(name, std::span<const T>(values), {static_cast<std::int64_t>(values.size())});
  }
  void write_text(const std::string& name, const std::string& text);  ///< scalar variable-length UTF-8 string
  void write_texts(const std::string& name, const std::vector<std::string>& texts);
  template <class T>
  [[nodiscard]] std::vector<T> read(const std::string& name) const;
  [[nodiscard]] std::string read_text(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> read_texts(const std::string& name) const;

  /// A dataset made of other files' datasets: source k fills rows [first_k, first_k + rows_k) of axis 0.
  struct Source {
    std::filesystem::path file;
    std::string dataset;
    std::int64_t first = 0;
    std::int64_t rows = 0;
  };
  void create_virtual(const std::string& name, Scalar type, const Shape& shape, std::span<const Source> sources);
  void remove(const std::string& name);
};

class Dataset : public Object {
 public:
  Dataset() = default;
  Dataset(Handle handle, std::string path) {
    handle_ = std::move(handle);
    path_ = std::move(path);
  }
  [[nodiscard]] Shape shape() const;
  [[nodiscard]] Scalar type() const;  ///< Failure(unsupported) when it is not a number
  [[nodiscard]] bool is_number() const;
  [[nodiscard]] bool is_text() const;
  [[nodiscard]] Shape chunk() const;                                ///< empty when contiguous
  [[nodiscard]] std::optional<std::string> missing_filter() const;  ///< name or number of a filter this HDF5 cannot decode
  /// Hyperslabs. Values are converted by HDF5 to the type asked for. Calls of more than 2 GiB are split.
  void read(Scalar type, const Shape& start, const Shape& count, std::byte* out) const;
  void write(Scalar type, const Shape& start, const Shape& count, const std::byte* in, hid_t transfer = H5P_DEFAULT);
  template <class T>
  [[nodiscard]] std::vector<T> read(const Shape& start, const Shape& count) const;
  template <class T>
  [[nodiscard]] std::vector<T> read() const {
    const auto s = shape();
    return read<T>(Shape(s.size(), 0), s);
  }
  template <class T>
  void write(const Shape& start, const Shape& count, std::span<const T> values, hid_t transfer = H5P_DEFAULT) {
    write(scalar_of<T>(), start, count, reinterpret_cast<const std::byte*>(values.data()), transfer);
  }
};

enum class Access { read, read_write };

/// An open file; its root group.
class File : public Group {
 public:
  File() = default;
  File(File&&) = default;
  File& operator=(File&&) = default;
  ~File();
  using Group::create;
  /// A new file; one that is there is replaced. `userblock` is not used. Times are not tracked.
  [[nodiscard]] static File create(const std::filesystem::path& path);
  [[nodiscard]] static File in_memory();  ///< never reaches the disk
  [[nodiscard]] static File open(const std::filesystem::path& path, Access access = Access::read);
  /// With a file access property list (MPI-IO).
  [[nodiscard]] static File open(const std::filesystem::path& path, Access access, hid_t access_list);
  [[nodiscard]] bool is_open() const { return static_cast<bool>(file_); }
  void close();  ///< flushes; a write that did not reach the disk is a Failure here

 private:
  Handle file_;
};

/// Throws with HDF5's own error stack in the message; recognises a full disk.
[[noreturn]] void fail_h5(const std::string& what, const std::string& path);

[[nodiscard]] std::int64_t count_of(const Shape& shape);

// ---------------------------------------------------------------------------------------------------------------------

template <class T>
Dataset Group::create(const std::string& name, const Shape& shape, const Layout& layout) {
  return create(name, scalar_of<T>(), shape, layout);
}

template <class T>
void Group::write(const std::string& name, std::span<const T> values, const Shape& shape, const Layout& layout) {
  create<T>(name, shape, layout).template write<T>(Shape(shape.size(), 0), shape, values);
}

template <class T>
std::vector<T> Group::read(const std::string& name) const {
  return dataset(name).template read<T>();
}

template <class T>
std::vector<T> Dataset::read(const Shape& start, const Shape& count) const {
  std::vector<T> values(static_cast<std::size_t>(count_of(count)));
  read(scalar_of<T>(), start, count, reinterpret_cast<std::byte*>(values.data()));
  return values;
}

}  // namespace ronchi::h5
