// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/export/products.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "framework/base/error.hpp"

namespace ronchi::exporting {

namespace {

formats::MemoryFrames stack(FrameInfo info, const std::vector<float>& values) {
  info.type = Scalar::f32;
  std::vector<std::byte> bytes(values.size() * sizeof(float));
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return {std::move(info), std::move(bytes)};
}

/// What is said of the data is said of what was made of them, too.
Metadata metadata_of(const Decomposition& d, const std::string& what) {
  Metadata m;
  for (const auto& [name, value] : d.frames.metadata)
    if (!name.starts_with("original_metadata.") && !name.starts_with("General.FileIO.")) m[name] = value;
  const auto title = m.find("General.title");
  const auto* text = title == m.end() ? nullptr : std::get_if<std::string>(&title->second);
  m["General.title"] = text == nullptr || text->empty() ? what : *text + " " + what;
  return m;
}

}  // namespace

Decomposition Decomposition::load(const h5::Group& index) {
  Decomposition d;
  d.frames = formats::load_info(index.group("frames_info"));
  d.factors = index.read<float>("nmf/factors");
  d.loadings = index.read<float>("nmf/loadings");
  d.components = index.dataset("nmf/factors").shape().at(0);
  const std::int64_t pixels = d.frames.pixels(), frames = d.frames.frames(), k = d.components;
  if (static_cast<std::int64_t>(d.factors.size()) != k * pixels || static_cast<std::int64_t>(d.loadings.size()) != k * frames)
    fail(Fault::corrupt, "delete the result of the stage decompose and run again", "{} does not fit its own frames ({})",
         index.path(), d.frames.text());
  auto& l = d.learning;
  l.algorithm = index.attribute_or<std::string>("algorithm", "NMF");
  l.components = k;
  l.poisson_normalised = index.attribute_or<bool>("poisson_normalised", false);
  l.loadings.assign(d.loadings.begin(), d.loadings.end());
  l.factors.resize(d.factors.size());
  for (std::int64_t c = 0; c < k; ++c)
    for (std::int64_t p = 0; p < pixels; ++p)
      l.factors[static_cast<std::size_t>(p * k + c)] = d.factors[static_cast<std::size_t>(c * pixels + p)];
  if (index.exists("signal_mask")) l.signal_mask = index.read<std::uint8_t>("signal_mask");
  if (index.exists("navigation_mask")) l.navigation_mask = index.read<std::uint8_t>("navigation_mask");
  if (index.exists("pca/explained_variance")) {
    l.explained_variance = index.read<double>("pca/explained_variance");
    const double sum = std::accumulate(l.explained_variance.begin(), l.explained_variance.end(), 0.0);
    const double total = index.group("pca").attribute_or<double>("total_variance", sum);
    for (const double v : l.explained_variance) l.explained_variance_ratio.push_back(total > 0 ? v / total : 0);
  }
  return d;
}

formats::MemoryFrames factor_stack(const Decomposition& d) {
  FrameInfo info;
  info.navigation = {{.name = "component", .size = d.components}};
  info.signal = d.frames.signal;
  info.metadata = metadata_of(d, "factors");
  return stack(std::move(info), d.factors);
}

formats::MemoryFrames loading_stack(const Decomposition& d) {
  FrameInfo info;
  const auto& navigation = d.frames.navigation;
  const auto maps = static_cast<std::ptrdiff_t>(std::min<std::size_t>(2, navigation.size()));
  info.navigation = {{.name = "component", .size = d.components}};
  info.navigation.insert(info.navigation.end(), navigation.begin(), navigation.end() - maps);
  info.signal.assign(navigation.end() - maps, navigation.end());
  if (info.signal.empty()) info.signal = {{.name = "frame", .size = 1}};
  info.metadata = metadata_of(d, "loadings");
  info.metadata["Signal.signal_type"] = std::string();
  info.metadata.erase("Signal.binned");
  const std::int64_t frames = d.frames.frames();
  std::vector<float> maps_first(d.loadings.size());
  for (std::int64_t f = 0; f < frames; ++f)
    for (std::int64_t c = 0; c < d.components; ++c)
      maps_first[static_cast<std::size_t>(c * frames + f)] = d.loadings[static_cast<std::size_t>(f * d.components + c)];
  return stack(std::move(info), maps_first);
}

void NoFrames::read(Range, std::span<std::byte> out) const { std::memset(out.data(), 0, out.size()); }

}  // namespace ronchi::exporting
