// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/base/version.hpp"
#include "framework/formats/formats.hpp"
#include "framework/formats/h5_metadata.hpp"
#include "framework/formats/writer.hpp"

/// HyperSpy's .hspy, version 3.3 (read by HyperSpy 1.7 and later): the layout of RosettaSciIO's hspy plugin.
namespace ronchi::formats {

namespace {

h5::Shape sizes_of(const std::vector<Axis>& axes) {
  h5::Shape sizes;
  for (const auto& a : axes) sizes.push_back(a.size);
  return sizes.empty() ? h5::Shape{1} : sizes;
}

void write_axis(h5::Group group, const Axis& axis, bool navigate, bool binned) {
  group.set_attribute("_type", "UniformDataAxis");
  if (!axis.name.empty()) group.set_attribute("name", axis.name);  // an absent name or unit is "undefined" there
  if (!axis.units.empty()) group.set_attribute("units", axis.units);
  group.set_attribute("navigate", navigate);
  group.set_attribute("is_binned", binned);
  group.set_attribute("size", axis.size);
  group.set_attribute("scale", axis.scale);
  group.set_attribute("offset", axis.offset);
}

/// HyperSpy 1.7 opens only chunked data sets with lazy=True.
h5::Layout chunked(h5::Shape shape) {
  shape[0] = std::clamp<std::int64_t>((std::int64_t{1} << 20) / (h5::count_of(shape) / shape[0] * 8), 1, shape[0]);
  return {.chunk = shape};
}

void write_learning(h5::Group group, const FrameInfo& info, const Learning& l) {
  const auto require = [&](std::size_t have, std::int64_t want, const char* what) {
    if (static_cast<std::int64_t>(have) != want)
      fail(Fault::internal, "report this", "learning results have {} {}, {} fit the signal", have, what, want);
  };
  const auto matrix = [&](const char* name, const std::vector<double>& values, std::int64_t rows) {
    if (values.empty()) return group.set_attribute(name, "_None_");
    require(values.size(), rows * l.components, name);
    group.write<double>(name, values, {rows, l.components}, chunked({rows, l.components}));
  };
  matrix("factors", l.factors, info.pixels());
  matrix("loadings", l.loadings, info.frames());
  const auto list = [&](const char* name, const std::vector<double>& values) {
    if (values.empty())
      group.set_attribute(name, "_None_");
    else
      group.write<double>(name, values, {static_cast<std::int64_t>(values.size())},
                          chunked({static_cast<std::int64_t>(values.size())}));
  };
  list("explained_variance", l.explained_variance);
  list("explained_variance_ratio", l.explained_variance_ratio);
  group.set_attribute("decomposition_algorithm", l.algorithm);
  group.set_attribute("poissonian_noise_normalized", l.poisson_normalised);
  group.set_attribute("output_dimension", l.components);
  group.set_attribute("unfolded", false);
  const auto mask = [&](const char* name, const std::vector<std::uint8_t>& values, const std::vector<Axis>& axes,
                        std::int64_t size) {
    if (std::ranges::none_of(values, [](auto v) { return v != 0; })) return group.set_attribute(name, "_None_");
    require(values.size(), size, name);
    write_bools(group, name, values, sizes_of(axes));
  };
  mask("navigation_mask", l.navigation_mask, info.navigation, info.frames());
  mask("signal_mask", l.signal_mask, info.signal, info.pixels());
  for (const char* none :
       {"number_significant_components", "mean", "centre", "original_shape", "bss_algorithm", "unmixing_matrix", "bss_factors",
        "bss_loadings", "cluster_membership", "cluster_labels", "cluster_centers", "cluster_algorithm", "number_of_clusters"})
    group.set_attribute(none, "_None_");
}

}  // namespace

void write_hspy(const std::filesystem::path& path, const FrameSource& source, const Learning* learning,
                const WriteOptions& options) {
  const auto& info = source.info();
  NewFile file(path);
  {
    auto& root = file.h5();
    root.set_attribute("file_format", "HyperSpy");
    root.set_attribute("file_format_version", "3.3");
    std::string title = text_in(info.metadata, "General.title");
    std::ranges::replace(title, '/', '-');
    if (title.empty() || title == ".") title = "__unnamed__";
    auto experiment = root.make_group("Experiments").make_group(title);
    experiment.set_attribute("package", "hyperspy");
    experiment.set_attribute("package_version", "");

    Metadata metadata = info.metadata;
    const auto binned = metadata.find("Signal.binned");
    const bool is_binned = binned != metadata.end() && binned->second == MetadataValue(true);
    metadata.erase("Signal.binned");  // an attribute of axes since version 3.1
    metadata.try_emplace("General.title", std::string());
    metadata.try_emplace("Signal.signal_type", std::string());
    metadata["Signal.record_by"] = std::string(info.signal.size() == 1 ? "spectrum" : info.signal.size() == 2 ? "image" : "");
    Metadata original;
    for (auto it = metadata.begin(); it != metadata.end();) {
      if (it->first.starts_with("original_metadata."))
        original.insert(metadata.extract(it++));
      else
        ++it;
    }
    write_tree(experiment.make_group("metadata"), metadata, "");
    write_tree(experiment.make_group("original_metadata"), original, "original_metadata.");
    experiment.make_group("attributes");

    int number = 0;
    for (const auto& axis : info.navigation)
      write_axis(experiment.make_group("axis-" + std::to_string(number++)), axis, true, false);
    for (const auto& axis : info.signal)
      write_axis(experiment.make_group("axis-" + std::to_string(number++)), axis, false, is_binned);
    auto results = experiment.make_group("learning_results");
    if (learning != nullptr) write_learning(std::move(results), info, *learning);
    if (options.frames)
      write_frames(experiment, "data", source, options.deflate);
    else
      experiment.create("data", info.type, info.shape(), {.chunk = frame_chunks(info), .deflate = 1});
  }
  file.commit();
}

}  // namespace ronchi::formats
