// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "framework/base/range.hpp"
#include "framework/data/scalar.hpp"

namespace ronchi {

/// One axis of a data set: position of index i = offset + scale * i, in `units` ("nm", "1/A", "keV", ...; "" = not calibrated).
struct Axis {
  std::string name;
  std::string units;
  double scale = 1;
  double offset = 0;
  std::int64_t size = 1;
  friend bool operator==(const Axis&, const Axis&) = default;
};

/// What is known of a data set beside its numbers, flat, with dotted names as HyperSpy has them:
/// "General.title", "Signal.signal_type", "Sample.elements", "Acquisition_instrument.TEM.beam_energy" [kV], ...
using MetadataValue =
    std::variant<bool, std::int64_t, double, std::string, std::vector<std::int64_t>, std::vector<double>, std::vector<std::string>>;
using Metadata = std::map<std::string, MetadataValue>;

/// The number under `name`, also where it was written as an integer; nothing when there is none or it is no single number.
[[nodiscard]] std::optional<double> number_in(const Metadata& metadata, const std::string& name);
[[nodiscard]] std::string text_in(const Metadata& metadata, const std::string& name, const std::string& otherwise = "");

/// Shape, type and calibration of a set of frames (a diffraction pattern, a spectrum or an image at every scan position).
struct FrameInfo {
  Scalar type = Scalar::u8;
  std::vector<Axis> navigation;  ///< slowest first: (tilt,) y, x; empty = a single frame
  std::vector<Axis> signal;      ///< slowest first: ky, kx or energy
  Metadata metadata;
  std::string format;                 ///< "hspy", "mib", ...: what the file is
  std::vector<std::string> warnings;  ///< what the reader found odd and carried on with

  [[nodiscard]] std::int64_t frames() const;  ///< product of the navigation sizes
  [[nodiscard]] std::int64_t pixels() const;  ///< product of the signal sizes
  [[nodiscard]] std::int64_t frame_bytes() const { return pixels() * static_cast<std::int64_t>(size_of(type)); }
  [[nodiscard]] std::vector<std::int64_t> shape() const;  ///< navigation sizes, then signal sizes
  [[nodiscard]] std::string text() const;                 ///< "256 x 256 | 2048 uint8"
};

/// A data set that is read lazily: any range of frames, C order over the navigation axes, native type, host byte order.
/// One thread at a time may read; different objects may be read by different processes.
class FrameSource {
 public:
  virtual ~FrameSource() = default;
  [[nodiscard]] const FrameInfo& info() const { return info_; }
  /// Reads frames [frames.first, frames.last) into `out`, which has frames.size() * info().frame_bytes() bytes.
  /// Throws Failure (missing, unreadable, corrupt) with the file's name.
  virtual void read(Range frames, std::span<std::byte> out) const = 0;
  /// How many frames to read at once, and where to begin, so that no stored chunk is decoded twice: ranges that begin and
  /// end at multiples of this are cheap.
  [[nodiscard]] virtual std::int64_t grain() const { return 1; }

  /// Typed reading; T must be info().type.
  template <class T>
  [[nodiscard]] std::vector<T> read(Range frames) const {
    require_type(scalar_of<T>());
    std::vector<T> values(static_cast<std::size_t>(frames.size() * info_.pixels()));
    read(frames, std::as_writable_bytes(std::span(values)));
    return values;
  }

 protected:
  void require_type(Scalar wanted) const;
  FrameInfo info_;
};

}  // namespace ronchi
