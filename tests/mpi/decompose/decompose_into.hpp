// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <stdexcept>
#include <string>

#include "stages/decompose/decompose.hpp"

namespace ronchi::decompose {

class NoGuard : public engine::ItemGuard {
 public:
  bool begin(std::int64_t) override { return true; }
  void end(std::int64_t) override {}
  void failed(std::int64_t, const std::string& reason) override { throw std::runtime_error(reason); }
};

inline Setting seed_5() {
  Setting setting;
  setting.seed = 5;
  return setting;
}

/// Decomposes into the file `path`; checkpoints beside it.
inline void decompose_into(
    const std::filesystem::path& path, const FrameSource& source, const Masks& masks, const Options& options,
    const Communicator& comm, const std::function<bool()>& stop = [] { return false; }, const Setting& setting = seed_5()) {
  NoGuard guard;
  engine::Team team(comm, 1, engine::Checkpoints(path.parent_path() / "checkpoints"), stop, nullptr);
  engine::Part part({0, 1}, comm.leads() ? h5::File::create(path) : h5::File(), path.parent_path(), guard, comm);
  (void)decompose(source, masks, options, setting, team, part);
  if (!comm.leads()) return;
  (void)part.finish();
  part.file().close();
}

}  // namespace ronchi::decompose
