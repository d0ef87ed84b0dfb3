// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/base/error.hpp"
#include "framework/store/h5_detail.hpp"

namespace ronchi::h5 {

using namespace detail;

namespace {

/// The groups above `name`. HDF5 would make them itself, but with time stamps.
void make_parents(Group& group, const std::string& name) {
  if (const auto slash = name.rfind('/'); slash != std::string::npos && slash > 0) (void)group.make_group(name.substr(0, slash));
}

}  // namespace

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
  (void)checked(H5Dcreate2(id(), name.c_str(), memory_type(type), whole.id(), H5P_DEFAULT, list.id(), H5P_DEFAULT), H5Dclose,
                "making data set", path);
}

void Group::remove(const std::string& name) {
  if (H5Ldelete(id(), name.c_str(), H5P_DEFAULT) < 0) fail_h5("removing", path_ + "/" + name);
}

}  // namespace ronchi::h5
