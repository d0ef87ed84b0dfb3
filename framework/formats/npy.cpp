// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/formats/binary_file.hpp"
#include "framework/formats/reader.hpp"

/// NumPy's .npy, versions 1 to 3: "\x93NUMPY", version, length of a Python dictionary in text, the dictionary, the array
/// (numpy.lib.format).
namespace ronchi::formats {

namespace {

constexpr std::string_view magic = "\x93NUMPY";

[[noreturn]] void damaged(const std::filesystem::path& path, const std::string& what) {
  fail(Fault::corrupt, "save it again with numpy.save, or copy it again", "{}: {}", path.string(), what);
}

/// The text after 'key': in the dictionary.
std::string_view value_of(std::string_view dictionary, std::string_view key, const std::filesystem::path& path) {
  const std::string quoted = "'" + std::string(key) + "'";
  auto at = dictionary.find(quoted);
  if (at == std::string_view::npos) damaged(path, "its header does not say " + std::string(key));
  at = dictionary.find_first_not_of(" :", at + quoted.size());
  return at == std::string_view::npos ? std::string_view() : dictionary.substr(at);
}

struct Number {
  Scalar type;
  bool big_endian;
};

Number number_of(std::string_view descr, const std::filesystem::path& path) {
  const auto end = descr.size() > 1 ? descr.find(descr[0], 1) : std::string_view::npos;
  if (descr.empty() || (descr[0] != '\'' && descr[0] != '"') || end == std::string_view::npos)
    fail(Fault::unsupported, "save one array of plain numbers", "{} holds records, not plain numbers", path.string());
  const std::string name(descr.substr(1, end - 1));
  static constexpr std::pair<const char*, Scalar> codes[] = {
      {"u1", Scalar::u8},  {"u2", Scalar::u16}, {"u4", Scalar::u32}, {"u8", Scalar::u64}, {"i1", Scalar::i8}, {"i2", Scalar::i16},
      {"i4", Scalar::i32}, {"i8", Scalar::i64}, {"f4", Scalar::f32}, {"f8", Scalar::f64}, {"b1", Scalar::u8}};
  if (name.size() == 3 && std::strchr("<>|=", name[0]) != nullptr)
    for (const auto& [code, type] : codes)
      if (name.substr(1) == code) return {type, name[0] == '>'};
  fail(Fault::unsupported, "convert it with .astype to integers or 32/64-bit floats", "{} holds numbers of type \"{}\"",
       path.string(), name);
}

std::vector<std::int64_t> shape_of(std::string_view text, const std::filesystem::path& path) {
  const auto close = text.find(')');
  if (text.empty() || text[0] != '(' || close == std::string_view::npos) damaged(path, "its header has no readable shape");
  std::vector<std::int64_t> shape;
  for (const auto& word : split(text.substr(1, close - 1), ',')) {
    const auto digits = trim(word);
    if (digits.empty()) continue;
    std::int64_t size = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    if (error != std::errc() || end != digits.data() + digits.size()) damaged(path, "its header has no readable shape");
    shape.push_back(size);
  }
  return shape;
}

std::unique_ptr<FrameSource> open_npy(const std::filesystem::path& path, const OpenOptions& options) {
  const BinaryFile file(path);
  const auto head = file.head(12);
  const auto byte = [&](std::size_t i) { return std::to_integer<std::int64_t>(head[i]); };
  if (head.size() < 12 || std::memcmp(head.data(), magic.data(), magic.size()) != 0)
    damaged(path, "it does not begin as a .npy file does");
  const auto version = byte(6);
  if (version < 1 || version > 3)
    fail(Fault::unsupported, "save it with numpy.save", "{} is version {} of .npy; 1 to 3 are read", path.string(), version);
  const std::int64_t length_bytes = version == 1 ? 2 : 4;
  const std::int64_t length = byte(8) | byte(9) << 8 | (version == 1 ? 0 : byte(10) << 16 | byte(11) << 24);
  const std::int64_t first = 8 + length_bytes + length;
  if (first > file.size()) damaged(path, "it ends within its header");
  std::string dictionary(static_cast<std::size_t>(length), ' ');
  file.read_at(8 + length_bytes, std::as_writable_bytes(std::span(dictionary)));

  FrameInfo info;
  info.format = "npy";
  const auto number = number_of(value_of(dictionary, "descr", path), path);
  info.type = number.type;
  const auto shape = shape_of(value_of(dictionary, "shape", path), path);
  const std::int64_t bytes = checked_product(shape, size_of(info.type), path) * static_cast<std::int64_t>(size_of(info.type));
  if (file.size() - first != bytes)
    damaged(path, fmt::format("it holds {} bytes of numbers, its shape ({}) needs {}", file.size() - first, fmt::join(shape, ", "),
                              bytes));
  const auto order = value_of(dictionary, "fortran_order", path);
  const bool one_axis = std::ranges::count_if(shape, [](auto s) { return s > 1; }) <= 1;
  if (order.starts_with("True") && !one_axis)
    fail(Fault::unsupported, "save numpy.ascontiguousarray(array) instead",
         "{} is in Fortran order, which scatters every frame over the file", path.string());
  if (!order.starts_with("True") && !order.starts_with("False")) damaged(path, "its header does not say the order of its numbers");
  split_axes(info, shape, options);
  apply_scan(info, options, info.frames(), path);
  return std::make_unique<StridedFrames>(path, info, Strided{first, info.frame_bytes(), number.big_endian});
}

}  // namespace

Format npy_format() {
  return {"npy",
          "NumPy array",
          {".npy"},
          [](const auto&, std::span<const std::byte> head) {
            return head.size() >= magic.size() && std::memcmp(head.data(), magic.data(), magic.size()) == 0;
          },
          open_npy};
}

}  // namespace ronchi::formats
