// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

/// Training of small networks. Here are pointers and extents alone: LibTorch's headers are met in the module that implements this
/// (torch_learner.cpp), which is loaded when the first learner is made. A program that learns nothing does not load LibTorch, which
/// takes half a second and 170 MB.
namespace ronchi::learn {

/// A convolutional network that tells of square images a class and a number: a convolution of 5 x 5 and then `layers` - 1 of 3 x 3,
/// each with stride 2, batch normalisation and ReLU and twice as many channels as the one before (up to 4 `width`); mean and
/// maximum over what is left of the image; a hidden layer; one output per class and one for the number.
struct Network {
  std::int64_t pixels = 128;  ///< edge of the images; at least 2^layers
  std::int64_t width = 16;    ///< channels of the first layer
  std::int64_t layers = 4;
  std::int64_t classes = 2;
  std::uint64_t seed = 0;  ///< of the weights it begins with
};

struct Loss {
  double classes = 0;  ///< mean cross entropy
  double number = 0;   ///< mean smooth absolute error (quadratic below 1)
};

/// An array of a learner's state.
struct Values {
  std::string name;
  std::vector<std::int64_t> shape;
  std::vector<float> values;
};

/// A network in training, on one thread: the same calls give the same bytes on the same machine and version of LibTorch.
/// Throws std::runtime_error with LibTorch's words.
class Learner {
 public:
  virtual ~Learner() = default;
  /// One step of Adam (Kingma & Ba 2015; weight decay apart, Loshchilov & Hutter 2019) on images [n, pixels, pixels] with their
  /// classes and numbers [n]; the loss before it.
  virtual Loss step(std::span<const float> images, std::span<const std::int64_t> classes, std::span<const float> numbers,
                    double rate) = 0;
  /// Probabilities [n, classes] and numbers [n] of images [n, pixels, pixels].
  virtual void predict(std::span<const float> images, std::span<float> probabilities, std::span<float> numbers) = 0;
  /// Weights ("weights/..."), running means of the normalisations and moments of the optimiser ("training/..."): all that a learner
  /// needs to go on as if nothing had happened.
  [[nodiscard]] virtual std::vector<Values> state() const = 0;
  virtual void restore(const std::vector<Values>& state) = 0;  ///< of the same network
};

/// The Failures of make_learner that can be told without loading LibTorch.
void require_module();

/// Loads LibTorch's module when it is called first. Throws Failure(unsupported) when this program was built without it, and
/// Failure(missing) when the module is not where it should be: beside the program, or in ../lib/ronchi from there.
[[nodiscard]] std::unique_ptr<Learner> make_learner(const Network& network);

}  // namespace ronchi::learn
