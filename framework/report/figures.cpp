// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/report/figures.hpp"

#include <fmt/format.h>

#include "framework/base/error.hpp"

namespace ronchi::report {

namespace {

void save_texts(h5::Group& g, const std::string& name, const std::vector<std::string>& texts) {
  if (!texts.empty()) g.write_texts(name, texts);
}
std::vector<std::string> load_texts(const h5::Group& g, const std::string& name) {
  return g.exists(name) ? g.read_texts(name) : std::vector<std::string>{};
}

void save(h5::Group& g, const Image& image) {
  g.set_attribute("kind", image.kind == Image::Kind::map ? "map" : image.kind == Image::Kind::pattern ? "pattern" : "labels");
  g.set_attribute("caption", image.caption);
  g.set_attribute("unit", image.unit);
  g.set_attribute("group", image.group);
  h5::Shape shape;
  for (std::size_t i = 0; i < image.axes.size(); ++i) {
    const Axis& axis = image.axes[i];
    h5::Group a = g.make_group(fmt::format("axes/{}", i));
    a.set_attribute("name", axis.name);
    a.set_attribute("units", axis.units);
    a.set_attribute("scale", axis.scale);
    a.set_attribute("offset", axis.offset);
    shape.push_back(axis.size);
  }
  if (shape.empty() || h5::count_of(shape) != static_cast<std::int64_t>(image.values.size()))
    fail(Fault::internal, "report this", "figure '{}' has {} values, its axes say {}", image.title, image.values.size(),
         h5::count_of(shape));
  g.write<float>("values", image.values, shape);
  save_texts(g, "labels", image.labels);
}

Image load_image(const h5::Group& g) {
  Image image;
  const auto kind = g.attribute<std::string>("kind");
  image.kind = kind == "map" ? Image::Kind::map : kind == "pattern" ? Image::Kind::pattern : Image::Kind::labels;
  image.caption = g.attribute<std::string>("caption");
  image.unit = g.attribute<std::string>("unit");
  image.group = g.attribute<std::string>("group");
  const h5::Dataset values = g.dataset("values");
  const h5::Shape shape = values.shape();
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const h5::Group a = g.group(fmt::format("axes/{}", i));
    image.axes.push_back({a.attribute<std::string>("name"), a.attribute<std::string>("units"), a.attribute<double>("scale"),
                          a.attribute<double>("offset"), shape[i]});
  }
  image.values = values.read<float>();
  image.labels = load_texts(g, "labels");
  return image;
}

/// Every so many of each series, so that there are `most_points` in all and each series keeps its share.
Curve thinned(Curve curve) {
  std::size_t all = 0;
  for (const auto& s : curve.series) all += s.x.size();
  const std::size_t step = (all + most_points - 1) / most_points;
  if (!curve.points || step < 2) return curve;
  for (auto& s : curve.series)
    for (auto* values : {&s.x, &s.y}) {
      std::size_t kept = 0;
      for (std::size_t i = 0; i < values->size(); i += step) (*values)[kept++] = (*values)[i];
      values->resize(kept);
    }
  curve.caption += fmt::format("{}Drawn: one in {} of {} points.",
                               curve.caption.empty()         ? ""
                               : curve.caption.back() == '.' ? " "
                                                             : ". ",
                               step, all);
  return curve;
}

void save(h5::Group& g, const Curve& whole) {
  for (const auto& s : whole.series)
    if (s.x.size() != s.y.size())
      fail(Fault::internal, "report this", "curve '{}' of figure '{}' has {} x and {} y", s.name, whole.title, s.x.size(),
           s.y.size());
  const Curve curve = thinned(whole);
  g.set_attribute("caption", curve.caption);
  g.set_attribute("x_label", curve.x_label);
  g.set_attribute("y_label", curve.y_label);
  g.set_attribute("log_x", curve.log_x);
  g.set_attribute("log_y", curve.log_y);
  g.set_attribute("points", curve.points);
  for (std::size_t i = 0; i < curve.series.size(); ++i) {
    const auto& s = curve.series[i];
    h5::Group one = g.make_group(fmt::format("series/{:04}", i));
    one.set_attribute("name", s.name);
    one.write<double>("x", s.x);
    one.write<double>("y", s.y);
  }
  if (curve.marks.empty()) return;
  std::vector<double> x;
  std::vector<std::string> text;
  for (const auto& m : curve.marks) {
    x.push_back(m.x);
    text.push_back(m.text);
  }
  g.write<double>("marks/x", x);
  g.write_texts("marks/text", text);
}

Curve load_curve(const h5::Group& g) {
  Curve curve;
  curve.caption = g.attribute<std::string>("caption");
  curve.x_label = g.attribute<std::string>("x_label");
  curve.y_label = g.attribute<std::string>("y_label");
  curve.log_x = g.attribute<bool>("log_x");
  curve.log_y = g.attribute<bool>("log_y");
  curve.points = g.attribute<bool>("points");
  if (g.exists("series"))
    for (const auto& name : g.group("series").children()) {
      const h5::Group one = g.group("series/" + name);
      curve.series.push_back({one.attribute<std::string>("name"), one.read<double>("x"), one.read<double>("y")});
    }
  if (g.exists("marks")) {
    const auto x = g.read<double>("marks/x");
    const auto text = g.read_texts("marks/text");
    for (std::size_t i = 0; i < x.size(); ++i) curve.marks.push_back({x[i], text.at(i)});
  }
  return curve;
}

void save(h5::Group& g, const Table& table) {
  g.set_attribute("caption", table.caption);
  save_texts(g, "header", table.header);
  for (std::size_t i = 0; i < table.rows.size(); ++i) save_texts(g, fmt::format("rows/{:06}", i), table.rows[i]);
}

Table load_table(const h5::Group& g) {
  Table table;
  table.caption = g.attribute<std::string>("caption");
  table.header = load_texts(g, "header");
  if (g.exists("rows"))
    for (const auto& name : g.group("rows").children()) table.rows.push_back(g.read_texts("rows/" + name));
  return table;
}

void save(h5::Group& g, const Text& text) { g.write_text("text", text.text); }

}  // namespace

void add(h5::Group& result, const Figure& figure) {
  static constexpr const char* types[] = {"image", "curve", "table", "text"};
  h5::Group all = result.make_group("figures");
  h5::Group g = all.make_group(fmt::format("{:04}", all.children().size()));
  g.set_attribute("type", types[figure.index()]);
  std::visit(
      [&](const auto& f) {
        g.set_attribute("title", f.title);
        save(g, f);
      },
      figure);
}

std::vector<Figure> load(const h5::Group& result) {
  std::vector<Figure> figures;
  if (!result.exists("figures")) return figures;
  const h5::Group all = result.group("figures");
  for (const auto& name : all.children()) {
    const h5::Group g = all.group(name);
    const auto type = g.attribute<std::string>("type");
    if (type == "image")
      figures.emplace_back(load_image(g));
    else if (type == "curve")
      figures.emplace_back(load_curve(g));
    else if (type == "table")
      figures.emplace_back(load_table(g));
    else if (type == "text")
      figures.emplace_back(Text{{}, g.read_text("text")});
    else
      fail(Fault::corrupt, "was it written by a newer Ronchi?", "{} is a figure of unknown type '{}'", g.path(), type);
    std::visit([&](auto& f) { f.title = g.attribute<std::string>("title"); }, figures.back());
  }
  return figures;
}

}  // namespace ronchi::report
