// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/base/error.hpp"
#include "framework/store/h5_detail.hpp"

namespace ronchi::h5 {

using namespace detail;

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

}  // namespace ronchi::h5
