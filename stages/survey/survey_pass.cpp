// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/survey_pass.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>

#include "framework/base/error.hpp"
#include "framework/data/parallel.hpp"
#include "framework/data/transform_rows.hpp"

namespace ronchi::survey {

namespace {

constexpr std::int64_t chunk = 2048;  ///< pixels per piece of work: its sums stay in the cache over a line of frames

template <class T>
constexpr bool exact = std::is_integral_v<T> && sizeof(T) <= 4;

}  // namespace

SurveyPass::SurveyPass(PassSettings settings) : s_(std::move(settings)) {
  image_ = s_.raw.signal.size() == 2;
  height_ = image_ ? s_.raw.signal[0].size : 1;
  width_ = s_.raw.signal.back().size;
  pixels_ = height_ * width_;
  const auto n = static_cast<std::size_t>(pixels_);
  sum.assign(n, 0);
  squares.assign(n, 0);
  nonzero.assign(n, 0);
  maximum.assign(n, 0);
  if (s_.bin > 1) window.assign(n, 0);
  if (image_) centred.assign(n, 0);
}

SurveyPass::Line SurveyPass::line(std::span<const std::byte> bytes) {
  const std::int64_t count = static_cast<std::int64_t>(bytes.size()) / s_.raw.frame_bytes();
  return visit_scalar(s_.raw.type, [&](auto t) {
    using T = decltype(t);
    const T* values = reinterpret_cast<const T*>(bytes.data());
    if constexpr (exact<T>) {
      return line_of(values, count);
    } else {
      std::vector<T> copy(values, values + count * pixels_);
      for (std::int64_t f = 0; f < count; ++f) {
        for (const auto p : s_.listed)
          if (!std::isfinite(static_cast<double>(copy[static_cast<std::size_t>(f * pixels_ + p)])))
            copy[static_cast<std::size_t>(f * pixels_ + p)] = 0;
        for (std::int64_t p = 0; p < pixels_; ++p) {
          const double v = static_cast<double>(copy[static_cast<std::size_t>(f * pixels_ + p)]);
          if (!std::isfinite(v))
            fail(Fault::bad_item, "repair the file, or list the pixel under survey.bad_pixels if it is broken in every frame",
                 "frame {} of the line has the value {} at pixel ({}, {})", f, v, p / width_, p % width_);
          if (s_.bound > 0 && std::abs(v) > s_.bound)
            fail(Fault::bad_item, "repair the file: such a value is no measurement",
                 "frame {} of the line has the value {} at pixel ({}, {}), over 1000 times all that was seen elsewhere", f, v,
                 p / width_, p % width_);
        }
      }
      return line_of<T>(copy.data(), count);
    }
  });
}

template <class T>
SurveyPass::Line SurveyPass::line_of(const T* values, std::int64_t count) {
  const auto units = [&](auto v) -> std::int64_t {
    if constexpr (exact<T>)
      return static_cast<std::int64_t>(v);
    else
      return std::llrint(static_cast<double>(v) * s_.scale);
  };
  const auto square = [&](T v) -> std::int64_t {
    if constexpr (std::is_integral_v<T> && sizeof(T) <= 2)
      return static_cast<std::int64_t>(v) * v;
    else
      return std::llrint(static_cast<double>(v) * static_cast<double>(v) * s_.square_scale);
  };
  Line line;
  line.total.assign(static_cast<std::size_t>(count), 0);
  if (image_) line.beam.assign(static_cast<std::size_t>(3 * count), 0);
  parallel_host("ronchi/survey/frames", count, [&](std::int64_t f) {
    const T* frame = values + f * pixels_;
    std::conditional_t<exact<T>, std::int64_t, double> total = 0;
    for (std::int64_t p = 0; p < pixels_; ++p) total += frame[p];
    line.total[static_cast<std::size_t>(f)] = static_cast<double>(total);
    if (!image_) return;
    const auto c = centre_of_mass(frame, height_, width_, s_.search);
    std::copy_n(&c.y, 1, &line.beam[static_cast<std::size_t>(3 * f)]);
    line.beam[static_cast<std::size_t>(3 * f + 1)] = c.x;
    line.beam[static_cast<std::size_t>(3 * f + 2)] = c.intensity;
  });

  const std::int64_t chunks = ceil_div(pixels_, chunk);
  std::vector<std::int64_t> lows(static_cast<std::size_t>(chunks), 0);
  parallel_host("ronchi/survey/pixels", chunks, [&](std::int64_t c) {
    const std::int64_t first = c * chunk, size = std::min(chunk, pixels_ - first);
    std::int64_t* __restrict s = sum.data() + first;
    std::int64_t* __restrict q = squares.data() + first;
    std::int64_t* __restrict n = nonzero.data() + first;
    T high[chunk], low{};
    std::fill_n(high, size, std::numeric_limits<T>::lowest());
    if constexpr (std::is_unsigned_v<T> && sizeof(T) <= 2) {
      // The sums of 65536 such frames fit into 32 bits (squares of 16 bits into 64): narrow sums, many to a vector register.
      using Square = std::conditional_t<sizeof(T) == 1, std::uint32_t, std::uint64_t>;
      std::uint32_t narrow[chunk], seen[chunk];
      Square square_sum[chunk];
      for (std::int64_t f0 = 0; f0 < count; f0 += 65536) {
        std::fill_n(narrow, size, 0U);
        std::fill_n(seen, size, 0U);
        std::fill_n(square_sum, size, Square{0});
        for (std::int64_t f = f0; f < std::min(count, f0 + 65536); ++f) {
          const T* __restrict v = values + f * pixels_ + first;
          for (std::int64_t p = 0; p < size; ++p) {
            narrow[p] += v[p];
            seen[p] += v[p] != 0;
            high[p] = std::max(high[p], v[p]);
          }
          for (std::int64_t p = 0; p < size; ++p) square_sum[p] += static_cast<std::uint32_t>(v[p]) * v[p];
        }
        for (std::int64_t p = 0; p < size; ++p) {
          s[p] += narrow[p];
          n[p] += seen[p];
          q[p] += static_cast<std::int64_t>(square_sum[p]);
        }
      }
    } else {
      for (std::int64_t f = 0; f < count; ++f) {
        const T* __restrict v = values + f * pixels_ + first;
        for (std::int64_t p = 0; p < size; ++p) {
          s[p] += units(v[p]);
          q[p] += square(v[p]);
          n[p] += v[p] != 0;
          high[p] = std::max(high[p], v[p]);
          low = std::min(low, v[p]);
        }
      }
    }
    for (std::int64_t p = 0; p < size; ++p)
      maximum[static_cast<std::size_t>(first + p)] = std::max(maximum[static_cast<std::size_t>(first + p)], units(high[p]));
    lows[static_cast<std::size_t>(c)] = -units(low);
  });
  for (const auto l : lows) lowest = std::max(lowest, l);

  if (!window.empty()) {
    using Acc = rows::Accumulator<T>;
    const std::int64_t by = image_ ? s_.bin : 1, bx = s_.bin, wide = width_ - bx + 1;
    parallel_host("ronchi/survey/windows", height_ - by + 1, [&](std::int64_t y) {
      std::vector<Acc> down(static_cast<std::size_t>(width_)), high(static_cast<std::size_t>(std::max<std::int64_t>(0, wide)), 0);
      for (std::int64_t f = 0; f < count; ++f) {
        for (std::int64_t j = 0; j < by; ++j)
          rows::gather<T>(reinterpret_cast<const std::byte*>(values + f * pixels_ + (y + j) * width_),
                          reinterpret_cast<std::byte*>(down.data()), width_, j == 0);
        for (std::int64_t x = 0; x < wide; ++x) {
          Acc w = down[static_cast<std::size_t>(x)];
          for (std::int64_t i = 1; i < bx; ++i) w += down[static_cast<std::size_t>(x + i)];
          high[static_cast<std::size_t>(x)] = std::max(high[static_cast<std::size_t>(x)], w);
        }
      }
      for (std::int64_t x = 0; x < wide; ++x) {
        auto& w = window[static_cast<std::size_t>(y * width_ + x)];
        w = std::max(w, units(high[static_cast<std::size_t>(x)]));
      }
    });
  }

  if (image_) {
    parallel_host("ronchi/survey/centred", height_, [&](std::int64_t y) {
      std::int64_t* __restrict s = centred.data() + y * width_;
      for (std::int64_t f = 0; f < count; ++f) {
        const double* c = &line.beam[static_cast<std::size_t>(3 * f)];
        if (!(c[2] > 0)) continue;
        const std::int64_t dy = height_ / 2 - std::llround(c[0]), dx = width_ / 2 - std::llround(c[1]);
        if (y - dy < 0 || y - dy >= height_) continue;
        const T* v = values + f * pixels_ + (y - dy) * width_ - dx;
        const std::int64_t low = std::max<std::int64_t>(0, dx), high = std::min(width_, width_ + dx);
        for (std::int64_t x = low; x < high; ++x) s[x] += units(v[x]);
        for (const auto p : s_.search.ignore)  // a bad pixel would be smeared over the pattern
          if (p / width_ == y - dy && p % width_ + dx >= low && p % width_ + dx < high)
            s[p % width_ + dx] -= units(v[p % width_ + dx]);
      }
    });
  }
  frames += count;
  return line;
}

}  // namespace ronchi::survey
