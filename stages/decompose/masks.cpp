// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/masks.hpp"

#include <fstream>

#include "framework/base/error.hpp"
#include "framework/base/sha256.hpp"
#include "framework/data/threshold.hpp"
#include "framework/formats/formats.hpp"

namespace ronchi::decompose {

namespace {

std::vector<double> values_of_file(const std::string& path) {
  const auto source = formats::open(path);
  const FrameInfo& info = source->info();
  std::vector<double> values;
  visit_scalar(info.type, [&](auto type) {
    for (const auto v : source->template read<decltype(type)>({0, info.frames()})) values.push_back(static_cast<double>(v));
  });
  return values;
}

}  // namespace

std::string MaskOptions::fingerprint() const {
  if (navigation_mask.empty()) return {};
  std::ifstream file(navigation_mask, std::ios::binary);
  if (!file) fail(Fault::missing, "check the option navigation_mask", "the navigation mask {} cannot be read", navigation_mask);
  return sha256(std::string(std::istreambuf_iterator<char>(file), {}));
}

Masks read_masks(const MaskOptions& options, const engine::Input& input, const FrameInfo& info) {
  Masks masks;
  const h5::File index = input.index();
  if (index.exists("mask")) {
    masks.signal = index.read<std::uint8_t>("mask");
    if (static_cast<std::int64_t>(masks.signal.size()) != info.pixels())
      fail(Fault::corrupt, "run that stage again", "the mask of stage '{}' has {} values, its frames have {} pixels", input.name,
           masks.signal.size(), info.pixels());
  }
  const auto leave_out = [&](const std::vector<double>& values, const std::string& what, const auto& out) {
    if (static_cast<std::int64_t>(values.size()) != info.frames())
      fail(Fault::usage, "give one value per scan position", "{} has {} values, the scan has {} positions", what, values.size(),
           info.frames());
    masks.navigation.resize(values.size(), 0);
    for (std::size_t i = 0; i < values.size(); ++i)
      if (out(values[i])) masks.navigation[i] = 1;
  };
  if (index.is_dataset("navigation_mask"))
    leave_out(index.read<double>("navigation_mask"), "the navigation mask of stage " + input.name, [](double v) { return v != 0; });
  if (!options.navigation_mask.empty())
    leave_out(values_of_file(options.navigation_mask), "the navigation mask " + options.navigation_mask,
              [](double v) { return v != 0; });
  if (!options.mask_image.empty()) {
    const std::string dataset = "virtual_" + options.mask_image;
    if (!index.exists(dataset)) {
      std::string images;
      for (const auto& name : index.children())
        if (name.starts_with("virtual_")) images += (images.empty() ? "" : ", ") + name.substr(8);
      fail(Fault::usage, images.empty() ? "leave mask_image out" : "choose one of: " + images,
           "stage '{}' has no virtual image '{}'", input.name, options.mask_image);
    }
    const auto image = index.read<double>(dataset);
    // Positions that are left out already, as those in quarantine, would count as dark: the threshold parts the others.
    std::vector<double> left;
    for (std::size_t i = 0; i < image.size(); ++i)
      if (i >= masks.navigation.size() || masks.navigation[i] == 0) left.push_back(image[i]);
    const double least = options.mask_below ? *options.mask_below : li_threshold(left);
    leave_out(image, "the virtual image " + options.mask_image, [&](double v) { return v < least; });
  }
  return masks;
}

}  // namespace ronchi::decompose
