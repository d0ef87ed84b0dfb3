// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/ingest/ingest_pass.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/error.hpp"
#include "framework/data/parallel.hpp"

namespace ronchi::ingest {

IngestPass::IngestPass(std::shared_ptr<const FrameSource> source, Transform transform, std::vector<VirtualDetector> detectors,
                       Range lines, double scale, double bound, std::int64_t memory)
    : source_(std::move(source)),
      view_(std::make_unique<TransformedFrames>(source_, std::move(transform))),
      detectors_(std::move(detectors)),
      scale_(scale),
      bound_(bound),
      reader_(
          view_->info(), source_->grain(), lines, [this](Range frames, std::span<std::byte> out) { read(frames, out); }, memory) {
  sum.assign(static_cast<std::size_t>(view_->info().pixels()), 0);
  maximum.assign(sum.size(), 0);
}

void IngestPass::read(Range frames, std::span<std::byte> out) {
  loaded_ = frames;
  virtual_.assign(static_cast<std::size_t>(frames.size()) * detectors_.size(), 0);
  const FrameInfo& raw = source_->info();
  const std::int64_t h = raw.signal.size() == 2 ? raw.signal[0].size : 1, w = raw.signal.back().size;
  view_->read(frames, out, [&](std::int64_t frame, const std::byte* corrected, std::int32_t dy, std::int32_t dx) {
    double* row = virtual_.data() + static_cast<std::size_t>(frame - frames.first) * detectors_.size();
    visit_scalar(raw.type, [&](auto t) {
      for (std::size_t d = 0; d < detectors_.size(); ++d)
        row[d] = sum_under(detectors_[d], reinterpret_cast<const decltype(t)*>(corrected), h, w, dy, dx);
    });
  });
}

IngestPass::Line IngestPass::line(std::int64_t number) {
  Line line;
  line.frames = reader_.line(number);
  const std::int64_t length = line_length(view_->info());
  const auto first = static_cast<std::size_t>(number * length - loaded_.first);
  line.images.assign(detectors_.size(), std::vector<double>(static_cast<std::size_t>(length)));
  for (std::size_t d = 0; d < detectors_.size(); ++d)
    for (std::size_t f = 0; f < static_cast<std::size_t>(length); ++f) {
      const double v = virtual_[(first + f) * detectors_.size() + d];
      if (!std::isfinite(v))
        fail(Fault::numeric, "repair the file, or list the pixel under the survey's bad_pixels if it is broken in every frame",
             "frame {} has a value that is not finite under the virtual detector {}",
             number * length + static_cast<std::int64_t>(f), detectors_[d].name);
      line.images[d][f] = v;
    }
  visit_scalar(view_->info().type,
               [&](auto t) { accumulate(reinterpret_cast<const decltype(t)*>(line.frames.data()), length, line.total); });
  return line;
}

template <class T>
void IngestPass::accumulate(const T* values, std::int64_t count, std::vector<double>& total) {
  const std::int64_t pixels = view_->info().pixels();
  total.assign(static_cast<std::size_t>(count), 0);
  const auto units = [&](auto v) -> std::int64_t {
    if constexpr (std::is_integral_v<T>)
      return static_cast<std::int64_t>(v);
    else
      return std::llrint(static_cast<double>(v) * scale_);
  };
  std::vector<std::uint8_t> beyond(static_cast<std::size_t>(count), 0);
  parallel_host("ronchi/ingest/totals", count, [&](std::int64_t f) {
    std::conditional_t<std::is_integral_v<T>, std::int64_t, double> sum_of_frame = 0;
    const T* v = values + f * pixels;
    for (std::int64_t p = 0; p < pixels; ++p) sum_of_frame += v[p];
    total[static_cast<std::size_t>(f)] = static_cast<double>(sum_of_frame);
    if constexpr (!std::is_integral_v<T>)
      for (std::int64_t p = 0; p < pixels; ++p)
        if (bound_ > 0 && std::abs(static_cast<double>(v[p])) > bound_) beyond[static_cast<std::size_t>(f)] = 1;
  });
  if (const auto bad = std::find(beyond.begin(), beyond.end(), 1); bad != beyond.end())
    fail(Fault::bad_item, "survey all lines (survey.sample), or repair the file",
         "frame {} of the line has a value over 1000 times all that the survey saw", bad - beyond.begin());
  constexpr std::int64_t chunk = 4096;
  parallel_host("ronchi/ingest/sums", ceil_div(pixels, chunk), [&](std::int64_t c) {
    const std::int64_t first = c * chunk, size = std::min(chunk, pixels - first);
    if constexpr (std::is_integral_v<T> && sizeof(T) <= 2) {
      // 65536 frames of 16 bits fit into 32 bits: narrow sums, many to a vector register.
      std::uint32_t narrow[chunk];
      T high[chunk];
      std::fill_n(high, size, T{0});
      for (std::int64_t f0 = 0; f0 < count; f0 += 65536) {
        std::fill_n(narrow, size, 0U);
        for (std::int64_t f = f0; f < std::min(count, f0 + 65536); ++f) {
          const T* __restrict v = values + f * pixels + first;
          for (std::int64_t p = 0; p < size; ++p) {
            narrow[p] += v[p];
            high[p] = std::max(high[p], v[p]);
          }
        }
        for (std::int64_t p = 0; p < size; ++p) sum[static_cast<std::size_t>(first + p)] += narrow[p];
      }
      for (std::int64_t p = 0; p < size; ++p)
        maximum[static_cast<std::size_t>(first + p)] =
            std::max<std::int64_t>(maximum[static_cast<std::size_t>(first + p)], high[p]);
    } else {
      for (std::int64_t f = 0; f < count; ++f)
        for (std::int64_t p = 0; p < size; ++p) {
          const std::int64_t v = units(values[f * pixels + first + p]);
          sum[static_cast<std::size_t>(first + p)] += v;
          maximum[static_cast<std::size_t>(first + p)] = std::max(maximum[static_cast<std::size_t>(first + p)], v);
        }
    }
  });
}

}  // namespace ronchi::ingest
