// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/store/h5_detail.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <numeric>

#include "framework/base/error.hpp"

namespace ronchi::h5 {

namespace detail {

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

}  // namespace detail

namespace {

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

namespace {

/// IEEE binary16 as h5py writes numpy's float16 (HDF5 has a name for it only since 1.14.4): sign in bit 15, exponent of 5 bits from
/// bit 10 with bias 15, mantissa of 10 bits. Kept as long as the process lives.
hid_t half_type() {
  static const hid_t type = [] {
    const hid_t t = H5Tcopy(H5T_NATIVE_FLOAT);
    if (t < 0 || H5Tset_fields(t, 15, 10, 5, 0, 10) < 0 || H5Tset_size(t, 2) < 0 || H5Tset_ebias(t, 15) < 0)
      fail_h5("making the type of 16-bit floats in", "memory");
    return t;
  }();
  return type;
}

}  // namespace

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
    case Scalar::f16:
      return half_type();
  }
  return -1;
}

}  // namespace ronchi::h5
