// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "framework/data/frames.hpp"
#include "framework/formats/formats.hpp"
#include "framework/store/h5.hpp"

namespace ronchi::exporting {

/// A finished decomposition, as the stage `decompose` leaves it.
struct Decomposition {
  FrameInfo frames;  ///< of the frames that were decomposed
  std::int64_t components = 0;
  std::vector<float> factors;   ///< components x pixels
  std::vector<float> loadings;  ///< frames x components
  formats::Learning learning;

  [[nodiscard]] static Decomposition load(const h5::Group& index);
};

/// Component k's factor as frame k of a stack: (component | signal axes).
[[nodiscard]] formats::MemoryFrames factor_stack(const Decomposition& d);
/// Component k's map as frame k of a stack: (component, slower navigation axes | the last two, or the last one).
[[nodiscard]] formats::MemoryFrames loading_stack(const Decomposition& d);

/// Frames of this shape that are nowhere; reads zeros.
class NoFrames : public FrameSource {
 public:
  explicit NoFrames(FrameInfo info) { info_ = std::move(info); }
  void read(Range frames, std::span<std::byte> out) const override;
};

}  // namespace ronchi::exporting
