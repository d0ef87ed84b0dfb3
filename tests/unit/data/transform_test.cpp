// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/data/transform.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "framework/base/random.hpp"
#include "tests/support/frames.hpp"

namespace ronchi {
namespace {

using testing::FakeFrames;

/// The definition, written down pixel by pixel without any thought of speed.
template <class In>
std::vector<double> reference(const std::vector<In>& in, std::int64_t frames, std::int64_t h, std::int64_t w, bool image,
                              const Transform& t) {
  const std::int64_t by = image ? t.bin : 1, bx = t.bin;
  const std::int64_t rows = image ? (t.crop_size[0] ? t.crop_size[0] : h / by - t.crop_first[0]) : 1;
  const std::int64_t columns = t.crop_size[1] ? t.crop_size[1] : w / bx - t.crop_first[1];
  std::vector<double> out;
  for (std::int64_t f = 0; f < frames; ++f) {
    std::vector<double> raw(in.begin() + f * h * w, in.begin() + (f + 1) * h * w);
    const std::vector<double> before = raw;
    for (const auto p : t.bad_pixels) {
      std::vector<double> near;
      for (std::int64_t ring = 1; near.empty(); ++ring)
        for (std::int64_t y = 0; y < h; ++y)
          for (std::int64_t x = 0; x < w; ++x) {
            const auto away = std::max(std::abs(y - p / w), std::abs(x - p % w));
            if (away == ring && std::find(t.bad_pixels.begin(), t.bad_pixels.end(), y * w + x) == t.bad_pixels.end())
              near.push_back(before[static_cast<std::size_t>(y * w + x)]);
          }
      std::sort(near.begin(), near.end());
      const double middle = (near[(near.size() - 1) / 2] + near[near.size() / 2]) / 2;
      raw[static_cast<std::size_t>(p)] =
          std::is_floating_point_v<In> ? static_cast<double>(static_cast<In>(middle)) : std::floor(middle);
    }
    const std::int64_t dy = t.shifts.empty() ? 0 : t.shifts[static_cast<std::size_t>(2 * f)],
                       dx = t.shifts.empty() ? 0 : t.shifts[static_cast<std::size_t>(2 * f + 1)];
    for (std::int64_t r = 0; r < rows; ++r)
      for (std::int64_t c = 0; c < columns; ++c) {
        double sum = 0;
        for (std::int64_t i = 0; i < bx; ++i)
          for (std::int64_t j = 0; j < by; ++j) {
            const std::int64_t y = (r + (image ? t.crop_first[0] : 0)) * by + j - dy, x = (c + t.crop_first[1]) * bx + i - dx;
            if (y >= 0 && y < h && x >= 0 && x < w) sum += raw[static_cast<std::size_t>(y * w + x)];
          }
        const bool masked = !t.mask.empty() && t.mask[static_cast<std::size_t>(r * columns + c)] != 0;
        out.push_back(masked ? 0 : sum);
      }
  }
  return out;
}

template <class In>
void compare_random_cases(std::uint32_t stage, Scalar output) {
  for (std::uint64_t trial = 0; trial < 60; ++trial) {
    Random random(7, stage, trial, 0);
    const auto below = [&](std::int64_t n) { return static_cast<std::int64_t>(random.bits() % static_cast<std::uint32_t>(n)); };
    const bool image = below(4) != 0;
    const std::int64_t h = image ? 5 + below(20) : 1, w = 5 + below(40), frames = 1 + below(9);
    std::vector<In> values(static_cast<std::size_t>(frames * h * w));
    for (auto& v : values)
      v = static_cast<In>(std::is_floating_point_v<In> ? below(1000) * 0.25
                                                       : static_cast<double>(below(output == Scalar::u8 ? 15 : 120)));
    if (std::is_signed_v<In> && output == Scalar::f32)
      for (auto& v : values) v = static_cast<In>(v - 50);
    Transform t;
    t.output = output;
    t.bin = 1 + below(4);
    if (below(2))
      for (std::int64_t p = below(4); p < h * w; p += 1 + below(h * w)) t.bad_pixels.push_back(p);
    if (image && below(3))
      for (std::int64_t f = 0; f < 2 * frames; ++f)
        t.shifts.push_back(static_cast<std::int32_t>(below(13) - 6) * (below(9) == 0 ? 10 : 1));
    const std::int64_t rows = image ? h / t.bin : 1, columns = w / t.bin;
    if (below(2)) {
      if (image) {
        t.crop_first[0] = below(rows);
        t.crop_size[0] = 1 + below(rows - t.crop_first[0]);
      }
      t.crop_first[1] = below(columns);
      t.crop_size[1] = 1 + below(columns - t.crop_first[1]);
    }
    auto source =
        std::make_shared<FakeFrames>(std::vector{frames}, image ? std::vector{h, w} : std::vector{w}, values, 1 + below(4));
    const std::int64_t pixels = t.output_info(source->info()).pixels();
    if (below(2))
      for (std::int64_t p = 0; p < pixels; ++p) t.mask.push_back(below(3) == 0);
    const auto want = reference(values, frames, h, w, image, t);
    const TransformedFrames view(source, t);
    ASSERT_EQ(view.info().pixels() * frames, static_cast<std::int64_t>(want.size()));
    visit_scalar(output, [&](auto o) {
      const auto all = view.read<decltype(o)>({0, frames});
      const Range middle{frames / 3, frames};
      const auto some = view.read<decltype(o)>(middle);
      for (std::size_t i = 0; i < want.size(); ++i)
        ASSERT_EQ(static_cast<double>(all[i]), static_cast<double>(static_cast<decltype(o)>(want[i])))
            << "trial " << trial << " at " << i;
      ASSERT_TRUE(std::equal(some.begin(), some.end(), all.begin() + middle.first * pixels))
          << "a range of frames equals that part of all";
    });
  }
}

TEST(Transform, EqualsItsDefinitionForEveryPairOfTypes) {
  std::uint32_t stage = 0;
  for (const Scalar in : {Scalar::u8, Scalar::u16, Scalar::u32, Scalar::i16, Scalar::i32, Scalar::f32, Scalar::i8, Scalar::u64,
                          Scalar::i64, Scalar::f64})
    for (const Scalar out : {Scalar::u8, Scalar::u16, Scalar::u32, Scalar::f32}) {
      if (!is_integer(in) && out != Scalar::f32) continue;
      SCOPED_TRACE(std::string(name_of(in)) + " -> " + std::string(name_of(out)));
      visit_scalar(in, [&](auto t) { compare_random_cases<decltype(t)>(++stage, out); });
    }
}

std::shared_ptr<FakeFrames> ramp(std::int64_t frames = 3) {
  std::vector<std::uint16_t> values(static_cast<std::size_t>(frames * 8 * 10));
  std::iota(values.begin(), values.end(), std::uint16_t{0});
  return std::make_shared<FakeFrames>(std::vector{frames}, std::vector<std::int64_t>{8, 10}, values);
}

TEST(Transform, NothingToDoGivesTheSameBytes) {
  const auto source = ramp();
  const TransformedFrames view(source, Transform{});
  EXPECT_EQ(view.read<std::uint16_t>({0, 3}), source->read<std::uint16_t>({0, 3}));
  EXPECT_EQ(view.info().signal, source->info().signal);
}

TEST(Transform, ShiftBeyondTheDetectorLeavesZeros) {
  Transform t;
  t.shifts = {8, 0, 0, -10, 1000, -1000};
  const auto values = TransformedFrames(ramp(), t).read<std::uint16_t>({0, 3});
  for (const auto v : values) ASSERT_EQ(v, 0);
}

TEST(Transform, BinningConservesCounts) {
  const auto source = ramp();
  const auto raw = source->read<std::uint16_t>({0, 3});
  Transform t;
  t.bin = 2;  // divides both sides, so no pixel is dropped
  const auto binned = TransformedFrames(source, t).read<std::uint16_t>({0, 3});
  EXPECT_EQ(std::accumulate(binned.begin(), binned.end(), std::int64_t{0}),
            std::accumulate(raw.begin(), raw.end(), std::int64_t{0}));
  EXPECT_EQ(binned.size() * 4, raw.size());
}

std::string failure_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Failure& f) { return f.what(); }
  return "nothing failed";
}

TEST(Transform, AValueThatDoesNotFitSaysWhatToDo) {
  std::vector<std::uint16_t> values(4 * 6 * 6, 1);
  values[2 * 36 + 14] = 256;
  const auto source = std::make_shared<FakeFrames>(std::vector<std::int64_t>{4}, std::vector<std::int64_t>{6, 6}, values);
  Transform t;
  t.output = Scalar::u8;
  const TransformedFrames view(source, t);
  const auto message = failure_of([&] { (void)view.read<std::uint8_t>({0, 4}); });
  EXPECT_NE(message.find("frame 2 has 256 at output pixel (2, 2)"), std::string::npos) << message;
  EXPECT_NE(message.find("output_type: uint16"), std::string::npos) << message;
  EXPECT_EQ(view.read<std::uint8_t>({0, 2}), std::vector<std::uint8_t>(72, 1)) << "frames that fit are read";
  t.mask.assign(36, 0);
  t.mask[14] = 1;
  EXPECT_EQ(TransformedFrames(source, t).read<std::uint8_t>({2, 3})[14], 0) << "a masked pixel may hold anything";
}

TEST(Transform, NegativeValuesDoNotFitUnsignedTypes) {
  const std::vector<std::int16_t> values{1, 2, -1, 4};
  const auto source = std::make_shared<FakeFrames>(std::vector<std::int64_t>{1}, std::vector<std::int64_t>{4}, values);
  for (const Scalar s : {Scalar::u8, Scalar::u16, Scalar::u32}) {
    Transform t;
    t.output = s;
    std::vector<std::byte> out(4 * size_of(s));
    EXPECT_NE(failure_of([&] { TransformedFrames(source, t).read({0, 1}, out); }).find("float32"), std::string::npos);
  }
}

TEST(Transform, NaNIsRefusedUnlessMasked) {
  std::vector<float> values(2 * 9, 1.5F);
  values[9 + 4] = std::numeric_limits<float>::quiet_NaN();
  const auto source = std::make_shared<FakeFrames>(std::vector<std::int64_t>{2}, std::vector<std::int64_t>{3, 3}, values);
  Transform t;
  t.output = Scalar::f32;
  EXPECT_NE(failure_of([&] {
              (void)TransformedFrames(source, t).read<float>({0, 2});
            }).find("frame 1 has the value nan at output pixel (1, 1)"),
            std::string::npos);
  t.mask = {0, 0, 0, 0, 1, 0, 0, 0, 0};
  EXPECT_EQ(TransformedFrames(source, t).read<float>({0, 2})[13], 0.0F);
  t.mask.clear();
  t.bad_pixels = {4};
  EXPECT_EQ(TransformedFrames(source, t).read<float>({0, 2})[13], 1.5F) << "a bad pixel is replaced before it is looked at";
}

TEST(Transform, FramesLeftOutAreZeroAndNeverRead) {
  const auto source = ramp(6);
  source->broken = {2, 4};
  Transform t;
  t.left_out = {{2, 3}, {3, 4}};
  const auto values = TransformedFrames(source, t).read<std::uint16_t>({0, 6});
  const auto first = source->read<std::uint16_t>({0, 2}), last = source->read<std::uint16_t>({4, 6});
  EXPECT_TRUE(std::equal(first.begin(), first.end(), values.begin()));
  EXPECT_TRUE(std::equal(last.begin(), last.end(), values.begin() + 4 * 80));
  for (std::size_t i = 2 * 80; i < 4 * 80; ++i) ASSERT_EQ(values[i], 0);
}

TEST(Transform, AxesKeepTheirCalibration) {
  const auto source = ramp();
  source->change().signal = {{"ky", "1/A", 0.01, -0.04, 8}, {"kx", "1/A", 0.02, -0.1, 10}};
  Transform t;
  t.bin = 2;
  t.crop_first[0] = 1;
  t.crop_size[0] = 2;
  t.crop_first[1] = 2;
  const auto info = t.output_info(source->info());
  // Position of binned pixel C is the mean of its raw pixels' positions: o + s (2 C + 1/2).
  EXPECT_DOUBLE_EQ(info.signal[0].offset, -0.04 + 0.01 * (2 * 1 + 0.5));
  EXPECT_DOUBLE_EQ(info.signal[0].scale, 0.02);
  EXPECT_EQ(info.signal[0].size, 2);
  EXPECT_DOUBLE_EQ(info.signal[1].offset, -0.1 + 0.02 * (2 * 2 + 0.5));
  EXPECT_EQ(info.signal[1].size, 3);
  EXPECT_EQ(info.signal[1].units, "1/A");
  t.beam = {4.0, 5.0};
  const auto centred = t.output_info(source->info());
  // Raw row 4 is the zero of ky: binned row C of the crop lies at 2 (C + 1) + 1/2 - 4 raw rows from it.
  for (std::int64_t c = 0; c < 2; ++c)
    EXPECT_NEAR(centred.signal[0].offset + centred.signal[0].scale * static_cast<double>(c),
                0.01 * (2.0 * static_cast<double>(c + 1) + 0.5 - 4.0), 1e-15);
}

TEST(Transform, SavedAndLoadedIsTheSame) {
  Transform t;
  t.bad_pixels = {3, 17};
  t.shifts = {1, -2, 0, 5};
  t.bin = 2;
  t.crop_first[1] = 1;
  t.crop_size[0] = 3;
  t.mask = {0, 1, 1};
  t.output = Scalar::u8;
  t.beam = {127.5, 126.25};
  t.left_out = {{4, 8}};
  auto file = h5::File::in_memory();
  t.save(file.make_group("transform"));
  const auto u = Transform::load(file.group("transform"));
  EXPECT_EQ(u.bad_pixels, t.bad_pixels);
  EXPECT_EQ(u.shifts, t.shifts);
  EXPECT_EQ(u.bin, t.bin);
  EXPECT_EQ(u.crop_first[1], 1);
  EXPECT_EQ(u.crop_size[0], 3);
  EXPECT_EQ(u.mask, t.mask);
  EXPECT_EQ(u.output, t.output);
  EXPECT_EQ(u.beam, t.beam);
  EXPECT_EQ(u.left_out, t.left_out);
}

TEST(Transform, WhatDoesNotSuitIsRefused) {
  const auto info = ramp()->info();
  Transform t;
  t.mask.assign(5, 0);
  EXPECT_THROW((void)t.output_info(info), Failure);
  t = {};
  t.shifts = {1, 1};
  EXPECT_THROW((void)t.output_info(info), Failure);
  t = {};
  t.bin = 9;
  EXPECT_THROW((void)t.output_info(info), Failure) << "not one binned pixel is left";
  t = {};
  t.output = Scalar::i16;
  EXPECT_THROW((void)t.output_info(info), Failure);
  FrameInfo floats = info;
  floats.type = Scalar::f32;
  EXPECT_THROW((void)Transform{}.output_info(floats), Failure);
}

}  // namespace
}  // namespace ronchi
