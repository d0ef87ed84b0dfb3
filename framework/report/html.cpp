// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/report/html.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "framework/base/text.hpp"
#include "framework/report/assets.hpp"

namespace ronchi::report {

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string pretty_unit(std::string_view unit) {
  if (unit == "1/A") return "1/Å";
  if (unit == "A") return "Å";
  if (unit == "um") return "µm";
  return std::string(unit);
}

std::string json_number(double value, int digits) { return std::isfinite(value) ? fmt::format("{:.{}g}", value, digits) : "null"; }

std::string json_numbers(std::span<const double> values, int digits) {
  std::string out = "[";
  for (std::size_t i = 0; i < values.size(); ++i) out += (i > 0 ? "," : "") + json_number(values[i], digits);
  return out + "]";
}

namespace {

std::string caption_html(const std::string& caption) {
  return caption.empty() ? "" : fmt::format("<p class=\"caption\">{}</p>", escaped(caption));
}

std::string rows_html(const Table& table) {
  const auto numeric = [](const std::string& cell) {
    return !cell.empty() && cell.find_first_not_of("0123456789.,+-eE %×·") == std::string::npos;
  };
  std::string out = "<div class=\"scroll\"><table>";
  if (!table.header.empty()) {
    out += "<thead><tr>";
    for (const auto& h : table.header) out += fmt::format("<th scope=\"col\">{}</th>", escaped(h));
    out += "</tr></thead>";
  }
  out += "<tbody>";
  for (const auto& row : table.rows) {
    out += "<tr>";
    for (const auto& cell : row) out += fmt::format("<td{}>{}</td>", numeric(cell) ? " class=\"number\"" : "", escaped(cell));
    out += "</tr>";
  }
  return out + "</tbody></table></div>";
}

/// The numbers of a curve: one row per x, one column per series.
Table numbers(const Curve& curve, std::size_t most_rows) {
  Table table;
  table.header = {curve.x_label.empty() ? "x" : curve.x_label};
  std::vector<double> x;
  for (const auto& s : curve.series) {
    table.header.push_back(s.name.empty() ? curve.y_label : s.name);
    x.insert(x.end(), s.x.begin(), s.x.end());
  }
  std::sort(x.begin(), x.end());
  x.erase(std::unique(x.begin(), x.end()), x.end());
  const std::size_t step = std::max<std::size_t>(1, (x.size() + most_rows - 1) / most_rows);
  for (std::size_t i = 0; i < x.size(); i += step) {
    std::vector<std::string> row{fmt::format("{:.5g}", x[i])};
    for (const auto& s : curve.series) {
      const auto at = std::find(s.x.begin(), s.x.end(), x[i]);
      row.push_back(at == s.x.end() ? "" : fmt::format("{:.5g}", s.y[static_cast<std::size_t>(at - s.x.begin())]));
    }
    table.rows.push_back(std::move(row));
  }
  if (step > 1) table.caption = fmt::format("Every {} of {} points.", step == 2 ? "second" : fmt::format("{}th", step), x.size());
  return table;
}

std::string curve_json(const Curve& curve) {
  std::string series, marks;
  for (const auto& s : curve.series)
    series += fmt::format("{}{{\"name\":{},\"x\":{},\"y\":{}}}", series.empty() ? "" : ",", json_string(s.name), json_numbers(s.x),
                          json_numbers(s.y, 5));
  for (const auto& m : curve.marks)
    marks += fmt::format("{}{{\"x\":{},\"text\":{}}}", marks.empty() ? "" : ",", json_number(m.x), json_string(m.text));
  return fmt::format(R"({{"x_label":{},"y_label":{},"log_x":{},"log_y":{},"points":{},"series":[{}],"marks":[{}]}})",
                     json_string(pretty_unit(curve.x_label)), json_string(curve.y_label), curve.log_x, curve.log_y, curve.points,
                     series, marks);
}

}  // namespace

std::string html_table(const Table& table) {
  return fmt::format("<section class=\"card table\"><h3>{}</h3>{}{}</section>\n", escaped(table.title), rows_html(table),
                     caption_html(table.caption));
}

std::string html_text(const Text& text) {
  std::string paragraphs;
  for (const auto& line : split(text.text, '\n'))
    if (!trim(line).empty()) paragraphs += fmt::format("<p>{}</p>", escaped(line));
  return fmt::format("<section class=\"card text\"><h3>{}</h3>{}</section>\n", escaped(text.title), paragraphs);
}

std::string html_curve(const Curve& curve) {
  std::size_t points = 0;
  for (const auto& s : curve.series) points = std::max(points, s.x.size());
  std::string marks;
  for (const auto& m : curve.marks) marks += fmt::format("{}{} at {:.4g}", marks.empty() ? "" : ", ", m.text, m.x);
  if (chart_js().empty()) {
    Table table = numbers(curve, 60);
    table.title = curve.title;
    table.caption =
        curve.caption + (table.caption.empty() ? "" : " " + table.caption) + (marks.empty() ? "" : " Marks: " + marks + ".");
    return html_table(table);
  }
  const std::string spoken =
      fmt::format("{}: {} against {}, {} curve{} of up to {} points{}", curve.title, curve.y_label, curve.x_label,
                  curve.series.size(), curve.series.size() == 1 ? "" : "s", points, marks.empty() ? "" : "; marked: " + marks);
  std::string fold;
  if (points <= 60) fold = fmt::format("<details><summary>Numbers</summary>{}</details>", rows_html(numbers(curve, 60)));
  return fmt::format(
      "<section class=\"card curve\"><h3>{}</h3><div class=\"chart\"><canvas role=\"img\" aria-label=\"{}\"></canvas>"
      "<script type=\"application/json\">{}</script></div>{}{}</section>\n",
      escaped(curve.title), escaped(spoken), curve_json(curve), caption_html(curve.caption), fold);
}

void Page::section(const std::string& id, const std::string& title, const std::string& note) {
  if (open_) body_ += "</section>\n";
  open_ = true;
  sections_.emplace_back(id, title);
  body_ += fmt::format("<section class=\"stage\" id=\"{}\"><h2>{}{}</h2>\n", escaped(id), escaped(title),
                       note.empty() ? "" : fmt::format(" <small>{}</small>", escaped(note)));
}

void Page::data(const std::string& id, std::string_view json) {
  data_ += fmt::format("<script type=\"application/json\" id=\"{}\">{}</script>\n", escaped(id), json);
}

std::string Page::html() const {
  // A closing tag inside the library's text would end the script early.
  const auto script = [](std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = text.find("</script", at);
      out += text.substr(at, end - at);
      if (end == std::string_view::npos) break;
      out += "<\\/script";
      at = end + 8;
    }
    return out.empty() ? "" : "<script>" + out + "</script>\n";
  };
  std::string links;
  for (const auto& [id, title] : sections_) links += fmt::format("<a href=\"#{}\">{}</a>", escaped(id), escaped(title));
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\" data-scale=\"log\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'; "
      "script-src 'unsafe-inline'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n";
  out += fmt::format("<title>{} – Ronchi</title>\n<style>\n", escaped(title_));
  out += page_css();
  out += fmt::format("</style>\n</head>\n<body>\n<header><h1>{}</h1><p>{}</p><nav aria-label=\"Sections\">{}</nav></header>\n",
                     escaped(title_), escaped(subtitle_), links);
  out += fmt::format("<div class=\"columns{}\"><main>\n", aside_.empty() ? "" : " with-aside");
  out += body_;
  if (open_) out += "</section>\n";
  out += "</main>\n";
  if (!aside_.empty()) out += "<aside aria-label=\"Position\">\n" + aside_ + "</aside>\n";
  out += "</div>\n";
  out += data_;
  out += script(chart_js());
  out += script(page_js());
  return out + "</body>\n</html>\n";
}

}  // namespace ronchi::report
