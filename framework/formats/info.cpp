// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/formats/info.hpp"

#include <fmt/ranges.h>

#include "framework/base/text.hpp"
#include "framework/formats/formats.hpp"

namespace ronchi::formats {

namespace {

std::string axis_line(const char* kind, const Axis& a) {
  std::string line = fmt::format("  {:<11}{:<14}{:>8}", kind, a.name.empty() ? "-" : a.name, a.size);
  if (a.units.empty() && a.scale == 1 && a.offset == 0) return line + "   not calibrated\n";
  const double last = a.offset + a.scale * static_cast<double>(a.size - 1);
  return line + fmt::format("   {:.6g} to {:.6g} {}, step {:.6g}\n", a.offset, last, a.units, a.scale);
}

std::string value_text(const MetadataValue& value) {
  return std::visit(
      [](const auto& v) -> std::string {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::string>)
          return v.size() > 100 ? v.substr(0, 97) + "..." : v;
        else if constexpr (requires { v.begin(); }) {
          if (v.size() > 24) return fmt::format("{} values", v.size());
          return fmt::format("{}", fmt::join(v, ", "));
        } else
          return fmt::format("{}", v);
      },
      value);
}

}  // namespace

std::string describe_text(const FrameSource& source) {
  const auto& info = source.info();
  std::string title = info.format;
  for (const auto& format : all())
    if (format.name == info.format) title = format.title;
  const double bytes = static_cast<double>(info.frame_bytes()) * static_cast<double>(info.frames());
  std::string text = fmt::format("{}: {}\n{} frames of {} pixels, {} in memory as it is\n", title, info.text(),
                                 human_count(info.frames()), human_count(info.pixels()), human_bytes(bytes));
  if (source.grain() > 1) text += fmt::format("read best in multiples of {} frames\n", human_count(source.grain()));
  text += "axes\n";
  for (const auto& a : info.navigation) text += axis_line("navigation", a);
  for (const auto& a : info.signal) text += axis_line("signal", a);
  std::size_t original = 0, shown = 0;
  std::string lines;
  for (const auto& [name, value] : info.metadata) {
    if (name.starts_with("original_metadata.") || name.starts_with("General.FileIO.")) {
      ++original;
    } else {
      ++shown;
      lines += fmt::format("  {}: {}\n", name, value_text(value));
    }
  }
  if (shown + original > 0) text += "metadata\n" + lines;
  if (original > 0) text += fmt::format("  ({} more of the vendor's own)\n", original);
  for (const auto& w : info.warnings) text += "warning: " + w + "\n";
  return text;
}

}  // namespace ronchi::formats
