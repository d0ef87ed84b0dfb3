// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/report/content.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/error.hpp"

namespace ronchi::report {

Layout::Layout(const FrameInfo& info) {
  const auto& n = info.navigation;
  if (!n.empty()) {
    x = n.back();
    nx = x.size;
  }
  if (n.size() > 1) {
    y = n[n.size() - 2];
    ny = y.size;
  }
  for (std::size_t i = 0; i + 2 < n.size(); ++i) slices *= n[i].size;
  if (n.size() > 2) slice = n[n.size() - 3];
  if (!info.signal.empty()) width = info.signal.back().size;
  for (std::size_t i = 0; i + 1 < info.signal.size(); ++i) height *= info.signal[i].size;
}

const StageResult* Content::find(const std::string& type) const {
  for (const auto& s : stages)
    if (s.type == type) return &s;
  return nullptr;
}

namespace {

/// Names that a later stage gave to the components; the number stays in front of them.
std::vector<std::string> component_names(const Content& content, std::int64_t components) {
  std::vector<std::string> names;
  for (std::int64_t i = 0; i < components; ++i) names.push_back(fmt::format("Component {}", i + 1));
  for (const char* type : {"phases", "elements"}) {
    const StageResult* stage = content.find(type);
    if (stage == nullptr || !stage->index->exists("component_names")) continue;
    const auto found = stage->index->read_texts("component_names");
    if (static_cast<std::int64_t>(found.size()) != components) continue;
    for (std::size_t i = 0; i < found.size(); ++i)
      if (!found[i].empty()) names[i] = fmt::format("{} · {}", i + 1, found[i]);
  }
  return names;
}

/// Means of the loadings over blocks, and each component's sum over all positions.
std::vector<double> reduce_loadings(const h5::Dataset& all, const Layout& layout, Decomposition& d) {
  const auto k = static_cast<std::size_t>(d.components);
  std::vector<double> totals(k, 0);
  d.loadings.assign(k, std::vector<float>(static_cast<std::size_t>(layout.slices * d.rows * d.columns)));
  std::vector<double> sums;
  for (std::int64_t slice = 0; slice < layout.slices; ++slice)
    for (std::int64_t row = 0; row < d.rows; ++row) {
      const std::int64_t y = row * d.step, lines = std::min(d.step, layout.ny - y);
      sums.assign(k * static_cast<std::size_t>(d.columns), 0);
      for (std::int64_t line = 0; line < lines; ++line) {
        const auto values = all.read<float>({(slice * layout.ny + y + line) * layout.nx, 0}, {layout.nx, d.components});
        for (std::int64_t x = 0; x < layout.nx; ++x)
          for (std::size_t c = 0; c < k; ++c)
            sums[c * static_cast<std::size_t>(d.columns) + static_cast<std::size_t>(x / d.step)] +=
                values[static_cast<std::size_t>(x) * k + c];
      }
      for (std::size_t c = 0; c < k; ++c)
        for (std::int64_t column = 0; column < d.columns; ++column) {
          const double sum = sums[c * static_cast<std::size_t>(d.columns) + static_cast<std::size_t>(column)];
          const std::int64_t width = std::min(d.step, layout.nx - column * d.step);
          d.loadings[c][static_cast<std::size_t>((slice * d.rows + row) * d.columns + column)] =
              static_cast<float>(sum / static_cast<double>(lines * width));
          totals[c] += sum;
        }
    }
  return totals;
}

}  // namespace

Decomposition load_decomposition(const Content& content, const Layout& layout, std::int64_t most_values) {
  const h5::Group& index = *content.find("decompose")->index;
  const h5::Dataset factors = index.dataset("nmf/factors"), loadings = index.dataset("nmf/loadings");
  const auto f = factors.shape(), l = loadings.shape();
  if (f.size() != 2 || l.size() != 2 || f[0] != l[1] || f[1] != layout.pixels() || l[0] != layout.frames())
    fail(Fault::corrupt, "run the stage decompose again", "{}: factors and loadings do not fit {} frames of {} pixels",
         index.path(), layout.frames(), layout.pixels());
  Decomposition d;
  d.components = f[0];
  const auto values = [&] { return d.components * layout.slices * ceil_div(layout.ny, d.step) * ceil_div(layout.nx, d.step); };
  while (ceil_div(layout.ny, d.step) * ceil_div(layout.nx, d.step) > 512 * 512 ||
         (values() > most_values && d.step < std::max(layout.ny, layout.nx)))
    ++d.step;
  d.rows = ceil_div(layout.ny, d.step);
  d.columns = ceil_div(layout.nx, d.step);
  const auto all = factors.read<float>();
  for (std::int64_t k = 0; k < d.components; ++k) d.factors.emplace_back(all.begin() + k * f[1], all.begin() + (k + 1) * f[1]);
  d.shares = reduce_loadings(loadings, layout, d);
  double total = 0;
  for (std::size_t k = 0; k < d.shares.size(); ++k) {
    double sum = 0;
    for (const float v : d.factors[k]) sum += v;
    total += d.shares[k] *= sum;
  }
  for (auto& s : d.shares) s = total > 0 ? s / total : 0;
  d.names = component_names(content, d.components);
  d.algorithm = index.attribute_or<std::string>("algorithm", "NMF");
  if (index.exists("nmf/objective"))
    if (const auto objective = index.read<double>("nmf/objective"); !objective.empty()) {
      d.error = objective.back();
      d.iterations = static_cast<std::int64_t>(objective.size());
    }
  if (index.attribute_or<std::string>("loss", "") == "kullback_leibler") d.error_name = "deviance per degree of freedom";
  d.iterations = index.attribute_or<std::int64_t>("iterations", d.iterations);
  d.converged = index.attribute_or<bool>("converged", true);
  if (const StageResult* phases = content.find("phases"); phases != nullptr && phases->index->has_attribute("accuracy"))
    d.accuracy = phases->index->attribute<double>("accuracy");
  return d;
}

std::vector<std::string> warnings(const Content& content) {
  std::vector<std::string> all;
  const auto add = [&](const StageResult& stage, const std::string& sentence) {
    const std::string line = stage.name + ": " + sentence;
    if (std::find(all.begin(), all.end(), line) == all.end()) all.push_back(line);
  };
  for (const auto& stage : content.stages) {
    if (stage.facts.IsDefined() && stage.facts.IsMap() && stage.facts["warnings"].IsDefined())
      for (const auto& w : stage.facts["warnings"])
        if (w.IsScalar()) add(stage, w.Scalar());
    if (stage.index->has_attribute("warnings"))
      for (const auto& w : stage.index->attribute<std::vector<std::string>>("warnings")) add(stage, w);
  }
  return all;
}

}  // namespace ronchi::report
