// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <list>
#include <numeric>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/formats/reader.hpp"

/// Several files as one data set.
namespace ronchi::formats {

namespace {

constexpr std::size_t kept_open = 2;  // a range of frames may reach over the end of one file

std::vector<std::int64_t> sizes_of(const std::vector<Axis>& axes) {
  std::vector<std::int64_t> sizes;
  for (const auto& a : axes) sizes.push_back(a.size);
  return sizes;
}

bool same_scale(const Axis& a, const Axis& b) { return std::abs(a.scale - b.scale) <= 1e-3 * std::abs(a.scale); }
bool same_offset(const Axis& a, const Axis& b) { return std::abs(a.offset - b.offset) <= 0.1 * std::abs(a.scale); }

/// Steps and units of the scans. Origins may differ: tiles of one scan lie beside each other.
bool same_steps(const std::vector<Axis>& a, const std::vector<Axis>& b) {
  return a.size() != b.size() ||
         std::ranges::equal(a, b, [](const Axis& x, const Axis& y) { return x.units == y.units && same_scale(x, y); });
}

void require_same(const FrameInfo& first, const FrameInfo& other, const std::filesystem::path& a, const std::filesystem::path& b) {
  const auto differ = [&](const std::string& what, const std::string& one, const std::string& two) {
    fail(Fault::usage, "list only files of one measurement and calibration, or treat them in jobs of their own",
         "{} and {} do not belong together: {} {} and {}", a.string(), b.string(), what, one, two);
  };
  if (first.type != other.type) differ("their types are", std::string(name_of(first.type)), std::string(name_of(other.type)));
  if (sizes_of(first.signal) != sizes_of(other.signal)) differ("their frames are", first.text(), other.text());
  for (std::size_t i = 0; i < first.signal.size(); ++i) {
    const Axis &x = first.signal[i], &y = other.signal[i];
    if (x.units != y.units) differ("their units are", "\"" + x.units + "\"", "\"" + y.units + "\"");
    const auto calibration = [](const Axis& axis) {
      return fmt::format("{} in steps of {} {}", axis.offset, axis.scale, axis.units);
    };
    if (!same_scale(x, y) || !same_offset(x, y)) differ("their axes \"" + x.name + "\" run from", calibration(x), calibration(y));
  }
}

std::string shortened(std::vector<std::string> names) {
  if (names.size() > 3) {
    names.resize(3);
    names.emplace_back("...");
  }
  return join(names, ", ");
}

class FileStack : public FrameSource {
 public:
  FileStack(std::vector<std::filesystem::path> paths, OpenOptions options, const std::string& axis)
      : paths_(std::move(paths)), options_(std::move(options)) {
    if (!options_.scan.empty() && (options_.flyback != 0 || options_.sync_offset != 0))
      fail(Fault::usage, "join the files first, or leave scan: out",
           "scan: with flyback: or sync_offset: is for a single file, here are {}", paths_.size());
    const OpenOptions whole = options_;
    options_.scan.clear();
    bool same_scan = true, same_rows = true;
    std::vector<std::string> other_steps;
    first_.push_back(0);
    for (const auto& path : paths_) {
      const auto source = open(path, options_);
      const auto& info = source->info();
      if (first_.size() == 1) {
        info_ = info;
        grain_ = source->grain();
      }
      require_same(info_, info, paths_[0], path);
      if (first_.size() > 1 && !same_steps(first_navigation_, info.navigation)) other_steps.push_back(path.filename().string());
      const auto here = sizes_of(info.navigation),
                 there = sizes_of(first_navigation_.empty() && first_.size() == 1 ? info.navigation : first_navigation_);
      if (first_.size() == 1) first_navigation_ = info.navigation;
      same_scan = same_scan && here == there;
      same_rows =
          same_rows && here.size() == there.size() && !here.empty() && std::equal(here.begin() + 1, here.end(), there.begin() + 1);
      if (info.frames() % grain_ != 0 || source->grain() != grain_) grain_ = 1;
      if (first_.size() > 1) info_.warnings.insert(info_.warnings.end(), info.warnings.begin(), info.warnings.end());
      first_.push_back(first_.back() + info.frames());
    }
    if (!other_steps.empty())
      info_.warnings.push_back(
          fmt::format("the scans of {} of {} files ({}) have other steps or units than that of {}, which are taken for all",
                      other_steps.size(), paths_.size(), shortened(other_steps), paths_[0].filename().string()));
    const auto files = static_cast<std::int64_t>(paths_.size());
    if (same_scan) {
      info_.navigation.insert(info_.navigation.begin(), Axis{.name = axis, .size = files});
    } else if (same_rows) {
      info_.navigation[0].size = std::accumulate(first_.begin() + 1, first_.end(), std::int64_t{0},
                                                 [&, k = std::size_t{0}](std::int64_t sum, std::int64_t) mutable {
                                                   ++k;
                                                   return sum + rows(k);
                                                 });
    } else {
      info_.navigation = navigation_axes({first_.back()});
    }
    apply_scan(info_, whole, first_.back(), paths_[0]);
  }

  void read(Range frames, std::span<std::byte> out) const override {
    require_range(info_, frames, out, paths_[0]);
    const auto bytes = info_.frame_bytes();
    for (std::size_t k = 0; k < paths_.size(); ++k) {
      const Range part = intersect(frames, {first_[k], first_[k + 1]});
      if (part.empty()) continue;
      file(k).read({part.first - first_[k], part.last - first_[k]},
                   out.subspan(static_cast<std::size_t>((part.first - frames.first) * bytes),
                               static_cast<std::size_t>(part.size() * bytes)));
    }
  }

  [[nodiscard]] std::int64_t grain() const override { return grain_; }

 private:
  /// Rows along the slowest axis of file k (counted from 1).
  [[nodiscard]] std::int64_t rows(std::size_t k) const {
    const std::int64_t row = std::accumulate(first_navigation_.begin() + 1, first_navigation_.end(), std::int64_t{1},
                                             [](std::int64_t n, const Axis& a) { return n * a.size; });
    return (first_[k] - first_[k - 1]) / row;
  }

  [[nodiscard]] const FrameSource& file(std::size_t k) const {
    const auto at = std::ranges::find(open_, k, &Opened::number);
    if (at != open_.end()) {
      open_.splice(open_.begin(), open_, at);
    } else {
      if (open_.size() == kept_open) open_.pop_back();
      open_.push_front({k, open(paths_[k], options_)});
      const auto& source = *open_.front().source;
      if (source.info().frames() != first_[k + 1] - first_[k] || source.info().frame_bytes() != info_.frame_bytes())
        fail(Fault::corrupt, "leave the files alone while they are read, and start again",
             "{} has changed since it was opened first", paths_[k].string());
    }
    return *open_.front().source;
  }

  struct Opened {
    std::size_t number;
    std::unique_ptr<FrameSource> source;
  };
  std::vector<std::filesystem::path> paths_;
  OpenOptions options_;
  std::vector<std::int64_t> first_;     ///< first frame of each file, and the number of all
  std::vector<Axis> first_navigation_;  ///< of the first file
  mutable std::list<Opened> open_;      ///< most recently used first
  std::int64_t grain_ = 1;
};

}  // namespace

std::unique_ptr<FrameSource> open_all(const std::vector<std::filesystem::path>& paths, const OpenOptions& options,
                                      const std::string& axis) {
  if (paths.empty()) fail(Fault::usage, "name at least one file", "there is no file to open");
  if (paths.size() == 1) return open(paths[0], options);
  return std::make_unique<FileStack>(paths, options, axis);
}

}  // namespace ronchi::formats
