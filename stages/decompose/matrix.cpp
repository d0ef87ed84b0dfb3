// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/matrix.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/comm/exact_sum.hpp"
#include "framework/data/parallel.hpp"
#include "stages/decompose/integer_kernels.hpp"

namespace ronchi::decompose {

namespace {

constexpr std::size_t alignment = 64;
constexpr std::int64_t piece_bytes = 8 << 20;

Element element_of(Scalar type) { return type == Scalar::u8 ? Element::u8 : type == Scalar::u16 ? Element::u16 : Element::f32; }

/// One frame into one row: the pixels of `runs`. False if one of them is negative or no finite number.
template <class From, class To>
bool pack_row(const From* frame, std::span<const Range> runs, To* row) {
  bool good = true;
  for (const Range run : runs) {
    if constexpr (std::is_same_v<From, To> && std::is_integral_v<From>) {
      row = std::copy(frame + run.first, frame + run.last, row);
      continue;
    }
    for (std::int64_t p = run.first; p < run.last; ++p) {
      if constexpr (std::is_floating_point_v<From>) good = good && std::isfinite(frame[p]);
      if constexpr (std::is_signed_v<From>) good = good && !(frame[p] < 0);
      *row++ = static_cast<To>(frame[p]);
    }
  }
  return good;
}

/// Says what is wrong with a frame that pack_row did not like.
template <class From>
[[noreturn]] void refuse(const From* frame, std::span<const std::int64_t> pixels, std::int64_t number) {
  for (const std::int64_t p : pixels) {
    const auto value = static_cast<double>(frame[p]);
    if (!std::isfinite(value))
      fail(Fault::numeric, "mask it (navigation_mask, or the pixel in the detector mask), or repair the data",
           "frame {} has the value {} at pixel {}; a decomposition needs finite numbers", number, value, p);
    if (value < 0)
      fail(Fault::numeric, "decompose counts, before a background or dark reference is subtracted",
           "frame {} has the value {} at pixel {}; a non-negative factorisation needs values of at least 0", number, value, p);
  }
  fail(Fault::internal, "report this", "frame {} was refused for no reason", number);
}

}  // namespace

void Matrix::Free::operator()(std::byte* p) const { std::free(p); }  // NOLINT(cppcoreguidelines-no-malloc)

Matrix::Matrix(const FrameSource& source, Masks masks, const Communicator& comm, std::int64_t window)
    : comm_(&comm), source_(&source), masks_(std::move(masks)) {
  const FrameInfo& info = source.info();
  frames_ = info.frames();
  pixels_ = info.pixels();
  element_ = element_of(info.type);
  const auto check = [](const std::vector<std::uint8_t>& mask, std::int64_t size, const char* what) {
    if (!mask.empty() && static_cast<std::int64_t>(mask.size()) != size)
      fail(Fault::usage, "make the mask of the shape of the data", "the {} mask has {} values, the data have {}", what, mask.size(),
           size);
  };
  check(masks_.navigation, frames_, "navigation");
  check(masks_.signal, pixels_, "signal");
  for (std::int64_t p = 0; p < pixels_; ++p) {
    if (!masks_.signal.empty() && masks_.signal[static_cast<std::size_t>(p)] != 0) continue;
    if (!runs_.empty() && runs_.back().last == p)
      ++runs_.back().last;
    else
      runs_.push_back({p, p + 1});
    pixel_of_column_.push_back(p);
  }
  shape(static_cast<std::int64_t>(pixel_of_column_.size()));

  my_frames_ = slab(frames_, comm.size(), comm.rank(), ExactSum::block);
  block_first_.push_back(0);
  for (std::int64_t f = my_frames_.first; f < my_frames_.last; ++f) {
    if (masks_.navigation.empty() || masks_.navigation[static_cast<std::size_t>(f)] == 0) frame_of_row_.push_back(f);
    if ((f + 1) % ExactSum::block == 0 || f + 1 == my_frames_.last) block_first_.push_back(my_rows());
  }
  rows_ = comm.sum(my_rows());
  if (rows_ == 0)
    fail(Fault::usage, "loosen the navigation mask", "all {} frames are masked: nothing is left to decompose", frames_);
  if (columns_ == 0)
    fail(Fault::usage, "loosen the detector mask", "all {} pixels are masked: nothing is left to decompose", pixels_);
  const std::int64_t block_bytes = ExactSum::block * stride_ * static_cast<std::int64_t>(element_size());
  if (window > 0) {
    window_blocks_ = std::max<std::int64_t>(1, window / block_bytes);
    return;
  }
  together(comm, [&] {
    allocate(my_rows());
    fill({0, my_rows()});
    piece_ = {};
  });
  readings_ = 1;
}

Matrix Matrix::of_rows(const Matrix& like, std::span<const float> values, std::int64_t columns) {
  Matrix x;
  x.comm_ = like.comm_;
  x.masks_.navigation = like.masks_.navigation;
  x.frames_ = like.frames_;
  x.pixels_ = columns;
  x.rows_ = like.rows_;
  x.element_ = Element::f32;
  x.my_frames_ = like.my_frames_;
  x.frame_of_row_ = like.frame_of_row_;
  x.block_first_ = like.block_first_;
  for (std::int64_t j = 0; j < columns; ++j) x.pixel_of_column_.push_back(j);
  x.shape(columns);
  together(*x.comm_, [&] {
    x.allocate(x.my_rows());
    for (std::int64_t r = 0; r < x.my_rows(); ++r) {
      auto* row = reinterpret_cast<float*>(x.data_.get()) + r * x.stride_;
      std::fill(std::copy_n(values.begin() + r * columns, columns, row), row + x.stride_, 0.f);
    }
  });
  x.held_ = {0, x.my_rows()};
  return x;
}

void Matrix::shape(std::int64_t columns) {
  columns_ = columns;
  const std::int64_t step = element_ == Element::f32 ? lanes : chunk;
  padded_ = ceil_div(columns_, step) * step;
  // Rows a multiple of a memory page apart would all fall into the same few lines of the first-level cache.
  stride_ = padded_;
  if (stride_ * static_cast<std::int64_t>(element_size()) % 1024 == 0) stride_ += 64 / static_cast<std::int64_t>(element_size());
}

void Matrix::allocate(std::int64_t rows) const {
  // Integer kernels read up to a whole chunk of rows, whatever stands there.
  const std::size_t wanted = static_cast<std::size_t>(rows * stride_) * element_size(),
                    slack = static_cast<std::size_t>(chunk * stride_) * element_size(),
                    bytes = (wanted + slack + alignment) / alignment * alignment;
  data_.reset(static_cast<std::byte*>(std::aligned_alloc(alignment, bytes)));
  if (!data_)
    fail(Fault::no_space, "set `memory:` in the job, use more nodes, bin the data, or mask pixels",
         "no memory for {} of data on rank {}", human_bytes(static_cast<double>(bytes)), comm_->rank());
  std::fill_n(data_.get() + wanted, bytes - wanted, std::byte{0});
}

void Matrix::fill(Range rows) const {
  held_ = rows;
  if (rows.empty()) return;
  const std::int64_t frame_bytes = source_->info().frame_bytes(), grain = std::max<std::int64_t>(1, source_->grain());
  const std::int64_t piece = grain * std::max<std::int64_t>(1, piece_bytes / std::max<std::int64_t>(1, frame_bytes * grain));
  std::int64_t row = rows.first;
  const std::int64_t end = frame_of_row(rows.last - 1) + 1;
  for (std::int64_t first = frame_of_row(rows.first); first < end;) {
    const Range frames{first, std::min(end, (first / piece + 1) * piece)};
    first = frames.last;
    const std::int64_t row_end =
        std::lower_bound(frame_of_row_.begin() + row, frame_of_row_.begin() + rows.last, frames.last) - frame_of_row_.begin();
    if (row == row_end) continue;
    piece_.resize(static_cast<std::size_t>(frames.size() * frame_bytes));
    source_->read(frames, piece_);
    pack({row, row_end}, frames, piece_.data());
    row = row_end;
  }
}

void Matrix::pack(Range rows, Range frames, const std::byte* values) const {
  std::atomic<std::int64_t> bad{rows.last};
  const auto frame = [&](std::int64_t r) { return values + (frame_of_row(r) - frames.first) * source_->info().frame_bytes(); };
  visit_scalar(source_->info().type, [&](auto from) {
    using From = decltype(from);
    using To = std::conditional_t<std::is_same_v<From, std::uint8_t> || std::is_same_v<From, std::uint16_t>, From, float>;
    parallel_host("ronchi/nmf/pack", rows.size(), [&](std::int64_t i) {
      const std::int64_t r = rows.first + i;
      To* out = reinterpret_cast<To*>(data_.get()) + (r - held_.first) * stride_;
      if (!pack_row(reinterpret_cast<const From*>(frame(r)), runs_, out))
        for (std::int64_t seen = bad; r < seen && !bad.compare_exchange_weak(seen, r);) {}
      std::fill(out + columns_, out + stride_, To{0});
    });
    if (bad < rows.last) refuse(reinterpret_cast<const From*>(frame(bad)), pixel_of_column_, frame_of_row(bad));
  });
}

void Matrix::each_window(const std::function<void(Range)>& visit) const {
  if (!streams()) return visit({0, my_blocks()});
  ++readings_;
  together(*comm_, [&] {
    for (std::int64_t b = 0; b < my_blocks(); b += window_blocks_) {
      const Range blocks{b, std::min(my_blocks(), b + window_blocks_)}, rows{block_rows(b).first, block_rows(blocks.last - 1).last};
      if (!data_) allocate(std::min(my_rows(), window_blocks_ * ExactSum::block));
      fill(rows);
      visit(blocks);
    }
  });
}

void together(const Communicator& comm, const std::function<void()>& work) {
  std::optional<Error> error;
  try {
    work();
  } catch (const Failure& failure) { error = failure.error(); } catch (const std::exception& e) {
    error = Error{Fault::internal, e.what(), "report this"};
  }
  const std::int64_t first = -comm.max(error ? -static_cast<std::int64_t>(comm.rank()) : -static_cast<std::int64_t>(comm.size()));
  if (first == comm.size()) return;
  const int root = static_cast<int>(first);
  Error shared = error.value_or(Error{});
  shared.fault = comm.broadcast_value(shared.fault, root);
  shared.message = comm.broadcast(shared.message, root);
  shared.advice = comm.broadcast(shared.advice, root);
  throw Failure(shared);
}

}  // namespace ronchi::decompose
