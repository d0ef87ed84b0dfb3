// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/report/explorer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "framework/base/text.hpp"
#include "framework/report/base64.hpp"
#include "framework/report/colours.hpp"
#include "stages/report/measured.hpp"

namespace ronchi::report {

std::string packed_planes(const std::vector<std::vector<float>>& planes, int bits) {
  const double levels = bits == 16 ? 65535 : 255;
  std::vector<std::uint8_t> bytes;
  std::vector<double> maxima;
  for (const auto& plane : planes) {
    float most = 0;
    for (const float v : plane)
      if (std::isfinite(v)) most = std::max(most, v);
    maxima.push_back(most);
    for (const float v : plane) {
      const double t = most > 0 && v > 0 && std::isfinite(v) ? static_cast<double>(v) / most : 0;
      const auto q = static_cast<std::uint32_t>(std::lround(levels * std::sqrt(t)));
      bytes.push_back(static_cast<std::uint8_t>(q));
      if (bits == 16) bytes.push_back(static_cast<std::uint8_t>(q >> 8));
    }
  }
  return fmt::format(R"({{"bits":{},"max":{},"bytes":"{}"}})", bits, json_numbers(maxima, 9), base64(deflated(bytes)));
}

std::vector<float> binned(const std::vector<float>& pattern, std::int64_t height, std::int64_t width, std::int64_t bin) {
  if (bin == 1) return pattern;
  const std::int64_t columns = ceil_div(width, bin);
  std::vector<float> out(static_cast<std::size_t>(ceil_div(height, bin) * columns), 0.0F);
  const std::int64_t high = height == 1 ? 1 : bin;
  for (std::int64_t y = 0; y < height; ++y)
    for (std::int64_t x = 0; x < width; ++x)
      out[static_cast<std::size_t>(y / high * columns + x / bin)] += pattern[static_cast<std::size_t>(y * width + x)];
  return out;
}

namespace {

std::string axis_json(const Axis& a, double scale_by = 1) {
  const bool calibrated = !a.units.empty();
  return fmt::format(R"({{"name":{},"units":{},"scale":{},"offset":{}}})", json_string(a.name.empty() ? "axis" : a.name),
                     json_string(pretty_unit(a.units)), json_number(calibrated ? a.scale * scale_by : scale_by, 9),
                     json_number(calibrated ? a.offset + a.scale * (scale_by - 1) / 2 : (scale_by - 1) / 2, 9));
}

std::string inspector_html(const Layout& layout, const Decomposition& d, const Measured* measured, std::int64_t bin) {
  std::string html =
      "<h2>Position</h2><p class=\"where\" aria-live=\"polite\"></p><p class=\"note\">Click on any map, or focus one and use the "
      "arrow keys "
      "(with Shift: steps of ten).</p>";
  if (layout.slices > 1)
    html += fmt::format("<label class=\"controls\">{} <input type=\"range\" id=\"slice\" min=\"0\" max=\"{}\" value=\"0\"></label>",
                        escaped(layout.slice.name.empty() ? "slice" : layout.slice.name), layout.slices - 1);
  html +=
      "<div class=\"controls\" role=\"group\" aria-label=\"Intensity scale\">Intensities <button data-set=\"log\" "
      "aria-pressed=\"true\">logarithmic</button>"
      "<button data-set=\"lin\" aria-pressed=\"false\">linear</button></div>";
  if (layout.spectrum()) {
    html +=
        "<div class=\"chart\"><canvas role=\"img\" aria-label=\"Spectrum at the chosen position and its "
        "reconstruction\"></canvas></div>";
  } else {
    html += "<div class=\"patterns\">";
    if (measured != nullptr)
      html +=
          "<div><h3>Measured</h3><canvas class=\"pattern measured\" role=\"img\" aria-label=\"Measured pattern at the chosen "
          "position\"></canvas></div>";
    html +=
        "<div><h3>Reconstruction</h3><canvas class=\"pattern model\" role=\"img\" aria-label=\"Reconstruction at the chosen "
        "position\"></canvas></div></div><p class=\"note top\"></p>";
  }
  html +=
      "<p class=\"note measured-at\"></p><h3>Components here</h3><div class=\"bars\"></div><p class=\"note\">Share: of the counts "
      "at this position.";
  if (d.step > 1) html += fmt::format(" Loadings are means over {0} x {0} positions.", d.step);
  if (bin > 1) html += fmt::format(" Patterns are summed over {0} x {0} pixels.", bin);
  if (measured != nullptr && static_cast<std::int64_t>(measured->y.size() * measured->x.size()) < layout.ny * layout.nx)
    html += fmt::format(" Measured patterns are embedded on a grid of {} x {} positions{}.", measured->y.size(), measured->x.size(),
                        measured->scale == "log" ? ", 8-bit logarithmic" : "");
  else if (measured == nullptr)
    html += " Measured patterns are not embedded.";
  return html + "</p>";
}

}  // namespace

void add_explorer(Page& page, const Content& content, const Layout& layout, const Decomposition& d, const Budget& budget,
                  const std::vector<Curve::Mark>& marks) {
  constexpr double base64_growth = 4.0 / 3.0;
  const auto pixels = [&](std::int64_t bin) {
    return (layout.spectrum() ? 1 : ceil_div(layout.height, bin)) * ceil_div(layout.width, bin);
  };
  std::int64_t bin = 1;
  while (pixels(bin) > (layout.spectrum() ? 4096 : 256 * 256) ||
         static_cast<double>(d.components * pixels(bin)) * 2 * base64_growth > budget.factors)
    ++bin;
  std::vector<std::vector<float>> factors;
  for (const auto& f : d.factors) factors.push_back(binned(f, layout.height, layout.width, bin));
  const double loading_values = static_cast<double>(d.components * layout.slices * d.rows * d.columns);
  const std::string loadings = packed_planes(d.loadings, loading_values * 2 * base64_growth <= budget.loadings ? 16 : 8);
  const auto measured = measured_patterns(content, layout, bin, budget.measured);

  std::string shades, colour_names, names, axes, mark_list;
  for (const Rgb c : colours(ColourMap::magma)) shades += css(c).substr(1);
  for (std::size_t k = 0; k < d.names.size(); ++k) {
    colour_names += fmt::format("{}\"{}\"", k > 0 ? "," : "", css(label_colour(k)));
    names += (k > 0 ? "," : "") + json_string(d.names[k]);
  }
  axes = axis_json(layout.slice) + "," + axis_json(layout.y) + "," + axis_json(layout.x) + "," +
         axis_json(content.info->signal.empty() ? Axis{} : content.info->signal.back(), static_cast<double>(bin));
  for (const auto& m : marks)
    mark_list += fmt::format("{}{{\"x\":{},\"text\":{}}}", mark_list.empty() ? "" : ",", json_number(m.x), json_string(m.text));
  page.data(
      "explorer",
      fmt::format(
          R"({{"scan":[{},{},{}],"pattern":[{},{}],"bin":{},"first_axis":0,"slice_name":{},"axes":[{}],"names":[{}],"colours":[{}],"shades":"{}","marks":[{}],)"
          R"("loadings":{{"shape":[{},{},{}],"step":{},{},"factors":{},"measured":{}}})",
          layout.slices, layout.ny, layout.nx, layout.spectrum() ? 1 : ceil_div(layout.height, bin), ceil_div(layout.width, bin),
          bin, json_string(layout.slice.name.empty() ? "slice" : layout.slice.name), axes, names, colour_names, shades, mark_list,
          layout.slices, d.rows, d.columns, d.step, loadings.substr(1), packed_planes(factors, 16),
          measured ? measured->json : "null"));
  page.aside(inspector_html(layout, d, measured ? &*measured : nullptr, bin));
}

}  // namespace ronchi::report
