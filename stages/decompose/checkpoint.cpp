// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/decompose/checkpoint.hpp"

#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/comm/waiting.hpp"

namespace ronchi::decompose {

namespace {

constexpr std::int64_t piece_floats = 4 << 20;  // 16 MiB a message
constexpr int message_tag = 417;

std::vector<std::int64_t> rows_of_ranks(const Matrix& x) {
  std::vector<std::int64_t> rows(static_cast<std::size_t>(x.comm().size()), 0);
  rows[static_cast<std::size_t>(x.comm().rank())] = x.my_rows();
  x.comm().sum(std::span(rows));
  return rows;
}

/// A number that grows from checkpoint to checkpoint of a run: trials, their best one, the Kullback-Leibler loss.
std::int64_t step_of(const Progress& p) {
  if (p.loss == Loss::kullback_leibler) return (std::int64_t{1} << 41) + static_cast<std::int64_t>(p.kkt.size());
  return (p.trials_done ? std::int64_t{1} << 40 : std::int64_t{p.start} << 20) + static_cast<std::int64_t>(p.error.size());
}

void write_model(h5::Group* file, const std::string& name, const Model& model, const Matrix& x) {
  h5::Dataset w;
  if (file != nullptr) {
    file->write<float>(name + "/h", model.h, {model.k, x.padded_columns()});
    file->write<std::int32_t>(name + "/exponents", model.units.exponents,
                              {static_cast<std::int64_t>(model.units.exponents.size())});
    w = file->create<float>(name + "/w", {x.rows(), model.k});
  }
  gather_rows(x, model.w, model.k, [&](std::int64_t first, std::span<const float> values) {
    w.write<float>({first, 0}, {static_cast<std::int64_t>(values.size()) / model.k, model.k}, values);
  });
}

Model read_model(const h5::Group& file, const std::string& name, int k, const Matrix& x, std::int64_t first_row) {
  const h5::Dataset w = file.dataset(name + "/w"), h = file.dataset(name + "/h");
  if (w.shape() != h5::Shape{x.rows(), k} || h.shape() != h5::Shape{k, x.padded_columns()})
    fail(Fault::corrupt, "remove the checkpoint", "'{}' does not fit the data", w.path());
  Model model{k, {}, h.read<float>(), {file.read<std::int32_t>(name + "/exponents")}};
  if (x.my_rows() > 0) model.w = w.read<float>({first_row, 0}, {x.my_rows(), k});
  return model;
}

}  // namespace

std::int64_t first_row_of(const Matrix& x) {
  const auto rows = rows_of_ranks(x);
  std::int64_t first = 0;
  for (int r = 0; r < x.comm().rank(); ++r) first += rows[static_cast<std::size_t>(r)];
  return first;
}

void gather_rows(const Matrix& x, const std::vector<float>& mine, int width,
                 const std::function<void(std::int64_t, std::span<const float>)>& write) {
  const auto rows = rows_of_ranks(x);
  const std::int64_t piece_rows = std::max<std::int64_t>(1, piece_floats / std::max(1, width));
  std::vector<float> received;
  std::int64_t base = 0;
  for (int rank = 0; rank < x.comm().size(); ++rank) {
    const std::int64_t count = rows[static_cast<std::size_t>(rank)];
    for (std::int64_t first = 0; first < count; first += piece_rows) {
      const std::int64_t n = std::min(piece_rows, count - first);
      const auto floats = static_cast<std::size_t>(n * width);
      if (x.comm().leads()) {
        std::span<const float> values(mine.data() + (rank == 0 ? first * width : 0), rank == 0 ? floats : 0);
        if (rank != 0) {
          received.resize(floats);
          const Waiting waiting;
          MPI_Recv(received.data(), static_cast<int>(floats), MPI_FLOAT, rank, message_tag, x.comm().mpi(), MPI_STATUS_IGNORE);
          values = received;
        }
        write(base + first, values);
      } else if (rank == x.comm().rank()) {
        const Waiting waiting;
        MPI_Send(mine.data() + first * width, static_cast<int>(floats), MPI_FLOAT, 0, message_tag, x.comm().mpi());
      }
    }
    base += count;
  }
}

void save_checkpoint(const Progress& p, const Matrix& x, const engine::Checkpoints& checkpoints) {
  const bool with_best = !p.trials_done && p.best_start >= 0;
  const auto models = [&](h5::Group* file) {
    write_model(file, "model", p.model, x);
    if (with_best) write_model(file, "best", p.best, x);
  };
  if (!x.comm().leads()) return models(nullptr);
  checkpoints.save(step_of(p), [&](h5::Group& file) {
    file.set_attribute("loss", static_cast<std::int64_t>(p.loss));
    file.set_attribute("start", std::int64_t{p.start});
    file.set_attribute("trials_done", p.trials_done);
    file.set_attribute("best_start", std::int64_t{p.best_start});
    file.write<double>("error", p.error);
    file.write<double>("kkt", p.kkt);
    file.write<double>("best_error", p.best_error);
    file.write<double>("best_kkt", p.best_kkt);
    file.write<float>("momentum/h", p.momentum.h, {static_cast<std::int64_t>(p.momentum.h.size())});
    file.write<double>("momentum/numbers", {p.momentum.t, p.momentum.divergence, p.momentum.moved});
    models(&file);
  });
}

std::optional<Progress> load_checkpoint(const Matrix& x, int components, const engine::Checkpoints& checkpoints, Loss loss) {
  const std::int64_t first_row = first_row_of(x);
  std::optional<Progress> progress;
  std::int64_t step = -1;
  try {
    if (const auto loaded = checkpoints.load();
        loaded && loaded->file.attribute<std::int64_t>("loss") == static_cast<std::int64_t>(loss)) {
      const h5::File& file = loaded->file;
      Progress p;
      p.loss = loss;
      p.start = static_cast<int>(file.attribute<std::int64_t>("start"));
      p.trials_done = file.attribute<bool>("trials_done");
      p.best_start = static_cast<int>(file.attribute<std::int64_t>("best_start"));
      p.error = file.read<double>("error");
      p.kkt = file.read<double>("kkt");
      p.best_error = file.read<double>("best_error");
      p.best_kkt = file.read<double>("best_kkt");
      p.momentum.h = file.read<float>("momentum/h");
      const auto numbers = file.read<double>("momentum/numbers");
      p.momentum.t = numbers.at(0);
      p.momentum.divergence = numbers.at(1);
      p.momentum.moved = numbers.at(2);
      p.model = read_model(file, "model", components, x, first_row);
      if (!p.trials_done && p.best_start >= 0) p.best = read_model(file, "best", components, x, first_row);
      progress = std::move(p);
      step = loaded->step;
    }
  } catch (const Failure&) {  // beginning again costs time, going on from something else would cost the result
    progress.reset();
    step = -1;
  }
  // A network file system may show ranks different files for a moment; then nobody goes on from any.
  if (x.comm().max(step) != -x.comm().max(-step)) return std::nullopt;
  return progress;
}

}  // namespace ronchi::decompose
