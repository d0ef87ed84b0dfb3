// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>

namespace ronchi::engine {

/// "host.pid", under SLURM "job-restart@host.pid": tells the writers of one directory apart.
[[nodiscard]] const std::string& process_name();
[[nodiscard]] const std::string& host_name();
/// False only if it certainly ended: same host and no such pid, or an earlier start of the SLURM job that this one is.
[[nodiscard]] bool process_lives(const std::string& process_name);

/// A name beside `path` that no reader takes for a result and that tells whose it is.
[[nodiscard]] std::filesystem::path temporary_name(const std::filesystem::path& path);
/// fsync(temporary), rename to `path`, fsync of the directory. What exists under `path` afterwards is complete.
void commit(const std::filesystem::path& temporary, const std::filesystem::path& path);

/// A file in the making: written under a temporary name, put in place by commit(), gone if that never comes.
class Draft {
 public:
  explicit Draft(std::filesystem::path path) : path_(std::move(path)), temporary_(temporary_name(path_)) {}
  ~Draft();
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  [[nodiscard]] const std::filesystem::path& temporary() const { return temporary_; }
  void commit();

 private:
  std::filesystem::path path_, temporary_;
  bool open_ = true;
};

/// A small text file, whole or not at all.
void write_text_file(const std::filesystem::path& path, const std::string& text);
/// Removes temporary files that processes which are gone left in a directory.
void sweep_temporaries(const std::filesystem::path& directory);
void make_directories(const std::filesystem::path& directory);

}  // namespace ronchi::engine
