// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "framework/data/frames.hpp"
#include "framework/formats/formats.hpp"
#include "framework/store/h5.hpp"

/// What the readers of HDF5-based formats share.
namespace ronchi::formats {

[[nodiscard]] bool looks_like_hdf5(std::span<const std::byte> head);

/// Type of a data set's numbers. Booleans (h5py's enumeration) are uint8, float16 is read as float32; nothing for others.
[[nodiscard]] std::optional<Scalar> number_type(const h5::Dataset& set);

/// An array of numbers in an HDF5 file, with the meaning of its axes.
struct H5Array {
  h5::File file;
  std::string dataset;          ///< path in the file
  std::vector<int> navigation;  ///< axes of the array that are navigation axes, slowest first
  std::vector<int> signal;      ///< those that are signal axes; axes in neither have one point
};

/// Frames of such an array, in any order of its axes and with any chunks: a pattern that is split over chunks is read
/// whole. A cache of decoded chunks is sized so that reading line by line decodes no chunk twice, if 256 MiB allow it.
class H5Frames : public FrameSource {
 public:
  /// `info` has axes, metadata and format; the type is filled in here, the sizes of the axes are checked.
  H5Frames(H5Array array, FrameInfo info, const OpenOptions& options);
  void read(Range frames, std::span<std::byte> out) const override;
  [[nodiscard]] std::int64_t grain() const override { return grain_; }
  /// Files other than the one opened that hold the numbers, and are there: virtual sources, external files, the file that an
  /// external link leads to. Of sources whose names are made by counting (printf style) none.
  [[nodiscard]] std::vector<std::filesystem::path> other_files() const;

 private:
  void check_storage();
  void count_chunks(std::int64_t stored, bool encoded);
  void choose_cache();
  void read_box(const h5::Shape& start, const h5::Shape& count, std::byte* out) const;

  H5Array array_;
  h5::Dataset set_;
  h5::Handle memory_type_;
  h5::Shape shape_, navigation_;  ///< of the array; of its navigation axes
  bool in_order_ = true;          ///< navigation axes, then signal axes
  std::int64_t grain_ = 1;
};

/// What a data set dim0, dim1, ... beside an array may hold: every position along the axis, or (EMD) also the first two alone.
enum class DimPositions { all, all_or_first_two };
/// The axis of `size` points that group/name describes. Without such a data set, or with words in it, it is not calibrated; nor is
/// it when the positions are not equidistant (with a warning). Failure(corrupt) for another number of positions.
[[nodiscard]] Axis axis_of(const h5::Group& group, const std::string& name, std::int64_t size, DimPositions positions,
                           FrameInfo& info);

/// Every data set of numbers in the file (path, shape), in order of their names. At most 10,000 objects are looked at.
struct H5Candidate {
  std::string path;
  h5::Shape shape;
};
[[nodiscard]] std::vector<H5Candidate> number_sets(const h5::Group& root);

/// Visits every group below `root`, itself included, parents first: f(group, path).
void each_group(const h5::Group& root, const std::function<void(const h5::Group&, const std::string&)>& f);

/// "a (2 x 3), b (4 x 5)": what a message offers for dataset:.
[[nodiscard]] std::string list_candidates(const std::vector<H5Candidate>& candidates);

}  // namespace ronchi::formats
