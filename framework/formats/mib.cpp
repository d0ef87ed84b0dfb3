// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstring>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/data/median.hpp"
#include "framework/formats/binary_file.hpp"
#include "framework/formats/mib_header.hpp"
#include "framework/formats/reader.hpp"

/// Quantum Detectors' Merlin: frames, each with a text header, one after the other; the scan's shape stands in the .hdr or
/// nowhere. Patterns are given as they stand in the file, first row first, as LiberTEM does; HyperSpy flips them in y.
namespace ronchi::formats {

namespace {

constexpr std::int64_t longest_header = 65536, stamps_looked_at = 65536;

std::int64_t number(const std::map<std::string, std::string>& hdr, const std::string& key) {
  const auto at = hdr.find(key);
  std::int64_t value = 0;
  if (at != hdr.end()) std::from_chars(at->second.data(), at->second.data() + at->second.size(), value);
  return value;
}

/// Frames per line from the pauses between lines: the gaps that stand out must come at equal distances. 0 = not seen.
std::int64_t line_from_times(const std::vector<double>& times) {
  std::vector<double> gaps;
  for (std::size_t i = 1; i < times.size(); ++i) gaps.push_back(times[i] - times[i - 1]);
  if (gaps.size() < 3) return 0;
  const double middle = median(gaps);
  std::vector<double> deviations;
  for (const double g : gaps) deviations.push_back(std::abs(g - middle));
  const double limit = middle + std::max(10 * median(deviations), 1e-6);  // 1 us: ten times the clock's step
  std::int64_t line = 0;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const auto next = static_cast<std::int64_t>(i) + 1;
    if (gaps[i] > limit && line == 0) line = next;
    if (line != 0 && (gaps[i] > limit) != (next % line == 0)) return 0;
  }
  return line;
}

std::filesystem::path header_file(const std::filesystem::path& frames) {
  return std::filesystem::path(frames).replace_extension(".hdr");
}

class MibFrames : public FrameSource {
 public:
  MibFrames(const std::filesystem::path& path, const OpenOptions& options) : file_(path) {
    const auto hdr = mib::read_hdr(header_file(path));
    header_ = header_at(0, static_cast<int>(number(hdr, "Counter Depth (number)")));
    stride_ = header_.bytes + header_.stored_bytes();
    there_ = file_.size() / stride_;
    info_.format = "mib";
    info_.type = header_.type();
    info_.signal = signal_axes({header_.rows(), header_.columns()});
    if (there_ == 0)
      fail(Fault::corrupt, "copy the file again", "{} holds {} bytes, one frame has {}", path.string(), file_.size(), stride_);
    if (const auto left = file_.size() % stride_; left != 0)
      info_.warnings.push_back(
          fmt::format("{} ends in the middle of a frame, {} bytes after the last complete one", path.string(), left));
    skip_ = options.sync_offset;
    flyback_ = options.flyback;
    if (flyback_ < 0 || skip_ >= there_ || skip_ < -there_)
      fail(Fault::usage, "flyback: is 0 or more; sync_offset: is smaller than the number of frames",
           "{} holds {} frames; flyback: {}, sync_offset: {}", path.string(), there_, flyback_, skip_);
    metadata(hdr);
    shape_scan(hdr, options);
  }

  void read(Range frames, std::span<std::byte> out) const override {
    require_range(info_, frames, out, file_.path());
    const auto bytes = static_cast<std::size_t>(info_.frame_bytes());
    const std::int64_t at_once = std::max<std::int64_t>(1, (std::int64_t{4} << 20) / stride_);
    std::vector<std::byte> scratch;
    for (std::int64_t f = frames.first; f < frames.last;) {
      std::byte* to = out.data() + static_cast<std::size_t>(f - frames.first) * bytes;
      const std::int64_t from = stored(f);
      if (from < 0) {  // before the first frame: sync_offset is negative
        std::memset(to, 0, bytes);
        ++f;
        continue;
      }
      const std::int64_t n = std::min({at_once, frames.last - f, line_ - f % line_});
      scratch.resize(static_cast<std::size_t>(n * stride_));
      file_.read_at(from * stride_, scratch);
      for (std::int64_t k = 0; k < n; ++k) {
        const std::byte* frame = scratch.data() + k * stride_;
        if (std::memcmp(frame, "MQ1,", 4) != 0)
          fail(Fault::corrupt, "copy the file again; if it stays so, leave these frames out",
               "{}: frame {} does not begin with a frame header", file_.path().string(), from + k);
        mib::decode(header_, frame + header_.bytes, to + static_cast<std::size_t>(k) * bytes);
      }
      f += n;
    }
  }

 private:
  /// Number in the file of frame f of the scan.
  [[nodiscard]] std::int64_t stored(std::int64_t f) const { return f + f / line_ * flyback_ + skip_; }

  [[nodiscard]] mib::Header header_at(std::int64_t offset, int depth_hint) const {
    std::string text(static_cast<std::size_t>(std::min(longest_header, file_.size() - offset)), '\0');
    file_.read_at(offset, std::as_writable_bytes(std::span(text)));
    return mib::parse(text, file_.path().string(), depth_hint);
  }

  void metadata(const std::map<std::string, std::string>& hdr) {
    auto& m = info_.metadata;
    m["General.title"] = file_.path().stem().string();
    m["General.original_filename"] = file_.path().filename().string();
    m["Signal.signal_type"] = "electron_diffraction";
    m["Acquisition_instrument.dwell_time"] = header_.exposure;
    if (const auto t = header_.time.find('T'); t != std::string::npos) {
      m["General.date"] = header_.time.substr(0, t);
      m["General.time"] = header_.time.substr(t + 1, 8);
      m["General.time_zone"] = "UTC";
    }
    m["original_metadata.mib.counter_depth"] = std::int64_t{header_.depth};
    m["original_metadata.mib.layout"] = header_.layout;
    m["original_metadata.mib.raw"] = header_.raw;
    for (const auto& [key, value] : hdr) m["original_metadata.hdr." + key] = value;
  }

  [[nodiscard]] std::int64_t line_from_stamps() const {
    const std::int64_t n = std::min(there_, stamps_looked_at);
    std::vector<double> times;
    std::string text(static_cast<std::size_t>(header_.bytes), '\0');
    for (std::int64_t f = 0; f < n; ++f) {
      file_.read_at(f * stride_, std::as_writable_bytes(std::span(text)));
      const auto seconds = mib::seconds_of(text);
      if (!seconds) return 0;
      times.push_back(*seconds);
    }
    return line_from_times(times);
  }

  void shape_scan(const std::map<std::string, std::string>& hdr, const OpenOptions& options) {
    const std::string name = file_.path().string();
    const std::int64_t usable = there_ - skip_;  // a negative offset puts blank frames before the first
    if (!options.scan.empty()) {
      const std::int64_t line = options.scan.back();
      if (line < 1 || line > usable) apply_scan(info_, options, usable, name);  // throws
      line_ = line;
      const std::int64_t lines = complete_lines(usable);
      apply_scan(info_, options, lines * line, name);  // says so when it leaves out lines
      if (info_.frames() == lines * line) look_behind(lines, usable);
      return;
    }
    std::int64_t nx = number(hdr, "ScanX"), ny = number(hdr, "ScanY");
    const std::int64_t frames = number(hdr, "Frames in Acquisition (Number)"),
                       per_trigger = number(hdr, "Frames per Trigger (Number)");
    if ((nx < 1 || ny < 1) && per_trigger > 1 && frames >= per_trigger) {
      nx = per_trigger - flyback_;
      ny = frames / per_trigger;
    }
    if ((nx < 1 || ny < 1) && per_trigger <= 1 && there_ > 3) {
      nx = line_from_stamps();
      nx = nx > flyback_ ? nx - flyback_ : 0;
      ny = nx > 0 ? std::max<std::int64_t>(1, ceil_div(std::max(frames, usable), nx + flyback_)) : 0;
      if (nx > 0)
        info_.warnings.push_back(fmt::format("{}: lines of {} frames, seen in the time stamps; scan: says it otherwise", name, nx));
    }
    line_ = std::max<std::int64_t>(1, nx);
    const std::int64_t lines = nx > 0 ? std::min(ny, complete_lines(usable)) : 0;
    if (lines > 0) {
      if (lines < ny)
        info_.warnings.push_back(fmt::format("{}: the scan was interrupted, {} of {} lines are complete", name, lines, ny));
      else
        look_behind(lines, usable);
      info_.navigation = lines == 1 ? navigation_axes({nx}) : navigation_axes({lines, nx});
      if (nx == 1) info_.navigation = lines == 1 ? std::vector<Axis>{} : navigation_axes({lines});
      return;
    }
    if (flyback_ != 0)
      fail(Fault::usage, "give scan: [lines, frames per line]", "flyback: {} needs the length of a line, which {} does not say",
           flyback_, name);
    line_ = usable;
    if (usable > 1) {
      info_.navigation = navigation_axes({usable});
      info_.warnings.push_back(fmt::format("{}: nothing says the shape of the scan; give scan: [lines, frames per line]", name));
    }
  }

  /// Frames after a complete scan mean that its lines may not be where they are looked for.
  void look_behind(std::int64_t lines, std::int64_t usable) {
    const std::int64_t behind = usable - lines * (line_ + flyback_);
    if (behind > 0)
      info_.warnings.push_back(
          fmt::format("{}: {} frames after the scan of {} x {} are left out. If the picture is sheared, lines have extra frames "
                      "(flyback:); if it is shifted, the scan began later (sync_offset:); else it has another shape (scan:)",
                      file_.path().string(), behind, lines, line_));
  }

  [[nodiscard]] std::int64_t complete_lines(std::int64_t usable) const { return (usable + flyback_) / (line_ + flyback_); }

  BinaryFile file_;
  mib::Header header_;
  std::int64_t stride_ = 0, there_ = 0, skip_ = 0, flyback_ = 0;
  std::int64_t line_ = 1;  ///< frames that lie together: a scan line, or all
};

/// The .hdr or the .mib may be named.
std::filesystem::path frames_file(const std::filesystem::path& path) {
  auto extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".hdr" ? std::filesystem::path(path).replace_extension(".mib") : path;
}

}  // namespace

Format mib_format() {
  return {"mib",
          "Quantum Detectors Merlin",
          {".mib", ".hdr"},
          [](const auto&, std::span<const std::byte> head) {
            return head.size() >= 4 && (std::memcmp(head.data(), "MQ1,", 4) == 0 || std::memcmp(head.data(), "HDR,", 4) == 0);
          },
          [](const std::filesystem::path& path, const OpenOptions& options) -> std::unique_ptr<FrameSource> {
            return std::make_unique<MibFrames>(frames_file(path), options);
          },
          [](const std::filesystem::path& path) {
            const auto frames = frames_file(path);
            return std::vector{frames == path ? header_file(path) : frames};
          }};
}

}  // namespace ronchi::formats
