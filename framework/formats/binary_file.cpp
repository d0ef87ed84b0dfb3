// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/formats/binary_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

#include "framework/base/error.hpp"
#include "framework/formats/reader.hpp"

namespace ronchi::formats {

namespace {
constexpr std::int64_t block = std::int64_t{4} << 20;  // bytes read at once when headers lie between the frames
}

BinaryFile::BinaryFile(std::filesystem::path path) : path_(std::move(path)) {
  require_readable(path_);
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
  struct stat status {};
  if (descriptor_ < 0 || ::fstat(descriptor_, &status) != 0)
    fail(Fault::unreadable, "check the permissions", "{} cannot be opened: {}", path_.string(), std::strerror(errno));
  size_ = status.st_size;
}

BinaryFile::~BinaryFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void BinaryFile::read_at(std::int64_t offset, std::span<std::byte> out) const {
  std::size_t done = 0;
  while (done < out.size()) {
    const auto n = ::pread(descriptor_, out.data() + done, out.size() - done, offset + static_cast<std::int64_t>(done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0)
      fail(Fault::unreadable, "check the disk or the network it is on", "reading {} failed: {}", path_.string(),
           std::strerror(errno));
    if (n == 0)
      fail(Fault::corrupt, "copy the file again", "{} ends at byte {}, {} bytes from {} on were expected", path_.string(),
           offset + static_cast<std::int64_t>(done), out.size(), offset);
    done += static_cast<std::size_t>(n);
  }
}

std::vector<std::byte> BinaryFile::head(std::int64_t bytes) const {
  std::vector<std::byte> out(static_cast<std::size_t>(std::min(bytes, size_)));
  read_at(0, out);
  return out;
}

void swap_bytes(std::span<std::byte> values, std::size_t width) {
  const auto each = [&]<class T>(T, auto swap) {
    for (std::size_t i = 0; i + sizeof(T) <= values.size(); i += sizeof(T)) {
      T v;
      std::memcpy(&v, values.data() + i, sizeof v);
      v = swap(v);
      std::memcpy(values.data() + i, &v, sizeof v);
    }
  };
  if (width == 2) each(std::uint16_t{}, [](std::uint16_t v) { return __builtin_bswap16(v); });
  if (width == 4) each(std::uint32_t{}, [](std::uint32_t v) { return __builtin_bswap32(v); });
  if (width == 8) each(std::uint64_t{}, [](std::uint64_t v) { return __builtin_bswap64(v); });
}

void read_strided(const BinaryFile& file, const Strided& layout, Range frames, std::int64_t frame_bytes, std::size_t width,
                  std::span<std::byte> out) {
  const auto bytes = static_cast<std::size_t>(frame_bytes);
  if (layout.stride == frame_bytes) {
    file.read_at(layout.first + frames.first * frame_bytes, out);
  } else if (frame_bytes > block / 2) {
    for (std::int64_t f = frames.first; f < frames.last; ++f)
      file.read_at(layout.first + f * layout.stride, out.subspan(static_cast<std::size_t>(f - frames.first) * bytes, bytes));
  } else {
    const std::int64_t at_once = std::max<std::int64_t>(1, block / layout.stride);
    std::vector<std::byte> scratch;
    for (std::int64_t f = frames.first; f < frames.last; f += at_once) {
      const std::int64_t n = std::min(at_once, frames.last - f);
      scratch.resize(static_cast<std::size_t>((n - 1) * layout.stride + frame_bytes));
      file.read_at(layout.first + f * layout.stride, scratch);
      for (std::int64_t k = 0; k < n; ++k)
        std::memcpy(out.data() + static_cast<std::size_t>(f - frames.first + k) * bytes, scratch.data() + k * layout.stride, bytes);
    }
  }
  if (layout.big_endian != (std::endian::native == std::endian::big)) swap_bytes(out, width);
}

void StridedFrames::read(Range frames, std::span<std::byte> out) const {
  require_range(info_, frames, out, file_.path());
  read_strided(file_, layout_, frames, info_.frame_bytes(), size_of(info_.type), out);
}

}  // namespace ronchi::formats
