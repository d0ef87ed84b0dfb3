// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/data/transform.hpp"

#include <algorithm>
#include <cstring>
#include <mutex>

#include "framework/base/error.hpp"
#include "framework/data/bad_pixels.hpp"
#include "framework/data/parallel.hpp"
#include "framework/data/transform_rows.hpp"

namespace ronchi {

namespace {

/// Sizes of one frame on its way. A spectrum is a pattern of one row that is not binned along y.
struct Geometry {
  std::int64_t height = 1, width = 1;  ///< raw
  std::int64_t bin_y = 1, bin_x = 1;
  std::int64_t first_y = 0, first_x = 0;  ///< of the output, in binned pixels
  std::int64_t rows = 1, columns = 1;     ///< of the output
};

Geometry geometry_of(const Transform& t, const FrameInfo& raw) {
  const auto refuse = [&](const std::string& what) {
    fail(Fault::usage, "run the survey of this data set again, or correct its options",
         "the transform does not suit frames of {}: {}", raw.text(), what);
  };
  if (raw.signal.empty() || raw.signal.size() > 2) refuse(fmt::format("{} signal axes, 1 or 2 expected", raw.signal.size()));
  const bool image = raw.signal.size() == 2;
  Geometry g;
  g.height = image ? raw.signal[0].size : 1;
  g.width = raw.signal.back().size;
  if (t.bin < 1 || t.bin > 256) refuse(fmt::format("bin {}, 1 to 256 expected", t.bin));
  g.bin_y = image ? t.bin : 1;
  g.bin_x = t.bin;
  const auto crop = [&](std::int64_t axis, std::int64_t binned, std::int64_t& first, std::int64_t& size) {
    first = t.crop_first[axis];
    size = t.crop_size[axis] == 0 ? binned - first : t.crop_size[axis];
    if (first < 0 || size < 1 || first + size > binned)
      refuse(fmt::format("crop [{}, {}) of {} binned pixels", first, first + size, binned));
  };
  if (image) crop(0, g.height / g.bin_y, g.first_y, g.rows);
  crop(1, g.width / g.bin_x, g.first_x, g.columns);
  if (!t.mask.empty() && static_cast<std::int64_t>(t.mask.size()) != g.rows * g.columns)
    refuse(fmt::format("a mask of {} pixels for {} x {}", t.mask.size(), g.rows, g.columns));
  if (!t.shifts.empty() && !image) refuse("a shift of spectra");
  if (!t.shifts.empty() && static_cast<std::int64_t>(t.shifts.size()) != 2 * raw.frames())
    refuse(fmt::format("{} shifts for {} frames", t.shifts.size() / 2, raw.frames()));
  if (!std::is_sorted(t.bad_pixels.begin(), t.bad_pixels.end()) ||
      (!t.bad_pixels.empty() && (t.bad_pixels.front() < 0 || t.bad_pixels.back() >= raw.pixels())))
    refuse("bad pixels outside the pattern or not in ascending order");
  if (t.output != Scalar::u8 && t.output != Scalar::u16 && t.output != Scalar::u32 && t.output != Scalar::f32)
    refuse(fmt::format("output type {}, uint8, uint16, uint32 or float32 expected", name_of(t.output)));
  if (!is_integer(raw.type) && t.output != Scalar::f32)
    refuse(fmt::format("{} frames have no exact place in {}; output_type must be float32", name_of(raw.type), name_of(t.output)));
  return g;
}

}  // namespace

FrameInfo Transform::output_info(const FrameInfo& raw) const {
  const Geometry g = geometry_of(*this, raw);
  FrameInfo info = raw;
  info.type = output;
  const auto along = [&](Axis& axis, std::int64_t bin, std::int64_t first, std::int64_t size, std::optional<double> zero) {
    if (zero) axis.offset = -axis.scale * *zero;
    // The centre of binned pixel C covers the raw pixels C b ... C b + b - 1.
    axis.offset += axis.scale * (static_cast<double>(first * bin) + 0.5 * static_cast<double>(bin - 1));
    axis.scale *= static_cast<double>(bin);
    axis.size = size;
  };
  const bool image = raw.signal.size() == 2;
  if (image) along(info.signal[0], g.bin_y, g.first_y, g.rows, beam ? std::optional((*beam)[0]) : std::nullopt);
  along(info.signal.back(), g.bin_x, g.first_x, g.columns, beam && image ? std::optional((*beam)[1]) : std::nullopt);
  return info;
}

struct TransformedFrames::Kernel {
  std::shared_ptr<const FrameSource> source;
  Transform transform;
  Geometry g;
  rows::Kernels kernels;
  BadPixels bad;
  std::vector<std::byte> keep;  ///< the mask in the accumulator's type
  bool copy = false;            ///< nothing to do but to copy
  mutable std::vector<std::byte> raw;

  /// Returns non-zero if a value does not fit.
  std::uint64_t frame(const std::byte* in, std::byte* out, std::int32_t dy, std::int32_t dx, std::vector<std::byte>& sums) const;
  [[noreturn]] void report(std::int64_t frame, const std::byte* in, std::int32_t dy, std::int32_t dx) const;
  void block(Range frames, std::byte* out, const Observer* observer) const;
  [[nodiscard]] std::int32_t shift(std::int64_t frame, int axis) const {
    return transform.shifts.empty() ? 0 : transform.shifts[static_cast<std::size_t>(2 * frame + axis)];
  }
};

TransformedFrames::TransformedFrames(std::shared_ptr<const FrameSource> source, Transform transform)
    : kernel_(std::make_unique<Kernel>()) {
  const FrameInfo& raw = source->info();
  info_ = transform.output_info(raw);
  Kernel& k = *kernel_;
  k.g = geometry_of(transform, raw);
  k.kernels = visit_scalar(raw.type, [&](auto t) { return rows::kernels<decltype(t)>(transform.output); });
  k.bad = BadPixels(transform.bad_pixels, k.g.height, k.g.width);
  const auto pixels = static_cast<std::size_t>(k.g.rows * k.g.columns),
             size = static_cast<std::size_t>(k.kernels.accumulator_bytes);
  k.keep.resize(pixels * size);
  for (std::size_t i = 0; i < pixels; ++i) {
    const bool kept = transform.mask.empty() || transform.mask[i] == 0;
    if (k.kernels.floating) {
      const double one = kept ? 1.0 : 0.0;
      std::memcpy(k.keep.data() + i * size, &one, size);
    } else {
      std::memset(k.keep.data() + i * size, kept ? 0xff : 0, size);
    }
  }
  k.copy = is_integer(raw.type) && raw.type == transform.output && transform.bin == 1 && transform.shifts.empty() &&
           k.g.rows == k.g.height && k.g.columns == k.g.width &&
           std::all_of(transform.mask.begin(), transform.mask.end(), [](auto m) { return m == 0; });
  k.source = std::move(source);
  k.transform = std::move(transform);
}

TransformedFrames::~TransformedFrames() = default;
std::int64_t TransformedFrames::grain() const { return kernel_->source->grain(); }
const Transform& TransformedFrames::transform() const { return kernel_->transform; }

std::uint64_t TransformedFrames::Kernel::frame(const std::byte* in, std::byte* out, std::int32_t dy, std::int32_t dx,
                                               std::vector<std::byte>& sums) const {
  const std::int64_t length = g.columns * g.bin_x, acc = kernels.accumulator_bytes;
  const auto in_size = static_cast<std::int64_t>(size_of(source->info().type)),
             out_size = static_cast<std::int64_t>(size_of(transform.output));
  sums.resize(static_cast<std::size_t>(length * acc));
  // sums[i] belongs to raw column start + i; columns outside the detector are zero for the whole frame.
  const std::int64_t start = g.first_x * g.bin_x - dx;
  const std::int64_t low = std::clamp<std::int64_t>(-start, 0, length),
                     high = std::clamp<std::int64_t>(g.width - start, low, length);
  std::memset(sums.data(), 0, sums.size());
  std::uint64_t odd = 0;
  bool clean = true;  // sums hold zeros alone
  for (std::int64_t r = 0; r < g.rows; ++r) {
    const std::int64_t top = (r + g.first_y) * g.bin_y - dy;
    bool first = true;
    for (std::int64_t y = std::max<std::int64_t>(top, 0); y < std::min(top + g.bin_y, g.height); ++y) {
      if (high > low) kernels.gather(in + (y * g.width + start + low) * in_size, sums.data() + low * acc, high - low, first);
      first = false;
    }
    if (first && !clean) std::memset(sums.data(), 0, sums.size());
    clean = first;
    odd |= kernels.store(sums.data(), keep.data() + r * g.columns * acc, out + r * g.columns * out_size, g.columns, g.bin_x);
  }
  return odd;
}

void TransformedFrames::Kernel::report(std::int64_t number, const std::byte* in, std::int32_t dy, std::int32_t dx) const {
  const Scalar type = source->info().type;
  double worst = 0;
  std::int64_t where = -1;
  // Slow and plain: this runs once, on the way to the error.
  for (std::int64_t p = 0; p < g.rows * g.columns; ++p) {
    if (!transform.mask.empty() && transform.mask[static_cast<std::size_t>(p)] != 0) continue;
    double value = 0;
    for (std::int64_t j = 0; j < g.bin_y; ++j)
      for (std::int64_t i = 0; i < g.bin_x; ++i) {
        const std::int64_t y = (p / g.columns + g.first_y) * g.bin_y + j - dy, x = (p % g.columns + g.first_x) * g.bin_x + i - dx;
        if (y < 0 || y >= g.height || x < 0 || x >= g.width) continue;
        value += visit_scalar(
            type, [&](auto t) { return static_cast<double>(reinterpret_cast<const decltype(t)*>(in)[y * g.width + x]); });
      }
    const bool low = transform.output != Scalar::f32 && value < 0;
    if (where < 0 || !std::isfinite(value) || low || value > worst) {
      worst = value;
      where = p;
    }
    if (!std::isfinite(value) || low) break;
  }
  const std::int64_t y = where / g.columns, x = where % g.columns;
  if (!std::isfinite(worst))
    fail(Fault::numeric, "repair the file, or list the pixel under the survey's bad_pixels if it is broken in every frame",
         "frame {} has the value {} at output pixel ({}, {})", number, worst, y, x);
  fail(Fault::numeric,
       fmt::format("set the survey's output_type: {}", worst < 0 || transform.output == Scalar::u32 ? "float32"
                                                       : transform.output == Scalar::u8             ? "uint16"
                                                                                                    : "uint32"),
       "frame {} has {} at output pixel ({}, {}), which does not fit {}", number, worst, y, x, name_of(transform.output));
}

void TransformedFrames::Kernel::block(Range frames, std::byte* out, const Observer* observer) const {
  const std::int64_t in_bytes = source->info().frame_bytes();
  const std::int64_t out_bytes = g.rows * g.columns * static_cast<std::int64_t>(size_of(transform.output));
  if (copy && bad.empty() && observer == nullptr) {
    source->read(frames, std::span(out, static_cast<std::size_t>(frames.size() * out_bytes)));
    return;
  }
  raw.resize(static_cast<std::size_t>(frames.size() * in_bytes));
  source->read(frames, raw);
  std::vector<std::uint64_t> odd(static_cast<std::size_t>(frames.size()), 0);
  parallel_host("ronchi/ingest/transform", frames.size(), [&](std::int64_t i) {
    thread_local std::vector<std::byte> sums;
    std::byte* in = raw.data() + i * in_bytes;
    const std::int64_t f = frames.first + i;
    bad.repair(in, source->info().type);
    if (observer != nullptr) (*observer)(f, in, shift(f, 0), shift(f, 1));
    if (copy)
      std::memcpy(out + i * out_bytes, in, static_cast<std::size_t>(out_bytes));
    else
      odd[static_cast<std::size_t>(i)] = frame(in, out + i * out_bytes, shift(f, 0), shift(f, 1), sums);
  });
  for (std::int64_t i = 0; i < frames.size(); ++i)
    if (odd[static_cast<std::size_t>(i)] != 0)
      report(frames.first + i, raw.data() + i * in_bytes, shift(frames.first + i, 0), shift(frames.first + i, 1));
}

void TransformedFrames::read(Range frames, std::span<std::byte> out) const { read(frames, out, Observer{}); }

void TransformedFrames::read(Range frames, std::span<std::byte> out, const Observer& observer) const {
  const Kernel& k = *kernel_;
  const std::int64_t out_bytes = info_.frame_bytes();
  // Blocks small enough to stay in the caches, but whole grains of the source, so that no stored chunk is decoded twice.
  const std::int64_t threads = Kokkos::is_initialized() ? host_threads() : 1;
  const std::int64_t fitting = std::max<std::int64_t>(threads, threads * (1 << 20) / k.source->info().frame_bytes());
  const std::int64_t grain = k.source->grain(), block = ceil_div(fitting, grain) * grain;
  for (std::int64_t first = frames.first; first < frames.last;) {
    const std::int64_t last = std::min(frames.last, first / block * block + block);
    // Runs of frames that are not left out.
    std::int64_t at = first;
    const auto until = [&](std::int64_t end) {
      if (end > at) k.block({at, end}, out.data() + (at - frames.first) * out_bytes, observer ? &observer : nullptr);
    };
    for (const Range hole : k.transform.left_out) {
      const Range h = intersect(hole, {at, last});
      if (h.empty()) continue;
      until(h.first);
      std::memset(out.data() + (h.first - frames.first) * out_bytes, 0, static_cast<std::size_t>(h.size() * out_bytes));
      at = h.last;
    }
    until(last);
    first = last;
  }
}

}  // namespace ronchi
