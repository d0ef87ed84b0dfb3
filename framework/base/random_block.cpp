// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/base/random_block.hpp"

#include <Random123/philox.h>

#include <algorithm>
#include <array>

#include "framework/base/error.hpp"
#include "framework/base/poisson.hpp"

namespace ronchi {

namespace {

constexpr std::uint64_t group = random_group;
constexpr std::size_t stretch = 1024;  // words at a time: they stay in the first cache

/// Calls make(words, start, count) for stretches of whole groups that cover first ... first + size; `start` is where the stretch
/// lies relative to `first`, and may be negative.
template <class Make>
void for_stretches(const RandomKernels& kernels, const PhiloxAddress& address, std::uint64_t first, std::size_t size,
                   const Make& make) {
  std::array<std::uint32_t, stretch> words;
  const std::uint64_t end = first + size;
  if ((end + group - 1) / group > std::uint64_t{1} << 28)
    fail(Fault::internal, "", "random numbers up to index {} of one address, it has 2^34", end);
  for (std::uint64_t start = first / group * group; start < end; start += stretch) {
    const std::uint64_t count = std::min<std::uint64_t>(stretch, (end - start + group - 1) / group * group);
    kernels.bits(address, static_cast<std::uint32_t>(start / group), static_cast<long>(count / group), words.data());
    make(words.data(), static_cast<std::int64_t>(start) - static_cast<std::int64_t>(first), static_cast<long>(count));
  }
}

/// The part of a stretch that was asked for goes to `out`.
template <class T>
void keep(const T* values, std::int64_t start, long count, std::span<T> out) {
  const std::int64_t from = std::max<std::int64_t>(start, 0), to = std::min<std::int64_t>(start + count, std::ssize(out));
  std::copy(values + (from - start), values + (to - start), out.begin() + from);
}

}  // namespace

KernelList<RandomKernels> available_random_kernels() {
  return kernels_for_this_processor(&detail::portable_random, RONCHI_X86_KERNEL(detail::avx2_random),
                                    RONCHI_X86_KERNEL(detail::avx512_random));
}

RandomBlock::RandomBlock(std::uint64_t seed, std::uint32_t stage, std::uint64_t item, std::uint32_t use)
    : address_{{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32) ^ (stage * 0x9E3779B9u)},
               {use, static_cast<std::uint32_t>(item), static_cast<std::uint32_t>(item >> 32)}},
      kernels_(available_random_kernels().sets[0]) {}

void RandomBlock::bits(std::uint64_t first, std::span<std::uint32_t> out) const {
  for_stretches(*kernels_, address_, first, out.size(),
                [&](const std::uint32_t* words, std::int64_t start, long count) { keep(words, start, count, out); });
}

void RandomBlock::uniform(std::uint64_t first, std::span<float> out) const {
  std::array<float, stretch> values;
  for_stretches(*kernels_, address_, first, out.size(), [&](const std::uint32_t* words, std::int64_t start, long count) {
    kernels_->uniform(words, count, values.data());
    keep(values.data(), start, count, out);
  });
}

void RandomBlock::normal(std::uint64_t first, std::span<float> out) const {
  std::array<float, stretch> values;
  for_stretches(*kernels_, address_, first, out.size(), [&](const std::uint32_t* words, std::int64_t start, long count) {
    kernels_->normal(words, count, values.data());
    keep(values.data(), start, count, out);
  });
}

void RandomBlock::poisson(std::uint64_t first, std::span<const float> means, std::span<float> out) const {
  if (means.size() != out.size()) fail(Fault::internal, "", "{} Poisson numbers with {} means", out.size(), means.size());
  std::array<float, stretch> mean, values;
  std::array<int, stretch> doubtful;
  for_stretches(*kernels_, address_, first, out.size(), [&](const std::uint32_t* words, std::int64_t start, long count) {
    const std::int64_t from = std::max<std::int64_t>(start, 0), to = std::min<std::int64_t>(start + count, std::ssize(out));
    mean.fill(0);
    std::copy(means.begin() + from, means.begin() + to, mean.begin() + (from - start));
    const long doubts = kernels_->poisson(words, mean.data(), count, values.data(), doubtful.data());
    for (long d = 0; d < doubts; ++d) {
      const auto i = static_cast<std::size_t>(doubtful[static_cast<std::size_t>(d)]);
      if (mean[i] > 1e12f) fail(Fault::numeric, "Look for what made the mean so large.", "a Poisson number of mean {}", mean[i]);
      const std::uint64_t index = first + static_cast<std::uint64_t>(start + static_cast<std::int64_t>(i));
      const std::uint64_t u = static_cast<std::uint64_t>(words[i]) << 32 | second_word(index);
      const double lower = (static_cast<double>(u) + 0.5) * 0x1p-64, upper = (static_cast<double>(~u) + 0.5) * 0x1p-64;
      values[i] = static_cast<float>(poisson_quantile(lower, upper, mean[i]));
    }
    keep(values.data(), start, count, out);
  });
}

std::uint32_t RandomBlock::second_word(std::uint64_t index) const {
  const auto block = static_cast<std::uint32_t>(index / group * 16 + index % 16);
  const r123::Philox4x32::ctr_type counter = {{block, address_.counter[0] | 0x80000000u, address_.counter[1], address_.counter[2]}};
  const r123::Philox4x32::key_type key = {{address_.key[0], address_.key[1]}};
  return r123::Philox4x32()(counter, key)[index / 16 % 4];
}

}  // namespace ronchi
