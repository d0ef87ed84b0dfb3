// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/registry.hpp"

#include "stages/decompose/decompose.hpp"

namespace ronchi {

const engine::Registry& all_stages() {
  static const engine::Registry registry{
      engine::stage_type<decompose::Decompose>(),
  };
  return registry;
}

}  // namespace ronchi
