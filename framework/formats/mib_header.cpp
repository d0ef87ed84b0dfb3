// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/formats/mib_header.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace ronchi::formats::mib {

namespace {

constexpr std::int64_t largest_side = 16384;  // 64 chips in a row; beyond that the header is damaged

std::vector<std::string> fields_of(std::string_view text) {
  std::vector<std::string> fields;
  for (const auto& f : split(text.substr(0, text.find('\0')), ',')) fields.emplace_back(trim(f));
  return fields;
}

std::optional<std::int64_t> whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// Fields after "MQ1A": time stamp, exposure, counter depth.
std::vector<std::string> extension_of(const std::vector<std::string>& fields) {
  const auto at = std::ranges::find(fields, "MQ1A");
  return at == fields.end() ? std::vector<std::string>() : std::vector<std::string>(at + 1, fields.end());
}

}  // namespace

std::int64_t Header::rows() const { return quad() ? 2 * height : height; }

std::int64_t Header::columns() const {
  if (quad()) return width / 2;
  return raw && depth == 24 && width == 2 * height ? width / 2 : width;  // two 12-bit images are declared as one wide one
}

std::int64_t Header::stored_bytes() const {
  if (!raw) return pixels() * static_cast<std::int64_t>(size_of(type()));
  return depth == 1 ? pixels() / 8 : depth == 6 ? pixels() : depth == 12 ? pixels() * 2 : pixels() * 4;
}

Header parse(std::string_view text, const std::string& where, int depth_hint) {
  const auto damaged = [&](const std::string& what) {
    fail(Fault::corrupt, "copy the file again; if it stays so, leave it out", "{}: {}", where, what);
  };
  const auto fields = fields_of(text);
  if (fields.size() < 8 || fields[0] != "MQ1") damaged("a frame header \"MQ1,...\" was expected and is not there");
  Header h;
  const auto bytes = whole(fields[2]), chips = whole(fields[3]), width = whole(fields[4]), height = whole(fields[5]);
  if (!bytes || !chips || !width || !height) damaged("the frame header has no readable length, chips, width or height");
  if (*bytes < 64 || *bytes > 65536) damaged(fmt::format("the frame header says it is {} bytes long", *bytes));
  if (*chips < 1 || *chips > 64 || *width < 1 || *width > largest_side || *height < 1 || *height > largest_side)
    damaged(fmt::format("{} chips and {} x {} pixels cannot be", *chips, *height, *width));
  h.bytes = *bytes;
  h.chips = static_cast<int>(*chips);
  h.width = *width;
  h.height = *height;
  h.layout = fields[7];
  const std::string& type = fields[6];
  const auto extension = extension_of(fields);
  const std::optional<std::int64_t> stated = whole(extension.size() > 2 ? extension[2] : std::string());
  if (!extension.empty()) h.time = extension[0];
  if (extension.size() > 1 && extension[1].ends_with("ns"))
    h.exposure = 1e-9 * static_cast<double>(whole(extension[1].substr(0, extension[1].size() - 2)).value_or(0));
  h.raw = type == "R64";
  if (h.raw) {
    h.depth = stated ? static_cast<int>(*stated) : depth_hint;
    if (h.depth != 1 && h.depth != 6 && h.depth != 12 && h.depth != 24)
      fail(Fault::unsupported, "put the .hdr beside it, which says the counter depth",
           "{}: RAW frames with a counter depth of {} bit", where, h.depth == 0 ? std::string("unknown") : std::to_string(h.depth));
    if (h.chips != 1 && (h.chips != 4 || h.layout.substr(0, 3) != "2x2" || h.depth == 24))
      fail(Fault::unsupported, "record or export them as processed (not RAW) frames", "{}: RAW frames of {} chips {} with {} bit",
           where, h.chips, h.layout, h.depth);
    if (h.chips == 4 && h.width != 4 * h.height)
      damaged(fmt::format("RAW frames of four chips are four times as wide as high, not {} x {}", h.height, h.width));
    if (h.columns() % 64 != 0) damaged(fmt::format("RAW frames have lines of 64-pixel groups, not of {} pixels", h.columns()));
  } else {
    if (type != "U08" && type != "U16" && type != "U32")
      fail(Fault::unsupported, "record U08, U16, U32 or R64", "{}: frames of type \"{}\"", where, type);
    h.depth = type == "U16" ? 12 : type == "U32" ? 24 : stated == 1 ? 1 : 6;
  }
  return h;
}

std::optional<double> seconds_of(std::string_view text) {
  const auto extension = extension_of(fields_of(text));
  const auto t = extension.empty() ? std::string::npos : extension[0].find('T');
  if (t == std::string::npos) return std::nullopt;
  const auto parts = split(std::string_view(extension[0]).substr(t + 1, extension[0].find('Z') - t - 1), ':');
  if (parts.size() != 3) return std::nullopt;
  const auto hours = whole(parts[0]), minutes = whole(parts[1]);
  double seconds = 0;
  const auto [end, error] = std::from_chars(parts[2].data(), parts[2].data() + parts[2].size(), seconds);
  if (!hours || !minutes || error != std::errc()) return std::nullopt;
  return static_cast<double>(*hours) * 3600 + static_cast<double>(*minutes) * 60 + seconds;
}

std::map<std::string, std::string> read_hdr(const std::filesystem::path& path) {
  std::map<std::string, std::string> entries;
  std::ifstream file(path, std::ios::binary);
  std::string text(1 << 16, '\0');  // a .hdr is 2 kB
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  for (const auto& line : split(text, '\n')) {
    // Keys carry explanations in parentheses with commas and colons: "Time and Date Stamp (day, mnth, yr):"
    const auto tab = line.find(":\t");
    if (tab != std::string::npos)
      entries[std::string(trim(std::string_view(line).substr(0, tab)))] = trim(std::string_view(line).substr(tab + 2));
  }
  return entries;
}

}  // namespace ronchi::formats::mib
