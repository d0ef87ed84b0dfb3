// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/inputs.hpp"

#include <fmt/format.h>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace ronchi::engine {

h5::File Input::index() const { return open_result(directory / "index.h5"); }

Parts Input::parts() const { return fused ? fused() : Parts::in(directory / "parts"); }

const Input* Inputs::find_type(const std::string& type) const {
  for (const auto& i : inputs_)
    if (i.type == type) return &i;
  return nullptr;
}

const Input* Inputs::find(const std::string& name) const {
  for (const auto& i : inputs_)
    if (i.name == name) return &i;
  return nullptr;
}

const Input& Inputs::of_type(const std::string& type) const {
  if (const Input* input = find_type(type)) return *input;
  std::vector<std::string> there;
  for (const auto& i : inputs_) there.push_back(i.name);
  fail(Fault::usage, fmt::format("name it in `after:`; there now: {}", there.empty() ? "nothing" : join(there, ", ")),
       "this stage needs the result of a stage of type '{}'", type);
}

}  // namespace ronchi::engine
