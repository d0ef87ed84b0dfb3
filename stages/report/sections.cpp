// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/report/sections.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "framework/base/text.hpp"

namespace ronchi::report {

namespace {

std::string sizes(const std::vector<Axis>& axes) {
  std::string text;
  for (const auto& a : axes) text += (text.empty() ? "" : " × ") + human_count(a.size);
  return text.empty() ? "1" : text;
}

bool over_scan(const Image& image, const Layout* layout) {
  if (layout == nullptr || image.kind == Image::Kind::pattern || image.axes.size() < 2) return false;
  return image.axes.back().size == layout->nx && image.axes[image.axes.size() - 2].size == layout->ny &&
         layout->nx * layout->ny > 1;
}

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

Curve thinned(Curve curve) {
  constexpr std::size_t most = 4096;
  for (auto& s : curve.series) {
    const std::size_t step = (s.x.size() + most - 1) / most;
    if (step < 2) continue;
    std::size_t n = 0;
    for (std::size_t i = 0; i < s.x.size(); i += step, ++n) {
      s.x[n] = s.x[i];
      s.y[n] = s.y[i];
    }
    s.x.resize(n);
    s.y.resize(n);
    if (curve.caption.find("Drawn: every") == std::string::npos)
      curve.caption += fmt::format("{}Drawn: every {}th point.", curve.caption.empty() ? "" : " ", step);
  }
  return curve;
}

Table shortened(Table table) {
  constexpr std::size_t most = 300;
  if (table.rows.size() > most) {
    table.caption += fmt::format("{}The first {} of {} rows.", table.caption.empty() ? "" : " ", most, table.rows.size());
    table.rows.resize(most);
  }
  return table;
}

}  // namespace

void add_summary(Page& page, const Content& content, const Layout* layout, const Decomposition* d) {
  page.section("summary", "Summary");
  std::string lead = fmt::format("Job <b>{}</b>", escaped(content.job));
  std::string tiles;
  const auto tile = [&](const std::string& value, const std::string& what) {
    tiles += fmt::format("<div><b>{}</b><span>{}</span></div>", escaped(value), escaped(what));
  };
  if (layout != nullptr && content.info) {
    const FrameInfo& info = *content.info;
    const bool spectra = info.signal.size() == 1;
    const char* what = spectra ? "spectra" : "patterns";
    lead += fmt::format(": {} {} of {} {} ({}), on a scan of {} positions", human_count(layout->frames()), what, sizes(info.signal),
                        spectra ? "channels" : "pixels", name_of(info.type), sizes(info.navigation));
    if (const auto title = info.metadata.find("General.title"); title != info.metadata.end())
      if (const auto* text = std::get_if<std::string>(&title->second); text != nullptr && !text->empty())
        lead += fmt::format(", from “{}”", escaped(*text));
    tile(human_count(layout->frames()), what);
    tile(sizes(info.signal), spectra ? "channels" : "pixels each");
  }
  if (d != nullptr) {
    lead += fmt::format(", decomposed into {} components by {} in {} iterations", d->components, escaped(d->algorithm),
                        human_count(d->iterations));
    tile(std::to_string(d->components), "components");
    if (d->error) {
      lead += fmt::format(", {} {:.4g}", d->error_name, *d->error);
      tile(fmt::format("{:.4g}", *d->error), d->error_name);
    }
    if (d->accuracy) {
      lead += fmt::format(". The phases agree with the known truth at {:.2f} % of the positions", 100 * *d->accuracy);
      tile(fmt::format("{:.2f} %", 100 * *d->accuracy), "accuracy");
    }
  }
  page.add(fmt::format("<p class=\"lead\">{}.</p>\n", lead));
  if (!tiles.empty()) page.add("<div class=\"tiles\">" + tiles + "</div>\n");
  if (const auto sentences = warnings(content); !sentences.empty()) {
    constexpr std::size_t shown = 6;
    std::string items, more;
    for (std::size_t i = 0; i < sentences.size(); ++i)
      (i < shown ? items : more) += fmt::format("<li>{}</li>", escaped(sentences[i]));
    if (!more.empty())
      more = fmt::format("<details><summary>{} more</summary><ul>{}</ul></details>", sentences.size() - shown, more);
    page.add(fmt::format("<div class=\"warnings\" role=\"note\"><b>{} warning{}</b><ul>{}</ul>{}</div>\n", sentences.size(),
                         sentences.size() == 1 ? "" : "s", items, more));
  }
}

void add_figures(Page& page, const std::vector<Figure>& figures, const Layout* layout, std::int64_t most_pixels) {
  std::string flow, group;
  const auto end_flow = [&] {
    if (!flow.empty())
      page.add(fmt::format("<div class=\"group\">{}<div class=\"flow\">{}</div></div>\n",
                           group.empty() ? "" : fmt::format("<h3>{}</h3>", escaped(group)), flow));
    flow.clear();
    group.clear();
  };
  for (const auto& figure : figures) {
    const Image* image = std::get_if<Image>(&figure);
    const std::string of = image != nullptr ? image->group : "";
    if (of != group) end_flow();
    group = of;
    if (image != nullptr) {
      PictureStyle style;
      style.most_pixels = most_pixels;
      style.navigable = over_scan(*image, layout);
      flow += html_picture(*image, style);
    } else if (const auto* curve = std::get_if<Curve>(&figure)) {
      flow += html_curve(thinned(*curve));
    } else if (const auto* table = std::get_if<Table>(&figure)) {
      flow += html_table(shortened(*table));
    } else {
      flow += html_text(std::get<Text>(figure));
    }
  }
  end_flow();
}

void add_components(Page& page, const Layout& layout, const FrameInfo& info, const Decomposition& d,
                    const std::vector<const Curve*>& spectra, std::int64_t most_pixels) {
  for (std::int64_t k = 0; k < d.components; ++k) {
    const auto c = static_cast<std::size_t>(k);
    std::string flow;
    if (layout.spectrum()) {
      Curve curve;
      if (c < spectra.size())
        curve = *spectra[c];
      else {
        const Axis axis = info.signal.empty() ? Axis{} : info.signal.back();
        curve.x_label = axis.name + (axis.units.empty() ? "" : " (" + axis.units + ")");
        curve.y_label = "share of the counts";
        Curve::Series s;
        for (std::int64_t i = 0; i < axis.size; ++i) {
          s.x.push_back(axis.offset + axis.scale * static_cast<double>(i));
          s.y.push_back(d.factors[c][static_cast<std::size_t>(i)]);
        }
        curve.series.push_back(std::move(s));
      }
      curve.title = "Spectrum";
      flow += html_curve(thinned(std::move(curve)));
    } else {
      Image pattern{"Pattern", "", Image::Kind::pattern, "share of counts", {}, d.factors[c], {}, ""};
      pattern.axes = {info.signal[info.signal.size() - 2], info.signal.back()};
      PictureStyle style;
      style.most_pixels = most_pixels;
      flow += html_picture(pattern, style);
    }
    Image map{"Loading", "", Image::Kind::map, "counts", {layout.slice, layout.y, layout.x}, d.loadings[c], {}, ""};
    map.axes[0].size = layout.slices;
    for (std::size_t i : {1, 2}) {
      map.axes[i].size = i == 1 ? d.rows : d.columns;
      map.axes[i].scale *= static_cast<double>(d.step);
    }
    if (d.step > 1) map.caption = fmt::format("Means over {0} x {0} positions.", d.step);
    if (layout.nx * layout.ny > 1) {
      PictureStyle style;
      style.map = ColourMap::viridis;
      style.navigable = true;
      style.rows = layout.ny;
      style.columns = layout.nx;
      style.most_pixels = most_pixels;
      flow += html_picture(map, style);
    }
    page.add(
        fmt::format("<section class=\"card component\"><h3><i style=\"background:{}\"></i>{} <small>{:.1f} % of all "
                    "counts</small></h3><div class=\"flow\">{}</div></section>\n",
                    css(label_colour(c)), escaped(d.names[c]), 100 * d.shares[c], flow));
  }
}

std::vector<Curve> decomposition_curves(const h5::Group& index, const std::vector<Figure>& drawn) {
  const auto has = [&](std::initializer_list<const char*> words) {
    return std::any_of(drawn.begin(), drawn.end(), [&](const Figure& f) {
      const Curve* c = std::get_if<Curve>(&f);
      return c != nullptr &&
             std::any_of(words.begin(), words.end(), [&](const char* w) { return lower(c->title).find(w) != std::string::npos; });
    });
  };
  std::vector<Curve> curves;
  const auto add = [&](const char* dataset, Curve curve, const char* series) {
    if (!index.exists(dataset)) return;
    const auto y = index.read<double>(dataset);
    Curve::Series s{series, {}, y};
    for (std::size_t i = 0; i < y.size(); ++i) s.x.push_back(static_cast<double>(i + 1));
    if (y.empty()) return;
    curve.series = {std::move(s)};
    curves.push_back(std::move(curve));
  };
  if (!has({"scree"})) {
    Curve scree{"Scree plot",
                "Explained variance of the principal components; where the curve turns flat, noise begins.",
                "principal component",
                "explained variance",
                false,
                true,
                true,
                {},
                {}};
    add("pca/explained_variance", scree, "explained variance");
  }
  if (!has({"converg", "error", "objective"}))
    add("nmf/objective", {"Convergence", "", "iteration", "relative error", false, true, false, {}, {}}, "relative error");
  if (!has({"kkt", "converg"}))
    add("nmf/kkt",
        {"Stopping rule",
         "Residual of the Karush-Kuhn-Tucker conditions: how far the solution is from a stationary point.",
         "iteration",
         "KKT residual",
         false,
         true,
         false,
         {},
         {}},
        "KKT residual");
  return curves;
}

}  // namespace ronchi::report
