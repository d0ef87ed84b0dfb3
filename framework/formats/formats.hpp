// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "framework/config/schema.hpp"
#include "framework/data/frames.hpp"
#include "framework/store/h5.hpp"

/// Readers of vendors' and the community's files. One file per format; open.cpp has the table of them all.
namespace ronchi::formats {

/// What a user may have to say about a file, because the file does not. All have a value that means "as the file says".
struct OpenOptions {
  std::string format = "auto";        ///< a format's name, or auto: by content, then by ending
  std::string dataset;                ///< HDF5: path of the data set (or of its group); "" = the only candidate
  std::vector<std::int64_t> scan;     ///< navigation shape, slowest first; overrides what the file says
  std::vector<std::int64_t> pattern;  ///< raw binary: signal shape
  std::string type = "uint16";        ///< raw binary: number type, numpy's name
  bool big_endian = false;            ///< raw binary
  std::int64_t header = 0;            ///< raw binary: bytes before the first frame
  std::int64_t gap = 0;               ///< raw binary: bytes between frames
  std::int64_t signal_axes = 2;       ///< .npy, plain HDF5: how many trailing axes are the pattern (1: spectra)
  std::int64_t sync_offset = 0;       ///< .mib: frames to skip at the beginning (negative: blank frames to put there)
  std::int64_t flyback = 0;           ///< .mib: extra frames at the end of every line, to skip
};
void describe(config::Schema<OpenOptions>& s);

/// One format.
struct Format {
  std::string name;                                                                        ///< "hspy"
  std::string title;                                                                       ///< "HyperSpy"
  std::vector<std::string> endings;                                                        ///< ".hspy", lower case
  bool (*recognises)(const std::filesystem::path& path, std::span<const std::byte> head);  ///< by the first 1024 bytes
  std::unique_ptr<FrameSource> (*open)(const std::filesystem::path& path, const OpenOptions& options);
  std::vector<std::filesystem::path> (*companions)(const std::filesystem::path& path) = nullptr;  ///< none: the file alone
};
[[nodiscard]] std::span<const Format> all();

/// Opens one file lazily. Failure: missing, unreadable, corrupt or unsupported, with the file's name and what to do.
[[nodiscard]] std::unique_ptr<FrameSource> open(const std::filesystem::path& path, const OpenOptions& options = {});

/// What is read beside `path` itself when it is opened: the .hdr of a .mib (or the other way round), the files that an HDF5 data
/// set keeps its numbers in (virtual sources, external files, external links). Those alone that are there; none of a file that
/// cannot be opened, as opening it says why.
[[nodiscard]] std::vector<std::filesystem::path> companions(const std::filesystem::path& path, const OpenOptions& options = {});

/// Several files of equal pattern shape, type, units and calibration of the signal as one data set, with a slowest navigation axis
/// `axis` over them (if all have the same navigation shape), or end to end along the slowest one. Files are opened as they are
/// needed.
[[nodiscard]] std::unique_ptr<FrameSource> open_all(const std::vector<std::filesystem::path>& paths, const OpenOptions& options,
                                                    const std::string& axis = "file");

/// Paths that a pattern with * ? [] in it matches, in natural order ("a2" before "a10"); a path without them is itself.
/// Failure(missing) when nothing matches.
[[nodiscard]] std::vector<std::filesystem::path> expand(const std::vector<std::string>& patterns);

// --- writers ---------------------------------------------------------------------------------------------------------

/// Results of a decomposition, as HyperSpy's learning_results has them.
struct Learning {
  std::string algorithm;                                             ///< "NMF", "SVD"
  std::int64_t components = 0;                                       ///< output_dimension
  std::vector<double> factors;                                       ///< signal pixels x components, C order
  std::vector<double> loadings;                                      ///< frames x components, C order
  std::vector<double> explained_variance, explained_variance_ratio;  ///< of the PCA, may be empty
  bool poisson_normalised = false;
  std::vector<std::uint8_t> navigation_mask, signal_mask;  ///< 1 = left out; may be empty
};

/// Writes frames (the whole of `source`, lazily) as HyperSpy .hspy 3.3, with learning results if given. The file is written
/// under a temporary name and renamed.
/// Chunks are whole frames.
struct WriteOptions {
  int deflate = 0;     ///< gzip level of the frames, 0 = stored as they are
  bool frames = true;  ///< false: the data set is declared with its shape, but takes no room and reads as zeros
};
void write_hspy(const std::filesystem::path& path, const FrameSource& source, const Learning* learning = nullptr,
                const WriteOptions& options = {});

/// EMD 1.0 (emdfile, py4DSTEM): each array in a root of its own, "<name>_root/<name>"; scans of patterns are DataCubes.
struct EmdArray {
  std::string name;
  const FrameSource* frames = nullptr;
};
void write_emd(const std::filesystem::path& path, std::span<const EmdArray> arrays, int deflate = 0);
/// One array, named "datacube" (2 navigation, 2 signal axes) or "array".
void write_emd(const std::filesystem::path& path, const FrameSource& source, int deflate = 0);

/// Frames held in memory as a FrameSource: small results on their way into a file, and tests.
class MemoryFrames : public FrameSource {
 public:
  MemoryFrames(FrameInfo info, std::vector<std::byte> values);
  void read(Range frames, std::span<std::byte> out) const override;

 private:
  std::vector<std::byte> values_;
};

// --- results of stages -----------------------------------------------------------------------------------------------

/// A stage that provides frames says so in its index: group `frame_source` with axes, units, metadata and where the numbers are.
void save_info(h5::Group frames, const FrameInfo& info);
[[nodiscard]] FrameInfo load_info(const h5::Group& frames);

}  // namespace ronchi::formats
