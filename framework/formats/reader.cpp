// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/formats/reader.hpp"

#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace ronchi::formats {

void require_readable(const std::filesystem::path& path) {
  std::error_code ec;
  const auto status = std::filesystem::status(path, ec);
  if (status.type() == std::filesystem::file_type::not_found)
    fail(Fault::missing, "check the name", "there is no file {}", path.string());
  if (ec || ::euidaccess(path.c_str(), R_OK) != 0)
    fail(Fault::unreadable, "ask its owner for permission to read it", "{} cannot be opened: {}", path.string(),
         ec ? ec.message() : std::strerror(errno));
  if (std::filesystem::is_directory(status))
    fail(Fault::usage, "name the file in it", "{} is a folder, a file is needed", path.string());
  if (std::filesystem::file_size(path, ec) == 0 && !ec)
    fail(Fault::corrupt, "copy it again from where it was recorded", "{} is empty", path.string());
}

void require_range(const FrameInfo& info, Range frames, std::span<std::byte> out, const std::filesystem::path& path) {
  if (frames.first < 0 || frames.last < frames.first || frames.last > info.frames() ||
      static_cast<std::int64_t>(out.size()) != frames.size() * info.frame_bytes())
    fail(Fault::internal, "report this", "{}: frames {} to {} of {} asked for, with room for {} bytes", path.string(), frames.first,
         frames.last, info.frames(), out.size());
}

std::int64_t checked_product(const std::vector<std::int64_t>& sizes, std::size_t width, const std::filesystem::path& path) {
  auto bytes = static_cast<std::int64_t>(width);
  std::int64_t product = 1;
  for (const auto s : sizes) {
    if (s < 1) fail(Fault::corrupt, "check that the measurement was finished", "{} has an axis of {} points", path.string(), s);
    if (__builtin_mul_overflow(bytes, s, &bytes))
      fail(Fault::corrupt, "copy the file again", "{} claims a size that cannot be", path.string());
    product *= s;
  }
  return product;
}

std::vector<Axis> navigation_axes(const std::vector<std::int64_t>& sizes) {
  std::vector<Axis> axes;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    const std::size_t left = sizes.size() - i;
    axes.push_back({.name = left == 1 ? "x" : left == 2 ? "y" : "axis" + std::to_string(i), .size = sizes[i]});
  }
  return axes;
}

std::vector<Axis> signal_axes(const std::vector<std::int64_t>& sizes) {
  if (sizes.size() == 1) return {{.name = "channel", .size = sizes[0]}};
  auto axes = navigation_axes(sizes);
  for (std::size_t i = 0; i < axes.size(); ++i)
    if (i + 2 >= axes.size()) axes[i].name = i + 1 == axes.size() ? "kx" : "ky";
  return axes;
}

void split_axes(FrameInfo& info, const std::vector<std::int64_t>& shape, const OpenOptions& options) {
  const auto signal = std::min(static_cast<std::int64_t>(shape.size()), options.signal_axes);
  const auto cut = shape.end() - signal;
  info.navigation = navigation_axes({shape.begin(), cut});
  info.signal = signal_axes({cut, shape.end()});
}

void apply_scan(FrameInfo& info, const OpenOptions& options, std::int64_t frames, const std::filesystem::path& path) {
  if (options.scan.empty()) return;
  std::int64_t wanted = 1;
  for (const auto s : options.scan)
    if (s < 1 || __builtin_mul_overflow(wanted, s, &wanted)) wanted = -1;
  const std::int64_t line = options.scan.back();
  if (wanted < 1 || wanted > frames)
    fail(Fault::usage,
         line >= 1 && line <= frames
             ? fmt::format("scan: [{}, {}] reads the complete lines of {} frames", frames / line, line, line)
             : std::string("give a scan with that many frames, slowest axis first"),
         "{} holds {} frames, scan: [{}] needs {}", path.string(), frames, fmt::join(options.scan, ", "),
         wanted < 1 ? std::string("an impossible number") : human_count(wanted));
  if (wanted < frames)
    info.warnings.push_back(
        fmt::format("the scan has {} frames, the file {}: the last {} are left out", wanted, frames, frames - wanted));
  auto axes = navigation_axes(options.scan);
  for (std::size_t i = 1; i <= std::min(axes.size(), info.navigation.size()); ++i) {
    const auto& old = info.navigation[info.navigation.size() - i];
    if (old.size == axes[axes.size() - i].size) axes[axes.size() - i] = old;
  }
  info.navigation = std::move(axes);
}

Scalar scalar_named(const std::string& name) {
  std::vector<std::string> names;
  for (int i = 0; i <= static_cast<int>(Scalar::f64); ++i) {
    names.emplace_back(name_of(static_cast<Scalar>(i)));
    if (names.back() == name) return static_cast<Scalar>(i);
  }
  fail(Fault::usage, "use one of " + join(names, ", "), "there is no number type \"{}\"", name);
}

std::string plain_units(std::string units) {
  units = std::string(trim(units));
  const bool bracketed = units.starts_with('[') && units.ends_with(']');  // NCEM: "[n_m^-1]"
  std::erase_if(units,
                [&](char c) { return c == '$' || c == '{' || c == '}' || (bracketed && (c == '[' || c == ']' || c == '_')); });
  for (const std::string angstrom : {"\u00C5", "\u212B", "angstrom", "Angstrom"})
    for (auto at = units.find(angstrom); at != std::string::npos; at = units.find(angstrom))
      units.replace(at, angstrom.size(), "A");
  if (units.starts_with("1 /")) std::erase(units, ' ');
  for (const char* none : {"pixels", "pixel", "px", "pix", "unknown", "none", "None", "?/m", "?"})
    if (units == none) return "";
  if (units.ends_with("^-1")) return "1/" + units.substr(0, units.size() - 3);
  return units;
}

bool fit_axis(Axis& axis, const std::vector<double>& positions) {
  if (positions.empty()) return false;
  axis.offset = positions[0];
  axis.scale = 1;
  const auto n = positions.size();
  if (n == 1) return true;
  const double step = (positions[n - 1] - positions[0]) / static_cast<double>(n - 1);
  if (!std::isfinite(step) || step == 0) return false;
  for (std::size_t i = 0; i < n; ++i)
    if (!(std::abs(positions[0] + step * static_cast<double>(i) - positions[i]) <= 1e-2 * std::abs(step))) return false;
  axis.scale = n == 2 ? positions[1] - positions[0] : step;
  return true;
}

}  // namespace ronchi::formats
