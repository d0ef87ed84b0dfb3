// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/learn_particles/samples.hpp"

#include <algorithm>
#include <cmath>

#include "framework/base/error.hpp"

namespace ronchi::learn_particles {

void require_layers(const Options& options, std::int64_t pixels) {
  if (pixels >> options.layers < 1)
    fail(Fault::usage, "take fewer layers, a smaller bin or larger images", "{} layers halve images of {} px to nothing",
         options.layers, pixels);
}

Samples::Samples(const engine::Input& images, const Options& options) : parts_(images.parts()) {
  const h5::File index = images.index();
  if (!index.exists("noisy"))
    fail(Fault::usage, "give that stage `store: images` or `store: both`", "stage {} holds exit waves alone, no images",
         images.name);
  const auto shape = index.dataset("noisy").shape();  // items, images, rows, columns
  height_ = shape[2];
  width_ = shape[3];
  bin_ = options.bin;
  pixels_ = std::min(options.pixels, std::min(height_, width_) / bin_);
  require_layers(options, pixels_);
  class_names_ = index.read_texts("class_names");
  const auto split = index.read<std::uint8_t>("split"), category = index.read<std::uint8_t>("label_class");
  const auto atoms = index.read<std::int32_t>("label_atoms");
  const std::int64_t items = options.structures > 0 ? std::min(options.structures, shape[0]) : shape[0];
  double sum = 0, squares = 0;
  for (std::int64_t item = 0; item < items; ++item) {
    const auto i = static_cast<std::size_t>(item);
    if (split[i] >= splits) continue;  // there is no particle
    if (category[i] >= class_names_.size())
      fail(Fault::corrupt, "remove the result and run the stage again", "{} has class {} of {}", images.name, category[i],
           class_names_.size());
    for (std::int64_t image = 0; image < shape[1]; ++image)
      samples_[split[i]].push_back({item, image, category[i], static_cast<double>(atoms[i])});
    if (split[i] != 0) continue;
    sum += atoms[i];
    squares += static_cast<double>(atoms[i]) * atoms[i];
  }
  for (int s = 0; s < splits; ++s)
    if (samples_[static_cast<std::size_t>(s)].empty())
      fail(Fault::usage, "simulate more particles, or give each split its share (simulate_images: shares)",
           "none of the {} structures is in split {}: training, validation and test need some each", items, s);
  const double n = static_cast<double>(samples_[0].size()) / static_cast<double>(shape[1]);
  mean_atoms_ = sum / n;
  spread_of_atoms_ = std::max(1.0, std::sqrt(std::max(0.0, squares / n - mean_atoms_ * mean_atoms_)));
  raw_.resize(static_cast<std::size_t>(height_ * width_));
  small_.resize(static_cast<std::size_t>(pixels_ * pixels_));
}

const Samples::Shard& Samples::shard_of(std::int64_t item) {
  const auto there = [&](const auto& s) { return s.items.contains(item); };
  auto found = std::find_if(shards_.begin(), shards_.end(), there);
  if (found == shards_.end()) {
    const auto file = std::find_if(parts_.files().begin(), parts_.files().end(), there);
    if (file == parts_.files().end())
      fail(Fault::missing, "run the job again: what is missing is made anew", "no shard holds item {}", item);
    if (shards_.size() == most_shards) shards_.pop_back();
    shards_.push_front({file->items, engine::open_result(file->path).dataset("noisy")});
    found = shards_.begin();
  }
  shards_.splice(shards_.begin(), shards_, found);
  return *found;
}

void Samples::read(const Sample& sample, int turn, float* out) {
  const Shard& shard = shard_of(sample.item);
  shard.noisy.read(Scalar::u16, {sample.item - shard.items.first, sample.image, 0, 0}, {1, 1, height_, width_},
                   reinterpret_cast<std::byte*>(raw_.data()));
  const std::int64_t p = pixels_, top = (height_ - p * bin_) / 2, left = (width_ - p * bin_) / 2;
  double sum = 0, squares = 0;
  for (std::int64_t y = 0; y < p; ++y)
    for (std::int64_t x = 0; x < p; ++x) {
      std::uint64_t counts = 0;  // whole numbers: the same in every order
      for (std::int64_t j = 0; j < bin_; ++j) {
        const std::uint16_t* row = raw_.data() + (top + y * bin_ + j) * width_ + left + x * bin_;
        for (std::int64_t i = 0; i < bin_; ++i) counts += row[i];
      }
      const double v = static_cast<double>(counts) / static_cast<double>(bin_ * bin_);
      small_[static_cast<std::size_t>(y * p + x)] = static_cast<float>(v);
      sum += v;
      squares += v * v;
    }
  const double n = static_cast<double>(p * p), mean = sum / n;
  const double scale = 1 / std::max(1e-6, std::sqrt(std::max(0.0, squares / n - mean * mean)));
  for (std::int64_t y = 0; y < p; ++y)
    for (std::int64_t x = 0; x < p; ++x) {
      std::int64_t v = y, u = turn >= 4 ? p - 1 - x : x;
      for (int q = 0; q < turn % 4; ++q) {
        const std::int64_t before = v;
        v = u;
        u = p - 1 - before;
      }
      out[y * p + x] = static_cast<float>((small_[static_cast<std::size_t>(v * p + u)] - mean) * scale);
    }
}

}  // namespace ronchi::learn_particles
