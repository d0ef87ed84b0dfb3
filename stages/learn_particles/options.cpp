// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/learn_particles/options.hpp"

namespace ronchi::learn_particles {

void describe(config::Schema<Options>& s) {
  s.field("epochs", &Options::epochs).range(1, 100000).help("How often every training image is seen");
  s.field("batch", &Options::batch).range(1, 4096).help("Images per step");
  s.field("rate", &Options::rate)
      .range(1e-8, 1)
      .help("Learning rate of Adam after the first twentieth of the steps; from there to 0 along a cosine");
  s.field("structures", &Options::structures).range(0, 1e9).help("Learn from the first so many structures of the set; 0: all");
  s.field("pixels", &Options::pixels)
      .range(4, 4096)
      .unit("px")
      .help("Edge of what the network sees, after binning: the middle of the images, or all of them if they are smaller");
  s.field("bin", &Options::bin)
      .range(1, 1024)
      .help(
          "Pixels that are averaged in both directions; more than 1 loses the lattice, by whose strength the network tells species "
          "apart");
  s.field("width", &Options::width)
      .range(1, 1024)
      .help("Channels of the first convolution; later ones have two and four times as many");
  s.field("layers", &Options::layers).range(1, 12).help("Convolutions, each of which halves the image");
  s.field("augment", &Options::augment).help("Training images are seen turned by quarters and mirrored, at random");
  s.field("checkpoint_every", &Options::checkpoint_every).at_least(0).unit("s").speed().help("Time between checkpoints");
}

}  // namespace ronchi::learn_particles
