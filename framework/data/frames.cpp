// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/data/frames.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "framework/base/error.hpp"

namespace ronchi {

namespace {

std::int64_t product(const std::vector<Axis>& axes) {
  std::int64_t n = 1;
  for (const auto& a : axes) n *= a.size;
  return n;
}

std::string sizes(const std::vector<Axis>& axes) {
  std::vector<std::int64_t> s;
  for (const auto& a : axes) s.push_back(a.size);
  return s.empty() ? "1" : fmt::format("{}", fmt::join(s, " x "));
}

}  // namespace

std::int64_t FrameInfo::frames() const { return product(navigation); }
std::int64_t FrameInfo::pixels() const { return product(signal); }

std::vector<std::int64_t> FrameInfo::shape() const {
  std::vector<std::int64_t> s;
  for (const auto& a : navigation) s.push_back(a.size);
  for (const auto& a : signal) s.push_back(a.size);
  return s;
}

std::string FrameInfo::text() const { return fmt::format("{} | {} {}", sizes(navigation), sizes(signal), name_of(type)); }

std::optional<double> number_in(const Metadata& metadata, const std::string& name) {
  const auto at = metadata.find(name);
  if (at == metadata.end()) return std::nullopt;
  if (const auto* d = std::get_if<double>(&at->second)) return *d;
  if (const auto* i = std::get_if<std::int64_t>(&at->second)) return static_cast<double>(*i);
  return std::nullopt;
}

std::string text_in(const Metadata& metadata, const std::string& name, const std::string& otherwise) {
  const auto at = metadata.find(name);
  const auto* text = at == metadata.end() ? nullptr : std::get_if<std::string>(&at->second);
  return text != nullptr ? *text : otherwise;
}

void FrameSource::require_type(Scalar wanted) const {
  if (wanted != info_.type) fail(Fault::internal, "report this", "frames are {}, read as {}", name_of(info_.type), name_of(wanted));
}

}  // namespace ronchi
