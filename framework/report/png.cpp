// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/report/png.hpp"

#include <png.h>

#include "framework/base/error.hpp"

namespace ronchi::report {

namespace {

std::string encode(png_uint_32 format, const void* values, std::size_t size, std::int64_t height, std::int64_t width,
                   std::size_t channels, const void* palette = nullptr, std::size_t entries = 0) {
  if (height < 1 || width < 1 || static_cast<std::size_t>(height * width) * channels != size)
    fail(Fault::internal, "report this", "an image of {} x {} has {} bytes", height, width, size);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(width);
  image.height = static_cast<png_uint_32>(height);
  image.format = format;
  image.colormap_entries = static_cast<png_uint_32>(entries);
  png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(image);
  std::string out(bytes, '\0');
  if (png_image_write_to_memory(&image, out.data(), &bytes, 0, values, 0, palette) == 0)
    fail(Fault::internal, "report this", "a PNG of {} x {} could not be written: {}", height, width, image.message);
  out.resize(bytes);
  return out;
}

}  // namespace

std::string png_grey(std::span<const std::uint8_t> values, std::int64_t height, std::int64_t width) {
  return encode(PNG_FORMAT_GRAY, values.data(), values.size(), height, width, 1);
}

std::string png_palette(std::span<const std::uint8_t> values, std::span<const Rgb> palette, std::int64_t height,
                        std::int64_t width) {
  for (const auto v : values)
    if (v >= palette.size()) fail(Fault::internal, "report this", "a pixel has colour {} of a palette of {}", v, palette.size());
  return encode(PNG_FORMAT_RGB_COLORMAP, values.data(), values.size(), height, width, 1, palette.data(), palette.size());
}

std::string png_rgb(std::span<const Rgb> values, std::int64_t height, std::int64_t width) {
  return encode(PNG_FORMAT_RGB, values.data(), values.size_bytes(), height, width, sizeof(Rgb));
}

}  // namespace ronchi::report
