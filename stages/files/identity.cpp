// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/files/identity.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/base/sha256.hpp"

namespace ronchi::files {

std::string identity(const std::filesystem::path& path, bool whole) {
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0)
    fail(errno == ENOENT ? Fault::missing : Fault::unreadable, "check the path and its permissions", "{}: {}", path.string(),
         std::strerror(errno));
  std::ifstream file(path, std::ios::binary);
  if (!file) fail(Fault::unreadable, "check the permissions", "{} cannot be opened", path.string());
  constexpr std::int64_t end = 1 << 20;
  const std::int64_t size = about.st_size;
  Sha256 hash;
  std::vector<char> block(static_cast<std::size_t>(end));
  const auto add = [&](std::int64_t first, std::int64_t last) {
    file.seekg(first);
    for (std::int64_t at = first; at < last;) {
      const std::int64_t count = std::min(end, last - at);
      if (!file.read(block.data(), count))
        fail(Fault::unreadable, "copy the file again", "{} cannot be read at byte {}", path.string(), at);
      hash.update(std::as_bytes(std::span(block.data(), static_cast<std::size_t>(count))));
      at += count;
    }
  };
  if (whole || size <= 2 * end) {
    add(0, size);
  } else {
    add(0, end);
    add(size - end, size);
  }
  return fmt::format("{} {} {}.{:09} {}", path.filename().string(), size, static_cast<std::int64_t>(about.st_mtim.tv_sec),
                     about.st_mtim.tv_nsec, hash.hex());
}

}  // namespace ronchi::files
