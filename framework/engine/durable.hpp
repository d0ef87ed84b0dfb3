// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

#include "framework/engine/fence.hpp"

namespace ronchi::engine {

/// "host.pid", under SLURM "job-restart@host.pid": tells the writers of one directory apart.
[[nodiscard]] const std::string& process_name();
[[nodiscard]] const std::string& host_name();
/// False only if it certainly ended: same host and no such pid, or an earlier start of the SLURM job that this one is.
[[nodiscard]] bool process_lives(const std::string& process_name);

/// A name beside `path` that no reader takes for a result and that tells whose it is.
[[nodiscard]] std::filesystem::path temporary_name(const std::filesystem::path& path);

/// What becomes of a file that has the name already. Parts and indices are `kept`: whoever was first made the same.
enum class Existing { replaced, kept };
/// fsync(temporary), a look at the fence, then the name `path`, fsync of the directory. What exists under `path` afterwards is
/// complete. Failure(superseded) if another run took over: then nothing happened.
void commit(const std::filesystem::path& temporary, const std::filesystem::path& path, const Fence* fence = nullptr,
            Existing existing = Existing::replaced);

/// Gives a complete file its name unless there is one already; the temporary name is gone afterwards. False: there was one.
/// link() and unlink(); where the file system has no hard links renameat2(), and where it has not even that, rename().
enum class Means { link, rename_without_replacing, rename };
bool place_once(const std::filesystem::path& temporary, const std::filesystem::path& path, Means first = Means::link);

/// A file in the making: written under a temporary name, put in place by commit(), gone if that never comes.
class Draft {
 public:
  explicit Draft(std::filesystem::path path, const Fence* fence = nullptr, Existing existing = Existing::replaced)
      : path_(std::move(path)), temporary_(temporary_name(path_)), fence_(fence), existing_(existing) {}
  ~Draft();
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  [[nodiscard]] const std::filesystem::path& temporary() const { return temporary_; }
  void commit();

 private:
  std::filesystem::path path_, temporary_;
  const Fence* fence_;
  Existing existing_;
  bool open_ = true;
};

/// A small text file, whole or not at all.
void write_text_file(const std::filesystem::path& path, const std::string& text, const Fence* fence = nullptr);
/// Removes temporary files that processes which are gone left in a directory.
void sweep_temporaries(const std::filesystem::path& directory);
void make_directories(const std::filesystem::path& directory);
[[nodiscard]] std::string utc_now();  ///< "2026-11-21T15:04:05Z"
/// A Failure for an errno: no space, or no access. "WHAT PATH failed: ..."
[[noreturn]] void fail_system(const std::string& what, const std::filesystem::path& path, int error);

}  // namespace ronchi::engine
