// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/matrix.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/comm/exact_sum.hpp"
#include "stages/decompose/integer_kernels.hpp"

namespace ronchi::decompose {

namespace {

constexpr std::size_t alignment = 64;
constexpr std::int64_t piece_bytes = 8 << 20;

Element element_of(Scalar type) { return type == Scalar::u8 ? Element::u8 : type == Scalar::u16 ? Element::u16 : Element::f32; }

/// One frame into one row: the columns' pixels, checked.
template <class From, class To>
void pack(const From* frame, std::span<const std::int64_t> pixels, std::int64_t number, To* row) {
  for (std::size_t j = 0; j < pixels.size(); ++j) {
    const From value = frame[pixels[j]];
    if constexpr (std::is_floating_point_v<From>) {
      if (!std::isfinite(value))
        fail(Fault::numeric, "mask it (navigation_mask, or the pixel in the detector mask), or repair the data",
             "frame {} has the value {} at pixel {}; a decomposition needs finite numbers", number, static_cast<double>(value),
             pixels[j]);
    }
    if constexpr (std::is_signed_v<From>) {
      if (value < 0)
        fail(Fault::numeric, "decompose counts, before a background or dark reference is subtracted",
             "frame {} has the value {} at pixel {}; a non-negative factorisation needs values of at least 0", number,
             static_cast<double>(value), pixels[j]);
    }
    row[j] = static_cast<To>(value);
  }
}

}  // namespace

void Matrix::Free::operator()(std::byte* p) const { std::free(p); }  // NOLINT(cppcoreguidelines-no-malloc)

Matrix::Matrix(const FrameSource& source, Masks masks, const Communicator& comm) : comm_(&comm), masks_(std::move(masks)) {
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
  for (std::int64_t p = 0; p < pixels_; ++p)
    if (masks_.signal.empty() || masks_.signal[static_cast<std::size_t>(p)] == 0) pixel_of_column_.push_back(p);
  columns_ = static_cast<std::int64_t>(pixel_of_column_.size());
  const std::int64_t step = element_ == Element::f32 ? lanes : chunk;
  padded_ = ceil_div(columns_, step) * step;
  // Rows a multiple of a memory page apart would all fall into the same few lines of the first-level cache.
  stride_ = padded_;
  if (stride_ * static_cast<std::int64_t>(element_size()) % 1024 == 0) stride_ += 64 / static_cast<std::int64_t>(element_size());

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
  together(comm, [&] { fill(source); });
}

void Matrix::fill(const FrameSource& source) {
  // Integer kernels read up to a whole chunk of rows, whatever stands there.
  const std::size_t slack = static_cast<std::size_t>(chunk * stride_) * element_size(),
                    bytes = (static_cast<std::size_t>(my_bytes()) + slack + alignment) / alignment * alignment;
  data_.reset(static_cast<std::byte*>(std::aligned_alloc(alignment, bytes)));
  if (!data_)
    fail(Fault::no_space, "use more nodes, bin the data, or mask pixels", "no memory for {} of data on rank {}",
         human_bytes(static_cast<double>(bytes)), comm_->rank());
  std::fill_n(data_.get() + my_bytes(), bytes - static_cast<std::size_t>(my_bytes()), std::byte{0});
  const std::int64_t frame_bytes = source.info().frame_bytes();
  const std::int64_t grain = std::max<std::int64_t>(1, source.grain());
  const std::int64_t piece = grain * std::max<std::int64_t>(1, piece_bytes / std::max<std::int64_t>(1, frame_bytes * grain));
  std::vector<std::byte> buffer;
  std::int64_t row = 0;
  for (std::int64_t first = my_frames_.first; first < my_frames_.last;) {
    const Range frames{first, std::min(my_frames_.last, (first / piece + 1) * piece)};
    first = frames.last;
    const std::int64_t row_end =
        std::lower_bound(frame_of_row_.begin() + row, frame_of_row_.end(), frames.last) - frame_of_row_.begin();
    if (row == row_end) continue;
    buffer.resize(static_cast<std::size_t>(frames.size() * frame_bytes));
    source.read(frames, buffer);
    for (; row < row_end; ++row) {
      const std::int64_t number = frame_of_row(row);
      const std::byte* frame = buffer.data() + (number - frames.first) * frame_bytes;
      std::byte* out = data_.get() + static_cast<std::size_t>(row * stride_) * element_size();
      visit_scalar(source.info().type, [&](auto from) {
        using From = decltype(from);
        const auto to = [&]<class To>(To) {
          To* values = reinterpret_cast<To*>(out);
          pack(reinterpret_cast<const From*>(frame), pixel_of_column_, number, values);
          std::fill(values + columns_, values + stride_, To{0});
        };
        if constexpr (std::is_same_v<From, std::uint8_t> || std::is_same_v<From, std::uint16_t>)
          to(From{});
        else
          to(float{});
      });
    }
  }
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
