// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// The one translation unit that meets LibTorch, with its tensors and automatic derivatives alone (torch/torch.h compiles five times
// as long). No header of Kokkos may come in here.
#include <ATen/Parallel.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "framework/base/random.hpp"
#include "framework/learn/module.hpp"

namespace ronchi::learn {

namespace {

constexpr double decay_mean = 0.9, decay_square = 0.999, epsilon = 1e-8, weight_decay = 1e-4;

/// One thread while it lives: LibTorch's sums, and oneDNN's, depend on how many there are.
class SingleThread {
 public:
  SingleThread() : before_(at::get_num_threads()) { at::set_num_threads(1); }
  ~SingleThread() { at::set_num_threads(before_); }
  SingleThread(const SingleThread&) = delete;
  SingleThread& operator=(const SingleThread&) = delete;

 private:
  int before_;
};

struct Parameter {
  std::string name;
  at::Tensor value, mean, square;  ///< moments of Adam
};
struct Buffer {
  std::string name;
  at::Tensor value;
};

class TorchLearner : public Learner {
 public:
  explicit TorchLearner(const Network& n) : n_(n) {
    std::int64_t from = 1;
    for (std::int64_t l = 0; l < n.layers; ++l) {
      const std::int64_t to = channels(l), kernel = l == 0 ? 5 : 3;
      const auto name = "convolution" + std::to_string(l);
      add(name + "/kernel", {to, from, kernel, kernel}, from * kernel * kernel);
      add_constant(name + "/scale", to, 1);
      add_constant(name + "/shift", to, 0);
      buffers_.push_back({name + "/mean", at::zeros({to})});
      buffers_.push_back({name + "/variance", at::ones({to})});
      from = to;
    }
    add("hidden/weights", {4 * n.width, 2 * from}, 2 * from);
    add_constant("hidden/bias", 4 * n.width, 0);
    add("output/weights", {n.classes + 1, 4 * n.width}, 4 * n.width);
    add_constant("output/bias", n.classes + 1, 0);
  }

  Loss step(std::span<const float> images, std::span<const std::int64_t> classes, std::span<const float> numbers,
            double rate) override {
    const SingleThread single;
    const auto count = static_cast<std::int64_t>(classes.size());
    const at::Tensor output = forward(tensor(images, count), true);
    const auto truth = torch::from_blob(const_cast<std::int64_t*>(classes.data()), {count}, at::kLong);
    const auto values = torch::from_blob(const_cast<float*>(numbers.data()), {count}, at::kFloat);
    const auto of_class = at::nll_loss(at::log_softmax(output.narrow(1, 0, n_.classes), 1), truth);
    const auto of_number = at::smooth_l1_loss(output.select(1, n_.classes), values);
    for (auto& p : parameters_) p.value.mutable_grad() = at::Tensor();
    (of_class + of_number).backward();
    update(rate);
    return {of_class.item<double>(), of_number.item<double>()};
  }

  void predict(std::span<const float> images, std::span<float> probabilities, std::span<float> numbers) override {
    const SingleThread single;
    const at::NoGradGuard no_derivatives;
    const auto output = forward(tensor(images, static_cast<std::int64_t>(numbers.size())), false);
    const auto p = at::softmax(output.narrow(1, 0, n_.classes), 1).contiguous();
    const auto v = output.select(1, n_.classes).contiguous();
    std::copy_n(p.data_ptr<float>(), probabilities.size(), probabilities.begin());
    std::copy_n(v.data_ptr<float>(), numbers.size(), numbers.begin());
  }

  [[nodiscard]] std::vector<Values> state() const override {
    std::vector<Values> all;
    const auto put = [&](const std::string& name, const at::Tensor& t) {
      const auto flat = t.detach().contiguous();
      all.push_back({name, flat.sizes().vec(), {flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel()}});
    };
    for (const auto& p : parameters_) put("weights/" + p.name, p.value);
    for (const auto& b : buffers_) put("weights/" + b.name, b.value);
    for (const auto& p : parameters_) {
      put("training/mean/" + p.name, p.mean);
      put("training/square/" + p.name, p.square);
    }
    all.push_back({"training/steps", {1}, {static_cast<float>(steps_)}});
    return all;
  }

  void restore(const std::vector<Values>& state) override {
    const at::NoGradGuard no_derivatives;
    const auto take = [&](const std::string& name, at::Tensor& t) {
      const auto found = std::find_if(state.begin(), state.end(), [&](const Values& v) { return v.name == name; });
      if (found == state.end() || found->shape != t.sizes().vec())
        throw std::runtime_error("the saved state of the network is one of another network: " + name);
      t.copy_(torch::from_blob(const_cast<float*>(found->values.data()), t.sizes(), at::kFloat));
    };
    for (auto& p : parameters_) {
      take("weights/" + p.name, p.value);
      take("training/mean/" + p.name, p.mean);
      take("training/square/" + p.name, p.square);
    }
    for (auto& b : buffers_) take("weights/" + b.name, b.value);
    at::Tensor steps = at::zeros({1});
    take("training/steps", steps);
    steps_ = std::lround(steps.item<double>());
  }

 private:
  [[nodiscard]] std::int64_t channels(std::int64_t layer) const { return n_.width << std::min<std::int64_t>(layer, 2); }

  /// Normal with variance 2 / inputs (He et al. 2015), from numbers addressed by layer and weight.
  void add(const std::string& name, const std::vector<std::int64_t>& shape, std::int64_t inputs) {
    at::Tensor value = at::zeros(shape);
    Random random(n_.seed, 0x1ea2u, parameters_.size(), 0);
    const double width = std::sqrt(2.0 / static_cast<double>(inputs));
    std::generate_n(value.data_ptr<float>(), value.numel(), [&] { return static_cast<float>(width * random.normal()); });
    keep(name, std::move(value));
  }
  void add_constant(const std::string& name, std::int64_t size, double value) { keep(name, at::full({size}, value, at::kFloat)); }
  void keep(const std::string& name, at::Tensor value) {
    value.set_requires_grad(true);
    parameters_.push_back({name, value, at::zeros(value.sizes()), at::zeros(value.sizes())});
  }

  [[nodiscard]] at::Tensor tensor(std::span<const float> images, std::int64_t count) const {
    return torch::from_blob(const_cast<float*>(images.data()), {count, 1, n_.pixels, n_.pixels}, at::kFloat);
  }

  at::Tensor forward(at::Tensor x, bool training) {
    std::size_t p = 0, b = 0;
    for (std::int64_t l = 0; l < n_.layers; ++l, p += 3, b += 2) {
      x = at::conv2d(x, parameters_[p].value, {}, 2, l == 0 ? 2 : 1);
      x = at::relu(at::batch_norm(x, parameters_[p + 1].value, parameters_[p + 2].value, buffers_[b].value, buffers_[b + 1].value,
                                  training, 0.1, 1e-5, false));
    }
    x = at::cat({at::mean(x, {2, 3}), at::amax(x, {2, 3})}, 1);
    x = at::relu(at::linear(x, parameters_[p].value, parameters_[p + 1].value));
    return at::linear(x, parameters_[p + 2].value, parameters_[p + 3].value);
  }

  void update(double rate) {
    const at::NoGradGuard no_derivatives;
    ++steps_;
    const double mean_bias = 1 - std::pow(decay_mean, steps_), square_bias = 1 - std::pow(decay_square, steps_);
    for (auto& p : parameters_) {
      const at::Tensor& gradient = p.value.grad();
      p.mean.mul_(decay_mean).add_(gradient, 1 - decay_mean);
      p.square.mul_(decay_square).addcmul_(gradient, gradient, 1 - decay_square);
      if (p.value.dim() > 1) p.value.mul_(1 - rate * weight_decay);
      p.value.addcdiv_(p.mean, (p.square / square_bias).sqrt_().add_(epsilon), -rate / mean_bias);
    }
  }

  Network n_;
  std::vector<Parameter> parameters_;
  std::vector<Buffer> buffers_;
  std::int64_t steps_ = 0;
};

}  // namespace

}  // namespace ronchi::learn

ronchi::learn::Learner* ronchi_make_learner(const ronchi::learn::Network* network) {
  return new ronchi::learn::TorchLearner(*network);
}
