// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/learn_particles/training.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "framework/base/error.hpp"
#include "framework/base/random.hpp"

namespace ronchi::learn_particles {

namespace {

constexpr std::uint32_t stream = 0x1ea51u;  // of this stage's random numbers
constexpr std::uint32_t use_order = 0, use_turn = 1;

void write_state(h5::Group& file, const std::string& name, const std::vector<learn::Values>& state) {
  for (const auto& v : state) file.write<float>(name + "/" + v.name, std::span<const float>(v.values), v.shape);
}

/// The arrays that `like` has.
std::vector<learn::Values> read_state(const h5::Group& file, const std::string& name, std::vector<learn::Values> like) {
  for (auto& v : like) {
    const h5::Dataset set = file.dataset(name + "/" + v.name);
    v.shape = set.shape();
    v.values = set.read<float>();
  }
  return like;
}

}  // namespace

std::size_t Predictions::most_probable(std::size_t image, std::size_t classes) const {
  const auto first = probabilities.begin() + static_cast<std::ptrdiff_t>(image * classes);
  return static_cast<std::size_t>(std::max_element(first, first + static_cast<std::ptrdiff_t>(classes)) - first);
}

Training::Training(Samples& samples, const Options& options, std::uint64_t seed)
    : samples_(samples), options_(options), seed_(seed) {
  const auto classes = static_cast<std::int64_t>(samples.class_names().size());
  learner_ = learn::make_learner({samples.pixels(), options.width, options.layers, classes, seed});
  const auto batch = static_cast<std::size_t>(options.batch);
  images_.resize(batch * static_cast<std::size_t>(samples.pixels() * samples.pixels()));
  numbers_.resize(batch);
  classes_.resize(batch);
}

std::int64_t Training::batches(Split split) const {
  return ceil_div(static_cast<std::int64_t>(samples_.of(split).size()), options_.batch);
}
std::int64_t Training::batches_per_epoch() const { return batches(Split::train) + batches(Split::validation); }
std::int64_t Training::all_batches() const { return batches_per_epoch() * options_.epochs + batches(Split::test); }

double Training::fraction() const { return static_cast<double>(done_) / static_cast<double>(all_batches()); }

std::string Training::text() const {
  const auto epoch = static_cast<std::int64_t>(history_.loss.size());
  if (epoch == 0) return fmt::format("epoch 1 of {}", options_.epochs);
  return fmt::format("{}, validation {:.1f} % right, size to {:.0f} atoms",
                     epoch == options_.epochs ? "test images" : fmt::format("epoch {} of {}", epoch + 1, options_.epochs),
                     100 * history_.validation_right.back(), history_.validation_error.back());
}

double Training::rate(std::int64_t step) const {
  const double all = static_cast<double>(batches(Split::train) * options_.epochs), warm = std::max(1.0, all / 20);
  const double at = static_cast<double>(step) + 0.5;
  if (at < warm) return options_.rate * at / warm;
  return options_.rate * 0.5 * (1 + std::cos(std::numbers::pi * (at - warm) / (all - warm)));
}

/// Fisher and Yates' shuffle with numbers addressed by the epoch.
void Training::shuffle(std::int64_t epoch) {
  if (order_epoch_ == epoch) return;
  order_.resize(samples_.of(Split::train).size());
  std::iota(order_.begin(), order_.end(), 0);
  Random random(seed_, stream, static_cast<std::uint64_t>(epoch), use_order);
  for (std::size_t i = order_.size(); i > 1; --i) std::swap(order_[i - 1], order_[random.bits64() % i]);
  order_epoch_ = epoch;
}

double Training::step(std::int64_t epoch, std::int64_t batch) {
  shuffle(epoch);
  const auto& all = samples_.of(Split::train);
  const auto first = static_cast<std::size_t>(batch * options_.batch);
  const std::size_t count = std::min(all.size() - first, static_cast<std::size_t>(options_.batch));
  const auto image = static_cast<std::size_t>(samples_.pixels() * samples_.pixels());
  for (std::size_t i = 0; i < count; ++i) {
    const auto which = static_cast<std::size_t>(order_[first + i]);
    Random random(seed_, stream, static_cast<std::uint64_t>(epoch) << 32 | which, use_turn);
    samples_.read(all[which], options_.augment ? static_cast<int>(random.bits() % 8) : 0, images_.data() + i * image);
    classes_[i] = all[which].category;
    numbers_[i] = static_cast<float>((all[which].atoms - samples_.mean_atoms()) / samples_.spread_of_atoms());
  }
  const std::int64_t index = epoch * batches(Split::train) + batch;
  const auto loss = learner_->step(std::span(images_).first(count * image), std::span(classes_).first(count),
                                   std::span(numbers_).first(count), rate(index));
  if (!std::isfinite(loss.classes + loss.number))
    fail(Fault::numeric, "take a smaller rate", "the loss of step {} is no number", index);
  return loss.classes + loss.number;
}

bool Training::advance(std::int64_t count) {
  for (const std::int64_t all = all_batches(); count > 0 && done_ < all; --count) {
    const std::int64_t epoch = std::min(done_ / batches_per_epoch(), options_.epochs), batch = done_ - epoch * batches_per_epoch();
    if (epoch == options_.epochs)
      look(Split::test);
    else if (batch < batches(Split::train))
      sum_ += step(epoch, batch);
    else
      look(Split::validation);
    ++done_;
    if (epoch < options_.epochs && batch + 1 == batches_per_epoch()) end_epoch();
    if (done_ == all) judge(Split::test);
  }
  return done_ < all_batches();
}

/// The next batch of a split.
void Training::look(Split split) {
  const auto& all = samples_.of(split);
  const auto image = static_cast<std::size_t>(samples_.pixels() * samples_.pixels()), classes = samples_.class_names().size();
  const std::size_t first = said_.atoms.size(), count = std::min(static_cast<std::size_t>(options_.batch), all.size() - first);
  for (std::size_t i = 0; i < count; ++i) samples_.read(all[first + i], 0, images_.data() + i * image);
  said_.atoms.resize(first + count);
  said_.probabilities.resize((first + count) * classes);
  learner_->predict(std::span(images_).first(count * image), std::span(said_.probabilities).subspan(first * classes),
                    std::span(said_.atoms).subspan(first));
}

/// Counts how right it is, when all of the split has been looked at.
void Training::judge(Split split) {
  const auto& all = samples_.of(split);
  const std::size_t classes = samples_.class_names().size();
  Predictions& p = said_;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto truth = static_cast<std::size_t>(all[i].category);
    const double wrong = p.atoms[i] - (all[i].atoms - samples_.mean_atoms()) / samples_.spread_of_atoms();
    p.loss -= std::log(std::max(1e-12, static_cast<double>(p.probabilities[i * classes + truth])));
    p.loss += std::abs(wrong) < 1 ? 0.5 * wrong * wrong : std::abs(wrong) - 0.5;
    p.right += p.most_probable(i, classes) == truth ? 1 : 0;
    p.atoms_error += std::abs(wrong) * samples_.spread_of_atoms();
    p.atoms[i] = static_cast<float>(p.atoms[i] * samples_.spread_of_atoms() + samples_.mean_atoms());
  }
  const auto n = static_cast<double>(all.size());
  p.loss /= n;
  p.right /= n;
  p.atoms_error /= n;
}

void Training::end_epoch() {
  judge(Split::validation);
  const auto epoch = static_cast<std::int64_t>(history_.loss.size());
  const bool better = best_.empty() || said_.loss < history_.validation_loss[static_cast<std::size_t>(best_epoch_)];
  history_.loss.push_back(sum_ / static_cast<double>(batches(Split::train)));
  history_.validation_loss.push_back(said_.loss);
  history_.validation_right.push_back(said_.right);
  history_.validation_error.push_back(said_.atoms_error);
  sum_ = 0;
  said_ = {};
  if (better) {
    best_epoch_ = epoch;
    best_ = learner_->state();
  }
  if (epoch + 1 == options_.epochs) learner_->restore(best_);  // what is tested
}

void Training::save(const engine::Checkpoints& checkpoints) const {
  checkpoints.save(done_, [&](h5::Group& file) {
    file.set_attribute("done", done_);
    file.set_attribute("sum", sum_);
    file.set_attribute("best_epoch", best_epoch_);
    file.write<double>("loss", history_.loss);
    file.write<double>("validation_loss", history_.validation_loss);
    file.write<double>("validation_right", history_.validation_right);
    file.write<double>("validation_error", history_.validation_error);
    file.write<float>("said/probabilities", said_.probabilities);
    file.write<float>("said/atoms", said_.atoms);
    write_state(file, "now", learner_->state());
    write_state(file, "best", best_);
  });
}

void Training::load(const engine::Checkpoints& checkpoints) {
  const auto begin = learner_->state();
  try {
    const auto loaded = checkpoints.load();
    if (!loaded) return;
    const h5::File& file = loaded->file;
    const auto done = file.attribute<std::int64_t>("done"), best_epoch = file.attribute<std::int64_t>("best_epoch");
    const double sum = file.attribute<double>("sum");
    History history{file.read<double>("loss"), file.read<double>("validation_loss"), file.read<double>("validation_right"),
                    file.read<double>("validation_error")};
    Predictions said{file.read<float>("said/probabilities"), file.read<float>("said/atoms")};
    std::vector<learn::Values> best;
    if (best_epoch >= 0) best = read_state(file, "best", begin);
    learner_->restore(read_state(file, "now", begin));
    done_ = done;
    sum_ = sum;
    best_epoch_ = best_epoch;
    history_ = std::move(history);
    said_ = std::move(said);
    best_ = std::move(best);
  } catch (const std::exception&) {  // beginning again costs time, going on from something else would cost the result
    learner_->restore(begin);
  }
}

}  // namespace ronchi::learn_particles
