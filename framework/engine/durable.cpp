// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/durable.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fstream>
#include <iterator>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace ronchi::engine {

namespace {

constexpr std::string_view mark = ".tmp-";

void sync(const std::filesystem::path& path, int flags) {
  const int fd = ::open(path.c_str(), flags);
  if (fd < 0) fail_system("opening", path, errno);
  const int result = ::fsync(fd), error = errno;
  ::close(fd);
  // Some file systems cannot sync a directory; then there is nothing to be done about it.
  if (result != 0 && error != EINVAL && error != ENOTSUP) fail_system("writing", path, error);
}

/// "job-restart@" inside a SLURM job; "" elsewhere.
std::string slurm_name() {
  const char* job = std::getenv("SLURM_JOB_ID");
  const char* restart = std::getenv("SLURM_RESTART_COUNT");
  return job == nullptr ? "" : std::string(job) + "-" + (restart == nullptr ? "0" : restart) + "@";
}

/// A process that has ended stays in the table until its parent asks for it; in a container nobody may ever do so.
bool only_waits_to_be_reaped(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  const std::string stat(std::istreambuf_iterator<char>(file), {});
  const auto name_end = stat.rfind(')');
  return name_end != std::string::npos && name_end + 2 < stat.size() && (stat[name_end + 2] == 'Z' || stat[name_end + 2] == 'X');
}

/// Whether this error says that the file system lacks the call, not that it failed.
bool lacks(int error) { return error == ENOSYS || error == ENOTSUP || error == EOPNOTSUPP || error == EINVAL; }

}  // namespace

void fail_system(const std::string& what, const std::filesystem::path& path, int error) {
  if (error == ENOSPC || error == EDQUOT)
    fail(Fault::no_space, "free some space, then run the same command again: finished parts are kept", "{} {}: {}", what,
         path.string(), std::strerror(error));
  fail(Fault::unreadable, "check that the folder is there and that you may write to it", "{} {} failed: {}", what, path.string(),
       std::strerror(error));
}

const std::string& host_name() {
  static const std::string name = [] {
    char text[256] = "unknown";
    ::gethostname(text, sizeof text - 1);
    return std::string(text);
  }();
  return name;
}

const std::string& process_name() {
  static const std::string name = slurm_name() + host_name() + "." + std::to_string(::getpid());
  return name;
}

bool process_lives(const std::string& name) {
  const auto at = name.find('@'), dot = name.rfind('.');
  const std::string slurm = at == std::string::npos ? "" : name.substr(0, at + 1);
  const std::string host = dot == std::string::npos ? "" : name.substr(slurm.size(), dot - slurm.size());
  if (host == host_name()) {
    const auto pid = static_cast<pid_t>(std::atol(name.c_str() + dot + 1));
    return pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM) && !only_waits_to_be_reaped(pid);
  }
  // Before SLURM starts a job again, or its successor, it has ended all of the job's processes on all nodes.
  const std::string mine = slurm_name();
  const auto job = [](const std::string& s) { return s.substr(0, s.rfind('-')); };
  const char* ended = std::getenv("RONCHI_ENDED_JOBS");  // " 17  23 ", from the batch script
  if (ended != nullptr && !slurm.empty() && job(slurm) != job(mine) &&
      std::string(ended).find(" " + job(slurm) + " ") != std::string::npos)
    return false;
  return slurm.empty() || mine.empty() || slurm == mine || job(slurm) != job(mine);
}

std::filesystem::path temporary_name(const std::filesystem::path& path) {
  return path.parent_path() / ("." + path.filename().string() + std::string(mark) + process_name());
}

bool place_once(const std::filesystem::path& temporary, const std::filesystem::path& path, Means first) {
  if (first == Means::link) {
    const bool linked = ::link(temporary.c_str(), path.c_str()) == 0;
    if (linked || errno == EEXIST) {
      std::error_code ec;  // over NFS a call that is repeated finds its own link
      const bool placed = linked || std::filesystem::equivalent(temporary, path, ec);
      ::unlink(temporary.c_str());
      return placed;
    }
    if (!lacks(errno) && errno != EPERM && errno != EMLINK) fail_system("naming", path, errno);
    first = Means::rename_without_replacing;
  }
  if (first == Means::rename_without_replacing) {
    if (::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, path.c_str(), RENAME_NOREPLACE) == 0) return true;
    if (errno == EEXIST) {
      ::unlink(temporary.c_str());
      return false;
    }
    if (!lacks(errno)) fail_system("renaming to", path, errno);
  }
  if (std::filesystem::exists(path)) {
    ::unlink(temporary.c_str());
    return false;
  }
  if (std::rename(temporary.c_str(), path.c_str()) != 0) fail_system("renaming to", path, errno);
  return true;
}

void commit(const std::filesystem::path& temporary, const std::filesystem::path& path, const Fence* fence, Existing existing) {
  sync(temporary, O_RDWR);
  require(fence);  // after the slow part: as late as possible
  if (existing == Existing::kept)
    (void)place_once(temporary, path);
  else if (std::rename(temporary.c_str(), path.c_str()) != 0)
    fail_system("renaming to", path, errno);
  sync(path.parent_path(), O_RDONLY | O_DIRECTORY);
}

Draft::~Draft() {
  std::error_code ec;
  if (open_) std::filesystem::remove(temporary_, ec);
}

void Draft::commit() {
  engine::commit(temporary_, path_, fence_, existing_);
  open_ = false;
}

void write_text_file(const std::filesystem::path& path, const std::string& text, const Fence* fence) {
  Draft draft(path, fence);
  const int fd = ::open(draft.temporary().c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) fail_system("making", path, errno);
  for (std::size_t written = 0; written < text.size();) {
    const auto n = ::write(fd, text.data() + written, text.size() - written);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int error = errno;
      ::close(fd);
      fail_system("writing", path, error);
    }
    written += static_cast<std::size_t>(n);
  }
  if (::close(fd) != 0) fail_system("writing", path, errno);
  draft.commit();
}

void sweep_temporaries(const std::filesystem::path& directory) {
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ec)) {
    const std::string name = entry.path().filename().string();
    const auto at = name.find(mark);
    if (name.starts_with('.') && at != std::string::npos && !process_lives(name.substr(at + mark.size())))
      std::filesystem::remove(entry.path(), ec);
  }
}

void make_directories(const std::filesystem::path& directory) {
  std::error_code ec;
  std::filesystem::create_directories(directory, ec);
  if (ec) fail_system("making the folder", directory, ec.value());
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", ::gmtime_r(&now, &parts));
  return text;
}

}  // namespace ronchi::engine
