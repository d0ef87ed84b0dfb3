// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"
#include "stages/report/explorer.hpp"
#include "stages/report/sections.hpp"

namespace ronchi::report {

namespace {

/// Whether the page draws this figure of `decompose` in another way.
bool superseded(const Figure& figure) {
  if (const Image* image = std::get_if<Image>(&figure))
    return image->group == "Component patterns" || image->group == "Loading maps";
  const Curve* curve = std::get_if<Curve>(&figure);
  return curve != nullptr && curve->title == "Component spectra";
}

std::string title_of(const StageResult& stage) {
  std::string title = stage.name;
  std::replace(title.begin(), title.end(), '_', ' ');
  if (!title.empty()) title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
  return title;
}

std::string page_of(const Content& content, const std::vector<std::vector<Figure>>& figures, const Budget& budget) {
  const StageResult* decompose = content.find("decompose");
  std::optional<Layout> layout;
  std::optional<Decomposition> d;
  if (content.info) layout.emplace(*content.info);
  if (decompose != nullptr && layout && decompose->index->exists("nmf/factors"))
    d = load_decomposition(content, *layout, static_cast<std::int64_t>(budget.loadings * 3 / 4));

  // The curves of `elements` are the components' spectra with their lines named: they belong beside the loadings.
  std::vector<const Curve*> spectra;
  std::vector<Curve::Mark> marks;
  std::int64_t pictures = d ? d->components * (layout->slices + 2) : 0;
  for (std::size_t i = 0; i < figures.size(); ++i)
    for (const auto& f : figures[i]) {
      if (const Image* image = std::get_if<Image>(&f)) pictures += pictures_in(*image);
      if (const Curve* curve = std::get_if<Curve>(&f); curve != nullptr && content.stages[i].type == "elements")
        spectra.push_back(curve);
    }
  if (!d || static_cast<std::int64_t>(spectra.size()) != d->components) spectra.clear();
  for (const Curve* curve : spectra)
    for (const auto& m : curve->marks)
      if (std::none_of(marks.begin(), marks.end(), [&](const auto& o) { return o.text == m.text; })) marks.push_back(m);
  const auto most_pixels = std::clamp<std::int64_t>(
      static_cast<std::int64_t>(budget.pictures * 0.7) / std::max<std::int64_t>(1, pictures), 16 * 16, 512 * 512);

  Page page(content.job, fmt::format("Ronchi report · {}",
                                     content.info ? content.info->text() : fmt::format("{} stages", content.stages.size())));
  const Layout* scan = layout ? &*layout : nullptr;
  add_summary(page, content, scan, d ? &*d : nullptr);
  for (std::size_t i = 0; i < content.stages.size(); ++i) {
    const StageResult& stage = content.stages[i];
    std::vector<Figure> shown;
    for (const auto& f : figures[i])
      if (!(d && &stage == decompose && superseded(f)) &&
          !(stage.type == "elements" && !spectra.empty() && std::holds_alternative<Curve>(f)))
        shown.push_back(f);
    const bool decomposed = d && &stage == decompose;
    if (decomposed) {
      auto curves = decomposition_curves(*stage.index, figures[i]);
      shown.insert(shown.begin(), curves.begin(), curves.end());
    }
    if (shown.empty() && !decomposed) continue;
    page.section("stage-" + stage.name, title_of(stage), stage.type == stage.name ? "" : stage.type);
    if (decomposed) add_components(page, *layout, *content.info, *d, spectra, most_pixels);
    add_figures(page, shown, scan, most_pixels);
  }
  page.section("provenance", "Timings and provenance");
  page.add("<div class=\"flow\">" + html_table(timings(content)) + "</div>");
  for (const auto& table : provenance(content)) page.add("<div class=\"flow\">" + html_table(table) + "</div>");
  if (d && layout->nx * layout->ny > 1) add_explorer(page, content, *layout, *d, budget, marks);
  return page.html();
}

}  // namespace

std::string build_page(const Content& content) {
  std::vector<std::vector<Figure>> figures;
  for (const auto& stage : content.stages) figures.push_back(load(*stage.index));
  double scale = static_cast<double>(content.most_bytes) / 25e6;
  for (int attempt = 0; attempt < 6; ++attempt, scale *= 0.6) {
    std::string html = page_of(content, figures, Budget{}.scaled(scale));
    if (static_cast<std::int64_t>(html.size()) <= content.most_bytes) return html;
  }
  fail(Fault::usage, "raise report.most_bytes", "the figures of {} stages do not fit a report of {}", content.stages.size(),
       human_bytes(static_cast<double>(content.most_bytes)));
}

}  // namespace ronchi::report
