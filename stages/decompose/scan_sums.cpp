// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/scan_sums.hpp"

#include <algorithm>

namespace ronchi::decompose {

ScanSums::ScanSums(const FrameSource& source, const std::vector<std::uint8_t>& navigation_mask, int bin)
    : source_(&source), source_mask_(navigation_mask), bin_(bin) {
  info_ = source.info();
  info_.type = info_.type == Scalar::u8 ? Scalar::u16 : Scalar::f32;
  const auto shrink = [&](Axis& axis) {
    axis.size = ceil_div(axis.size, bin_);
    axis.offset += 0.5 * static_cast<double>(bin_ - 1) * axis.scale;
    axis.scale *= static_cast<double>(bin_);
  };
  auto& axes = info_.navigation;
  bin_y_ = axes.size() >= 2 ? bin_ : 1;
  if (!axes.empty()) {
    width_ = axes.back().size;
    shrink(axes.back());
    columns_ = axes.back().size;
  }
  if (axes.size() >= 2) {
    Axis& y = axes[axes.size() - 2];
    height_ = y.size;
    shrink(y);
    rows_ = y.size;
  }
  lines_at_once_ = std::max<std::int64_t>(1, source.grain() / (width_ * bin_y_));

  if (source_mask_.empty()) return;
  mask_.assign(static_cast<std::size_t>(info_.frames()), 1);
  for (std::int64_t line = 0; line < info_.frames() / columns_; ++line) {
    const Range from = lines(line);
    for (std::int64_t i = from.first * width_; i < from.last * width_; ++i)
      if (source_mask_[static_cast<std::size_t>(i)] == 0) mask_[static_cast<std::size_t>(line * columns_ + i % width_ / bin_)] = 0;
  }
}

Range ScanSums::lines(std::int64_t line) const {
  const std::int64_t image = line / rows_ * height_, y = line % rows_ * bin_y_;
  return {image + y, image + std::min(height_, y + bin_y_)};
}

template <class From, class To>
void ScanSums::add(const std::byte* frames, Range source_lines, To* line) const {
  const std::int64_t pixels = info_.pixels();
  std::fill(line, line + columns_ * pixels, To{0});
  const From* frame = reinterpret_cast<const From*>(frames);
  for (std::int64_t i = source_lines.first * width_; i < source_lines.last * width_; ++i, frame += pixels) {
    if (!source_mask_.empty() && source_mask_[static_cast<std::size_t>(i)] != 0) continue;
    To* sum = line + i % width_ / bin_ * pixels;
    for (std::int64_t j = 0; j < pixels; ++j) sum[j] = static_cast<To>(sum[j] + static_cast<To>(frame[j]));
  }
}

void ScanSums::read(Range frames, std::span<std::byte> out) const {
  if (frames.empty()) return;
  const std::int64_t bytes = info_.frame_bytes(), source_bytes = source_->info().frame_bytes();
  std::vector<std::byte> in, sums(static_cast<std::size_t>(columns_ * bytes));
  const std::int64_t end = ceil_div(frames.last, columns_);
  for (std::int64_t first = frames.first / columns_; first < end;) {
    const std::int64_t last = std::min(end, (first / lines_at_once_ + 1) * lines_at_once_);
    const Range read{lines(first).first * width_, lines(last - 1).last * width_};
    in.resize(static_cast<std::size_t>(read.size() * source_bytes));
    source_->read(read, in);
    for (; first < last; ++first) {
      const Range from = lines(first);
      const std::byte* begin = in.data() + (from.first * width_ - read.first) * source_bytes;
      visit_scalar(source_->info().type, [&](auto value) {
        using From = decltype(value);
        if constexpr (std::is_same_v<From, std::uint8_t>)
          add<From>(begin, from, reinterpret_cast<std::uint16_t*>(sums.data()));
        else
          add<From>(begin, from, reinterpret_cast<float*>(sums.data()));
      });
      const Range line{first * columns_, (first + 1) * columns_}, part = intersect(line, frames);
      std::copy_n(sums.begin() + (part.first - line.first) * bytes, part.size() * bytes,
                  out.begin() + (part.first - frames.first) * bytes);
    }
  }
}

}  // namespace ronchi::decompose
