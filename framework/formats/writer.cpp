// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/formats/writer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace ronchi::formats {

namespace {

constexpr std::int64_t chunk_target = std::int64_t{1} << 20, copied_at_once = std::int64_t{32} << 20;

}  // namespace

NewFile::NewFile(std::filesystem::path path) : path_(std::move(path)), temporary_(path_) {
  temporary_ += "." + std::to_string(::getpid()) + ".partial";
  file_ = h5::File::create(temporary_);
}

NewFile::~NewFile() {
  file_ = h5::File();
  std::error_code ec;
  if (!temporary_.empty()) std::filesystem::remove(temporary_, ec);
}

void NewFile::commit() {
  file_.close();
  const int descriptor = ::open(temporary_.c_str(), O_RDONLY | O_CLOEXEC);
  const bool kept = descriptor >= 0 && ::fsync(descriptor) == 0;
  const int error = errno;
  if (descriptor >= 0) ::close(descriptor);
  if (!kept)
    fail(error == ENOSPC || error == EDQUOT ? Fault::no_space : Fault::unreadable, "free some space and check the disk",
         "{} did not reach the disk: {}", path_.string(), std::strerror(error));
  std::error_code ec;
  std::filesystem::rename(temporary_, path_, ec);
  if (ec) fail(Fault::unreadable, "check that the folder may be written to", "{} cannot be made: {}", path_.string(), ec.message());
  temporary_.clear();
}

h5::Shape frame_chunks(const FrameInfo& info) {
  h5::Shape chunk = info.shape();
  const auto navigation = info.navigation.size();
  for (std::size_t i = 0; i + 1 < navigation; ++i) chunk[i] = 1;
  if (navigation > 0)
    chunk[navigation - 1] =
        std::clamp<std::int64_t>(chunk_target / std::max<std::int64_t>(1, info.frame_bytes()), 1, info.navigation.back().size);
  return chunk;
}

void write_frames(h5::Group& group, const std::string& name, const FrameSource& source, int deflate) {
  const auto& info = source.info();
  const auto shape = info.shape();
  auto set = group.create(name, info.type, shape, {.chunk = frame_chunks(info), .deflate = deflate});
  // The file has the shape of the navigation axes, the source counts frames: pieces of lines, or of several whole lines.
  const std::size_t navigation = info.navigation.size();
  const std::int64_t line = navigation == 0 ? 1 : info.navigation.back().size;
  const std::int64_t rows = navigation < 2 ? 1 : info.navigation[navigation - 2].size;  // lines that lie together
  const std::int64_t at_once = std::max<std::int64_t>(1, copied_at_once / std::max<std::int64_t>(1, info.frame_bytes()));
  std::vector<std::byte> block;
  for (std::int64_t f = 0; f < info.frames();) {
    const std::int64_t in_line = f % line, lines_left = rows - f / line % rows;
    std::int64_t n = std::min(at_once, line - in_line), lines = 1;
    if (in_line == 0 && at_once >= line) {
      lines = std::min(at_once / line, lines_left);
      n = lines * line;
    }
    block.resize(static_cast<std::size_t>(n * info.frame_bytes()));
    source.read({f, f + n}, block);
    h5::Shape start(shape.size(), 0), count = shape;
    std::int64_t left = f / line;
    if (navigation > 0) {
      start[navigation - 1] = in_line;
      count[navigation - 1] = n / lines;
    }
    for (std::size_t i = navigation; i-- > 0;) {
      if (i + 1 == navigation) continue;
      start[i] = left % shape[i];
      left /= shape[i];
      count[i] = i + 2 == navigation ? lines : 1;
    }
    set.write(info.type, start, count, block.data());
    f += n;
  }
}

void write_tree(h5::Group group, const Metadata& metadata, const std::string& below) {
  for (const auto& [name, value] : metadata) {
    if (!name.starts_with(below)) continue;
    auto words = split(std::string_view(name).substr(below.size()), '.');
    for (auto& w : words) {
      std::ranges::replace(w, '/', '-');
      if (w.empty()) w = "_";
    }
    h5::Group below_this;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) below_this = (i == 0 ? group : below_this).make_group(words[i]);
    h5::Group& at = words.size() > 1 ? below_this : group;
    const std::string& key = words.back();
    std::visit(
        [&]<class V>(const V& v) {
          if constexpr (requires { typename V::value_type; } && !std::is_same_v<V, std::string>) {
            if (at.exists("_list_" + key)) return;
            if (v.empty())
              at.set_attribute("_list_empty_" + key, "_None_");
            else if constexpr (std::is_same_v<V, std::vector<std::string>>)
              at.write_texts("_list_" + key, v);
            else
              at.write("_list_" + key, v);
          } else {
            at.set_attribute(key, v);
          }
        },
        value);
  }
}

void write_bools(h5::Group& group, const std::string& name, std::span<const std::uint8_t> values, const h5::Shape& shape) {
  h5::Handle type{H5Tenum_create(H5T_NATIVE_INT8), H5Tclose};
  for (std::int8_t v : {std::int8_t{0}, std::int8_t{1}}) H5Tenum_insert(type.id(), v == 0 ? "FALSE" : "TRUE", &v);
  const std::vector<hsize_t> dims(shape.begin(), shape.end());
  const h5::Handle space{H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose};
  h5::Handle list{H5Pcreate(H5P_DATASET_CREATE), H5Pclose};
  H5Pset_obj_track_times(list.id(), 0);
  if (!dims.empty()) H5Pset_chunk(list.id(), static_cast<int>(dims.size()), dims.data());
  const h5::Handle set{H5Dcreate2(group.id(), name.c_str(), type.id(), space.id(), H5P_DEFAULT, list.id(), H5P_DEFAULT), H5Dclose};
  if (!set || H5Dwrite(set.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) < 0)
    h5::fail_h5("writing " + name + " in", group.path());
}

}  // namespace ronchi::formats
