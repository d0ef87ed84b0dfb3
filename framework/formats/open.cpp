// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "framework/formats/binary_file.hpp"
#include "framework/formats/h5_frames.hpp"
#include "framework/formats/probe.hpp"
#include "framework/formats/reader.hpp"

namespace ronchi::formats {

namespace {

std::string ending_of(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  std::ranges::transform(ending, ending.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return ending;
}

/// The first format that knows the content, else the one whose ending it has.
const Format* recognise(const std::filesystem::path& path, std::span<const std::byte> head) {
  for (const auto& format : all()) {
    try {
      if (format.recognises(path, head)) return &format;
    } catch (const Failure&) {  // a damaged file: the reader that its ending names says what is wrong
    }
  }
  for (const auto& format : all())
    if (std::ranges::find(format.endings, ending_of(path)) != format.endings.end()) return &format;
  return nullptr;
}

const Format& named(const std::string& name) {
  std::vector<std::string> names{"auto"};
  for (const auto& format : all()) {
    if (format.name == name) return format;
    names.push_back(format.name);
  }
  fail(Fault::usage, "use one of " + join(names, ", "), "there is no format \"{}\"", name);
}

std::unique_ptr<FrameSource> open_as(const std::filesystem::path& path, std::span<const std::byte> head,
                                     const OpenOptions& options) {
  if (options.format != "auto") return named(options.format).open(path, options);
  const Format* format = recognise(path, head);
  if (format == nullptr) {
    std::vector<std::string> titles;
    for (const auto& f : all()) titles.push_back(f.title);
    fail(Fault::unsupported, "formats read: " + join(titles, ", ") + ". For raw binary give format: raw and pattern:",
         "{} is of no format that is read here", path.string());
  }
  return format->open(path, options);
}

}  // namespace

/// The order matters: the special kinds of HDF5 come before any HDF5.
std::span<const Format> all() {
  static const std::vector<Format> formats{hspy_format(), fpd_format(), emd_format(), hdf5_format(),
                                           mib_format(),  blo_format(), npy_format(), raw_format()};
  return formats;
}

void describe(config::Schema<OpenOptions>& s) {
  std::vector<std::string> names{"auto"};
  for (const auto& format : all()) names.push_back(format.name);
  std::vector<std::string> types;
  for (int i = 0; i <= static_cast<int>(Scalar::f64); ++i) types.emplace_back(name_of(static_cast<Scalar>(i)));
  s.field("format", &OpenOptions::format).choices(names).help("What the file is; auto: by its content, then by its ending");
  s.field("dataset", &OpenOptions::dataset).help("HDF5: path of the array or of its group; empty: the only one there is");
  s.field("scan", &OpenOptions::scan)
      .at_least(1)
      .help("Navigation shape, slowest axis first (lines, frames per line); empty: as the file says");
  s.field("pattern", &OpenOptions::pattern).at_least(1).unit("pixel").help("Raw binary: shape of a frame, rows first");
  s.field("type", &OpenOptions::type).choices(types).help("Raw binary: number type");
  s.field("big_endian", &OpenOptions::big_endian).help("Raw binary: the most significant byte comes first");
  s.field("header", &OpenOptions::header).at_least(0).unit("byte").help("Raw binary: bytes before the first frame");
  s.field("gap", &OpenOptions::gap).at_least(0).unit("byte").help("Raw binary: bytes between two frames");
  s.field("signal_axes", &OpenOptions::signal_axes)
      .range(1, 2)
      .help(".npy, plain HDF5, EMD: trailing axes that make a frame (1: spectra)");
  s.field("sync_offset", &OpenOptions::sync_offset)
      .unit("frame")
      .help(".mib: frames to skip at the beginning; negative: blank frames to put there");
  s.field("flyback", &OpenOptions::flyback).at_least(0).unit("frame").help(".mib: extra frames at the end of every line, to skip");
}

std::unique_ptr<FrameSource> open(const std::filesystem::path& path, const OpenOptions& options) {
  require_readable(path);
  if (options.signal_axes < 1 || options.signal_axes > 2)
    fail(Fault::usage, "use 1 (spectra) or 2 (patterns, images)", "signal_axes: {} cannot be", options.signal_axes);
  const auto head = BinaryFile(path).head(1024);
  if (looks_like_hdf5(head))
    try_apart(path, [&] {
      const auto source = open_as(path, head, options);
      std::vector<std::byte> frame(static_cast<std::size_t>(source->info().frame_bytes()));
      for (const std::int64_t f : {std::int64_t{0}, source->info().frames() / 2, source->info().frames() - 1})
        source->read({f, f + 1}, frame);
    });
  return open_as(path, head, options);
}

std::vector<std::filesystem::path> companions(const std::filesystem::path& path, const OpenOptions& options) {
  try {
    const auto head = BinaryFile(path).head(1024);
    if (looks_like_hdf5(head)) {  // through open, which looks for damage in a process of its own first
      const auto source = open(path, options);
      const auto* frames = dynamic_cast<const H5Frames*>(source.get());
      return frames != nullptr ? frames->other_files() : std::vector<std::filesystem::path>{};
    }
    const Format* format = options.format == "auto" ? recognise(path, head) : &named(options.format);
    if (format == nullptr || format->companions == nullptr) return {};
    auto files = format->companions(path);
    std::erase_if(files, [](const auto& file) {
      std::error_code ec;
      return !std::filesystem::is_regular_file(file, ec);
    });
    return files;
  } catch (const Failure&) { return {}; }
}

}  // namespace ronchi::formats
