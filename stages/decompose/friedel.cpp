// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/friedel.hpp"

#include <cmath>

#include "framework/base/error.hpp"

namespace ronchi::decompose {

FriedelSums::FriedelSums(const FrameSource& source, const std::vector<std::uint8_t>& mask) : source_(&source), given_(mask) {
  info_ = source.info();
  if (info_.signal.size() != 2)
    fail(Fault::usage, "set friedel: false", "Friedel pairs are those of diffraction patterns; these data are {}", info_.text());
  const Axis &ky = info_.signal[0], &kx = info_.signal[1];
  // Twice the place of zero: it may lie between two pixels.
  const auto twice = [](const Axis& axis) {
    const double place = axis.scale != 0 ? -2 * axis.offset / axis.scale : 0;
    return std::isfinite(place) && std::abs(place) < 1e9 ? std::llround(place) : -1;
  };
  const std::int64_t y2 = twice(ky), x2 = twice(kx);
  halves_ = mask.empty() ? std::vector<std::uint8_t>(static_cast<std::size_t>(info_.pixels()), 0) : mask;
  if (static_cast<std::int64_t>(halves_.size()) != info_.pixels())
    fail(Fault::usage, "make the mask of the shape of the data", "the signal mask has {} values, the data have {}", halves_.size(),
         info_.pixels());
  std::int64_t inside = 0;
  for (std::int64_t y = 0; y < ky.size; ++y)
    for (std::int64_t x = 0; x < kx.size; ++x) {
      const std::int64_t there_y = y2 - y, there_x = x2 - x;
      if (there_y < 0 || there_y >= ky.size || there_x < 0 || there_x >= kx.size) continue;
      ++inside;
      const std::int64_t here = y * kx.size + x, there = there_y * kx.size + there_x;
      const auto masked = [&](std::int64_t p) { return !mask.empty() && mask[static_cast<std::size_t>(p)] != 0; };
      if (there <= here || masked(here) || masked(there)) continue;
      pairs_.push_back({here, there});
      halves_[static_cast<std::size_t>(there)] = 1;
    }
  if (4 * inside < info_.pixels())
    fail(Fault::usage, "centre the patterns first (ingest), calibrate the axes with the direct beam at zero, or set friedel: false",
         "the axes have their zero at pixel ({}, {}) of {} x {}: there are no Friedel pairs about it",
         0.5 * static_cast<double>(y2), 0.5 * static_cast<double>(x2), ky.size, kx.size);
  info_.type = info_.type == Scalar::u8 ? Scalar::u16 : Scalar::f32;
}

void FriedelSums::read(Range frames, std::span<std::byte> out) const {
  const std::int64_t pixels = info_.pixels();
  std::vector<std::byte> in(static_cast<std::size_t>(frames.size() * source_->info().frame_bytes()));
  source_->read(frames, in);
  visit_scalar(source_->info().type, [&](auto value) {
    using From = decltype(value);
    const auto add = [&]<class To>(To) {
      for (std::int64_t f = 0; f < frames.size(); ++f) {
        const From* from = reinterpret_cast<const From*>(in.data()) + f * pixels;
        To* to = reinterpret_cast<To*>(out.data()) + f * pixels;
        for (std::int64_t p = 0; p < pixels; ++p) to[p] = static_cast<To>(from[p]);
        for (const auto& [here, there] : pairs_) {
          // A negative value stays one, for the matrix to refuse.
          const bool refused = to[there] < To{0} || to[here] < To{0};
          to[here] = refused ? std::min(to[here], to[there]) : static_cast<To>(to[here] + to[there]);
        }
      }
    };
    if constexpr (std::is_same_v<From, std::uint8_t>)
      add(std::uint16_t{});
    else
      add(float{});
  });
}

void FriedelSums::fold(std::vector<double>& pattern) const {
  if (pattern.empty()) return;
  for (const auto& [here, there] : pairs_) pattern[static_cast<std::size_t>(here)] += pattern[static_cast<std::size_t>(there)];
}

void FriedelSums::spread(float* pattern) const {
  for (const auto& [here, there] : pairs_) pattern[here] = pattern[there] = 0.5f * pattern[here];
}

}  // namespace ronchi::decompose
