// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/registry.hpp"

namespace ronchi {

const engine::Registry& all_stages() {
  static const engine::Registry registry{
  };
  return registry;
}

}  // namespace ronchi
