// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/components/half_counts.hpp"

#include <bit>
#include <cmath>
#include <mutex>
#include <type_traits>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"
#include "stages/decompose/workers.hpp"

namespace ronchi::components {

namespace {

constexpr std::uint32_t thinning_stream = 0x5448494E;  // "THIN"

Scalar half_type(Scalar type, bool pairs) {
  if (type == Scalar::u8) return pairs ? Scalar::u16 : Scalar::u8;
  return type == Scalar::u16 && !pairs ? Scalar::u16 : Scalar::f32;
}

template <class From>
std::int64_t count_of(From value, std::int64_t frame, std::int64_t pixel) {
  if constexpr (std::is_same_v<From, std::uint8_t> || std::is_same_v<From, std::uint16_t>) {
    return static_cast<std::int64_t>(value);
  } else {
    const auto number = static_cast<double>(value);
    if (!(number >= 0 && number < 1e9 && number == std::floor(number)))
      fail(Fault::numeric, "use the counts as they were measured, before a background is subtracted or frames are averaged",
           "frame {} has the value {} at pixel {}; the number of components is found by splitting counts, which are whole numbers",
           frame, number, pixel);
    return static_cast<std::int64_t>(number);
  }
}

}  // namespace

std::int64_t thinned(std::int64_t n, double fraction, std::uint64_t seed, std::int64_t frame, std::int64_t pixel) {
  Random random(seed, thinning_stream, static_cast<std::uint64_t>(frame), static_cast<std::uint32_t>(pixel));
  std::int64_t kept = 0;
  if (fraction == 0.5) {  // a random bit per event
    for (; n >= 32; n -= 32) kept += std::popcount(random.bits());
    return n > 0 ? kept + std::popcount(random.bits() >> (32 - n)) : kept;
  }
  const auto limit = static_cast<std::uint32_t>(std::min(fraction * 0x1p32, 0x1p32 - 1));
  for (; n > 0; --n) kept += random.bits() < limit ? 1 : 0;
  return kept;
}

std::int64_t Mirror::of(std::int64_t pixel) const {
  const std::int64_t row = centre2[0] - pixel / columns, column = centre2[1] - pixel % columns;
  return row < 0 || row >= rows || column < 0 || column >= columns ? -1 : row * columns + column;
}

std::optional<Mirror> Mirror::about_zero(const FrameInfo& info) {
  if (info.signal.size() != 2) return {};
  Mirror m;
  m.rows = info.signal[0].size;
  m.columns = info.signal[1].size;
  for (int i = 0; i < 2; ++i) {
    const Axis& axis = info.signal[static_cast<std::size_t>(i)];
    if (axis.scale == 0 || !(axis.units.starts_with("1/") || axis.units == "mrad" || axis.units.ends_with("^-1"))) return {};
    m.centre2[i] = std::llround(-2 * axis.offset / axis.scale);
    if (m.centre2[i] < axis.size / 2 || m.centre2[i] > 3 * axis.size / 2) return {};
  }
  return m;
}

HalfCounts::HalfCounts(const FrameSource& source, Half half, double fraction, std::uint64_t seed, std::optional<Mirror> mirror,
                       std::vector<std::uint8_t> signal_mask, std::vector<std::uint8_t> navigation_mask)
    : source_(&source),
      half_(half),
      fraction_(fraction),
      seed_(seed),
      mirror_(mirror),
      mask_(std::move(signal_mask)),
      navigation_mask_(std::move(navigation_mask)) {
  info_ = source.info();
  info_.type = half_type(info_.type, mirror_.has_value());
  if (!mirror_) return;
  mask_.resize(static_cast<std::size_t>(info_.pixels()), 0);
  const auto before = mask_;
  for (std::int64_t p = 0; p < info_.pixels(); ++p) {
    const std::int64_t opposite = mirror_->of(p);
    if (opposite <= p || before[static_cast<std::size_t>(opposite)] != 0) mask_[static_cast<std::size_t>(p)] = 1;
  }
}

template <class From, class To>
void HalfCounts::half(const From* frame, std::int64_t number, To* out) const {
  const auto part = [&](std::int64_t pixel) {
    const std::int64_t all = count_of(frame[pixel], number, pixel);
    if (all == 0) return all;
    const std::int64_t kept = thinned(all, fraction_, seed_, number, pixel);
    return half_ == Half::first ? kept : all - kept;
  };
  for (std::int64_t p = 0; p < info_.pixels(); ++p) {
    if (!mask_.empty() && mask_[static_cast<std::size_t>(p)] != 0)
      out[p] = To{0};
    else
      out[p] = static_cast<To>(part(p) + (mirror_ ? part(mirror_->of(p)) : 0));
  }
}

void HalfCounts::read(Range frames, std::span<std::byte> out) const {
  piece_.resize(static_cast<std::size_t>(frames.size() * source_->info().frame_bytes()));
  source_->read(frames, piece_);
  std::mutex guarding;
  std::optional<Error> error;
  decompose::for_pieces("ronchi/components/half_counts", frames.size(), [&](std::int64_t i, int) {
    const std::byte* in = piece_.data() + i * source_->info().frame_bytes();
    std::byte* to = out.data() + i * info_.frame_bytes();
    if (!navigation_mask_.empty() && navigation_mask_[static_cast<std::size_t>(frames.first + i)] != 0) {
      std::fill_n(to, info_.frame_bytes(), std::byte{0});  // read along with others, whatever it holds
      return;
    }
    try {
      visit_scalar(source_->info().type, [&](auto value) {
        using From = decltype(value);
        const auto* frame = reinterpret_cast<const From*>(in);
        if (info_.type == Scalar::u8)
          half(frame, frames.first + i, reinterpret_cast<std::uint8_t*>(to));
        else if (info_.type == Scalar::u16)
          half(frame, frames.first + i, reinterpret_cast<std::uint16_t*>(to));
        else
          half(frame, frames.first + i, reinterpret_cast<float*>(to));
      });
    } catch (const Failure& failure) {
      const std::lock_guard lock(guarding);
      if (!error) error = failure.error();
    }
  });
  if (error) throw Failure(*error);
}

}  // namespace ronchi::components
