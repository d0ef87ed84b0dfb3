// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>
#include <vector>

#include "framework/base/error.hpp"
#include "framework/engine/durable.hpp"
#include "framework/engine/team.hpp"

namespace ronchi::engine {

namespace {

/// Steps of the checkpoints in a directory, newest first.
std::vector<std::int64_t> steps_in(const std::filesystem::path& directory) {
  std::vector<std::int64_t> steps;
  std::error_code ec;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ec)) {
    const std::string name = entry.path().filename().string();
    std::int64_t step = 0;
    const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), step);
    if (error == std::errc{} && std::string_view(end) == ".h5") steps.push_back(step);
  }
  std::sort(steps.rbegin(), steps.rend());
  return steps;
}

std::filesystem::path file_of(const std::filesystem::path& directory, std::int64_t step) {
  return directory / (std::to_string(step) + ".h5");
}

}  // namespace

void Checkpoints::save(std::int64_t step, const std::function<void(h5::Group&)>& write) const {
  if (directory_.empty()) return;
  if (!may_write()) {
    h5::File nowhere = h5::File::in_memory();
    write(nowhere);
    return;
  }
  make_directories(directory_);
  Draft draft(file_of(directory_, step));
  h5::File file = h5::File::create(draft.temporary());
  write(file);
  file.close();
  if (!may_write()) return;  // somebody took over meanwhile
  draft.commit();
  const auto steps = steps_in(directory_);
  std::error_code ec;
  for (std::size_t i = 2; i < steps.size(); ++i) std::filesystem::remove(file_of(directory_, steps[i]), ec);
}

std::optional<Checkpoints::Loaded> Checkpoints::load() const {
  if (directory_.empty()) return std::nullopt;
  for (const auto step : steps_in(directory_)) {
    try {
      return Loaded{step, h5::File::open(file_of(directory_, step))};
    } catch (const Failure&) {  // the one before it is kept for this case
    }
  }
  return std::nullopt;
}

}  // namespace ronchi::engine
