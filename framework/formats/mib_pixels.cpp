// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <bit>
#include <cstring>
#include <vector>

#include "framework/formats/binary_file.hpp"
#include "framework/formats/mib_header.hpp"

/// The pixel orders of Merlin frames. RAW (R64) frames are written as the chips shift them out: in words of 64 bits, the
/// first pixel in the least significant bits of a big-endian word.
namespace ronchi::formats::mib {

namespace {

constexpr std::int64_t word = 8;  // bytes

/// 64 pixels in a word, the lowest bit first.
void unpack_1(const std::byte* in, std::int64_t pixels, std::uint8_t* out) {
  for (std::int64_t w = 0; w < pixels / 64; ++w)
    for (int byte = 0; byte < word; ++byte) {
      const auto bits = std::to_integer<unsigned>(in[w * word + (word - 1 - byte)]);
      for (int i = 0; i < 8; ++i) *out++ = static_cast<std::uint8_t>(bits >> i & 1u);
    }
}

void unpack_6(const std::byte* in, std::int64_t pixels, std::uint8_t* out) {
  for (std::int64_t p = 0; p < pixels; ++p) out[p] = std::to_integer<std::uint8_t>(in[p / word * word + (word - 1 - p % word)]);
}

/// Four big-endian 16-bit numbers in a word, the last one first.
void unpack_12(const std::byte* in, std::int64_t pixels, std::uint16_t* out) {
  for (std::int64_t p = 0; p < pixels; ++p) {
    const std::byte* at = in + p / 4 * word + (3 - p % 4) * 2;
    out[p] = static_cast<std::uint16_t>(std::to_integer<unsigned>(at[0]) << 8 | std::to_integer<unsigned>(at[1]));
  }
}

/// A quad's raw image has the four chips side by side, [4 | 3 | 2 | 1]. The pattern has 1 and 2 above, 3 and 4 below,
/// where the lower chips are turned by 180 degrees.
template <class T>
void place_quad(const T* raw, std::int64_t side, T* out) {
  for (std::int64_t y = 0; y < side; ++y) {
    const T* line = raw + y * 4 * side;
    T* top = out + y * 2 * side;
    std::memcpy(top, line + 3 * side, static_cast<std::size_t>(side) * sizeof(T));
    std::memcpy(top + side, line + 2 * side, static_cast<std::size_t>(side) * sizeof(T));
    T* bottom = out + (2 * side - 1 - y) * 2 * side;
    for (std::int64_t x = 0; x < side; ++x) {
      bottom[x] = line[2 * side - 1 - x];
      bottom[side + x] = line[side - 1 - x];
    }
  }
}

template <class T>
void decode_raw(const Header& h, const std::byte* stored, T* out, void (*unpack)(const std::byte*, std::int64_t, T*)) {
  if (!h.quad()) return unpack(stored, h.pixels(), out);
  std::vector<T> raw(static_cast<std::size_t>(h.pixels()));
  unpack(stored, h.pixels(), raw.data());
  place_quad(raw.data(), h.height, out);
}

}  // namespace

void decode(const Header& h, const std::byte* stored, std::byte* out) {
  if (!h.raw) {
    const auto bytes = static_cast<std::size_t>(h.stored_bytes());
    std::memcpy(out, stored, bytes);
    if constexpr (std::endian::native == std::endian::little) swap_bytes({out, bytes}, size_of(h.type()));
  } else if (h.depth == 1) {
    decode_raw(h, stored, reinterpret_cast<std::uint8_t*>(out), unpack_1);
  } else if (h.depth == 6) {
    decode_raw(h, stored, reinterpret_cast<std::uint8_t*>(out), unpack_6);
  } else if (h.depth == 12) {
    decode_raw(h, stored, reinterpret_cast<std::uint16_t*>(out), unpack_12);
  } else {  // two 12-bit images, the high bits first
    const auto n = static_cast<std::size_t>(h.pixels());
    std::vector<std::uint16_t> high(n), low(n);
    unpack_12(stored, h.pixels(), high.data());
    unpack_12(stored + 2 * n, h.pixels(), low.data());
    auto* values = reinterpret_cast<std::uint32_t*>(out);
    for (std::size_t i = 0; i < n; ++i) values[i] = (std::uint32_t{high[i]} << 12) + low[i];
  }
}

}  // namespace ronchi::formats::mib
