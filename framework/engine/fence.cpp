// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/fence.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/engine/durable.hpp"

namespace ronchi::engine {

namespace {

constexpr std::int64_t kept = 3;  // epochs before the present one, for whoever wants to know what happened

/// Reads a number and moves `text` behind it.
template <class T>
bool take_number(std::string_view& text, T& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{}) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

std::vector<Epoch> epochs_in(const std::filesystem::path& directory, std::error_code& error) {
  std::vector<Epoch> epochs;
  std::filesystem::directory_iterator entry(directory, error);
  for (const std::filesystem::directory_iterator end; !error && entry != end; entry.increment(error))
    if (const auto epoch = Epoch::from(entry->path().filename().string())) epochs.push_back(*epoch);
  return epochs;
}

/// What no reader needs any more. The highest number always stays, so that numbers only grow.
bool outdated(const Epoch& old, const Epoch& now) {
  if (old.number >= now.number || !now.takes_over_from(old)) return false;
  return old.slices > 1 || old.number < now.number - kept;
}

}  // namespace

std::string Epoch::name() const { return slices > 1 ? fmt::format("{}.{}of{}", number, slice, slices) : std::to_string(number); }

std::optional<Epoch> Epoch::from(std::string_view name) {
  Epoch e;
  if (!take_number(name, e.number) || e.number < 1) return std::nullopt;
  if (name.empty()) return e;
  if (!name.starts_with('.')) return std::nullopt;
  name.remove_prefix(1);
  if (!take_number(name, e.slice) || !name.starts_with("of")) return std::nullopt;
  name.remove_prefix(2);
  if (!take_number(name, e.slices) || !name.empty() || e.slices < 2) return std::nullopt;
  return e;
}

bool Epoch::takes_over_from(const Epoch& other) const {
  // A run without slices and one with may have found the same number free; the former is the one that goes on.
  if (slices == 1) return other.slices == 1 ? number > other.number : number >= other.number;
  return other.slices == slices && other.slice == slice && number > other.number;
}

namespace {

std::vector<Epoch> epochs_listed(const std::filesystem::path& directory) {
  std::error_code error;
  auto epochs = epochs_in(directory, error);
  if (error) fail_system("listing", directory, error.value());
  return epochs;
}

/// Makes the file of the first number from `mine` on that is free.
void claim_number(Epoch& mine, const std::filesystem::path& directory) {
  int fd = -1;
  while ((fd = ::open((directory / mine.name()).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) < 0) {
    if (errno != EEXIST) fail_system("making", directory / mine.name(), errno);
    ++mine.number;  // a run that starts at the same moment was faster
  }
  const std::string text = process_name() + "\n" + utc_now() + "\n";
  const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  const int reason = errno;
  ::close(fd);
  if (!written) fail_system("writing", directory / mine.name(), reason);
}

}  // namespace

Epoch take_epoch(const std::filesystem::path& job_directory, int slice, int slices) {
  const auto directory = job_directory / "epochs";
  make_directories(directory);
  std::error_code ignored;
  for (;;) {
    const auto known = epochs_listed(directory);
    Epoch mine{1, slice, slices};
    for (const auto& e : known) mine.number = std::max(mine.number, e.number + 1);
    claim_number(mine, directory);
    // A number that is free may have been another run's, whose file was outdated since the listing: then so is this one.
    const auto now = epochs_listed(directory);
    if (std::none_of(now.begin(), now.end(), [&](const Epoch& e) { return outdated(mine, e); })) {
      for (const auto& e : known)
        if (outdated(e, mine)) std::filesystem::remove(directory / e.name(), ignored);
      return mine;
    }
    std::filesystem::remove(directory / mine.name(), ignored);
  }
}

std::optional<Epoch> Fence::successor(std::error_code& error) const {
  std::optional<Epoch> newest;
  for (const auto& e : epochs_in(directory_, error))
    if (e.takes_over_from(epoch_) && (!newest || e.number > newest->number)) newest = e;
  return newest;
}

std::string Fence::sentence(const Epoch& successor) const {
  std::ifstream file(directory_ / successor.name());
  std::string who, when;
  if (!std::getline(file, who) || who.empty()) who = "another process";
  std::getline(file, when);
  return fmt::format("this run was superseded: {} took over the job{}{} (epoch {}, this one is {})", who,
                     when.empty() ? "" : " at ", when, successor.name(), epoch_.name());
}

std::optional<std::string> Fence::superseded() const {
  std::error_code error;
  const auto by = successor(error);
  return by ? std::optional(sentence(*by)) : std::nullopt;
}

void Fence::require() const {
  std::error_code error;
  const auto by = successor(error);
  if (by) throw Failure(Error{Fault::superseded, sentence(*by), "nothing more of this one is written; the other one goes on"});
  if (error) fail_system("listing", directory_, error.value());
}

}  // namespace ronchi::engine
