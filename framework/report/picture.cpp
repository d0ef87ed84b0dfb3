// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/report/picture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "framework/base/range.hpp"
#include "framework/report/base64.hpp"
#include "framework/report/html.hpp"
#include "framework/report/png.hpp"

namespace ronchi::report {

namespace {

constexpr double decades = 1e4;  // what a logarithmic picture spans

double log_shade(double t) { return std::log1p(std::clamp(t, 0.0, 1.0) * decades) / std::log1p(decades); }

std::uint8_t level(double t) { return static_cast<std::uint8_t>(std::lround(255 * std::clamp(t, 0.0, 1.0))); }

std::string img(const std::string& png, const std::string& alt, const std::string& attributes) {
  return fmt::format("<img alt=\"{}\" src=\"data:image/png;base64,{}\"{}>", escaped(alt), base64(png), attributes);
}

std::string gradient(ColourMap map) {
  std::string stops;
  for (int i = 0; i <= 16; ++i) stops += (i > 0 ? "," : "") + css(colours(map)[static_cast<std::size_t>(i * 255 / 16)]);
  return stops;
}

std::string number(double v) {
  const double size = std::abs(v);
  return v == 0                       ? "0"
         : size >= 1e5 || size < 1e-3 ? fmt::format("{:.2g}", v)
         : size >= 100                ? fmt::format("{:.0f}", v)
                                      : fmt::format("{:.3g}", v);
}

std::string colour_bar(const ValueRange& range, const std::string& unit, ColourMap map, bool logarithmic) {
  std::string ticks;
  const auto tick = [&](double position, const std::string& text) {
    ticks += fmt::format("<span style=\"bottom:{:.1f}%\">{}</span>", 100 * position, text);
  };
  if (logarithmic) {
    for (double f = 1; f > 1.5 / decades; f /= 10) tick(log_shade(f), number(range.high * f));
    tick(0, "0");
  } else {
    for (int i = 0; i <= 4; ++i) tick(i / 4.0, number(range.low + (range.high - range.low) * i / 4));
  }
  return fmt::format(
      "<div class=\"colourbar{}\" aria-hidden=\"true\"><div class=\"ramp\" style=\"background:linear-gradient(to top,{})\"></div>"
      "<div class=\"ticks\">{}</div><div class=\"unit\">{}{}</div></div>",
      logarithmic ? " log" : " lin", gradient(map), ticks, escaped(pretty_unit(unit)), range.clipped ? ", ends clipped" : "");
}

std::string scale_bar_html(const Axis& x) {
  const double length = scale_bar(x);
  if (length <= 0) return {};
  const double width = 100 * length / (std::abs(x.scale) * static_cast<double>(x.size));
  return fmt::format("<div class=\"scalebar\" style=\"width:{:.2f}%\" aria-hidden=\"true\"><span>{} {}</span></div>", width,
                     number(length), escaped(pretty_unit(x.units)));
}

struct Shape {
  std::int64_t slices = 1, height = 1, width = 1;
  Axis y, x;
};

Shape shape_of(const Image& image) {
  Shape s;
  const auto& a = image.axes;
  if (!a.empty()) {
    s.x = a.back();
    s.width = s.x.size;
  }
  if (a.size() > 1) {
    s.y = a[a.size() - 2];
    s.height = s.y.size;
  }
  for (std::size_t i = 0; i + 2 < a.size(); ++i) s.slices *= a[i].size;
  return s;
}

/// Labels are thinned, not averaged: there is nothing between two phases.
std::vector<float> thinned(std::span<const float> values, std::int64_t height, std::int64_t width, std::int64_t step) {
  std::vector<float> out;
  for (std::int64_t y = 0; y < height; y += step)
    for (std::int64_t x = 0; x < width; x += step) out.push_back(values[static_cast<std::size_t>(y * width + x)]);
  return out;
}

}  // namespace

ValueRange value_range(std::span<const float> values) {
  std::vector<float> finite;
  const std::size_t step = values.size() / 2'000'000 + 1;
  for (std::size_t i = 0; i < values.size(); i += step)
    if (std::isfinite(values[i])) finite.push_back(values[i]);
  if (finite.empty()) return {0, 1, false};
  const auto at = [&](double q) {
    const auto k = static_cast<std::ptrdiff_t>(q * static_cast<double>(finite.size() - 1));
    std::nth_element(finite.begin(), finite.begin() + k, finite.end());
    return static_cast<double>(finite[static_cast<std::size_t>(k)]);
  };
  const double low = at(0.001), high = at(0.999), least = at(0), most = at(1);
  ValueRange range{low, high, most > high + 0.02 * (high - low) || least < low - 0.02 * (high - low)};
  if (low >= 0 && low < 0.3 * high) range.low = 0;
  if (range.high <= range.low) range = {std::min(least, 0.0), most > least ? most : std::max(most, least + 1), false};
  return range;
}

double scale_bar(const Axis& axis, double fraction) {
  const double length = std::abs(axis.scale) * static_cast<double>(axis.size) * fraction;
  if (axis.units.empty() || axis.units == "px" || !(length > 0) || !std::isfinite(length)) return 0;
  const double power = std::pow(10, std::floor(std::log10(length)));
  for (const double step : {5.0, 2.0, 1.0})
    if (step * power <= length) return step * power;
  return power;
}

std::vector<float> block_means(std::span<const float> values, std::int64_t height, std::int64_t width, std::int64_t step) {
  std::vector<float> out;
  for (std::int64_t y = 0; y < height; y += step)
    for (std::int64_t x = 0; x < width; x += step) {
      double sum = 0;
      const std::int64_t y_end = std::min(height, y + step), x_end = std::min(width, x + step);
      for (std::int64_t j = y; j < y_end; ++j)
        for (std::int64_t i = x; i < x_end; ++i) sum += values[static_cast<std::size_t>(j * width + i)];
      out.push_back(static_cast<float>(sum / static_cast<double>((y_end - y) * (x_end - x))));
    }
  return out;
}

std::int64_t pictures_in(const Image& image) { return shape_of(image).slices * (image.kind == Image::Kind::pattern ? 2 : 1); }

std::string html_picture(const Image& image, const PictureStyle& style) {
  const Shape s = shape_of(image);
  const bool pattern = image.kind == Image::Kind::pattern, labelled = image.kind == Image::Kind::labels;
  const ColourMap map = pattern ? ColourMap::magma : style.map;
  std::int64_t step = 1;
  while (ceil_div(s.height, step) * ceil_div(s.width, step) > style.most_pixels) ++step;
  const std::int64_t height = ceil_div(s.height, step), width = ceil_div(s.width, step);
  const ValueRange range = labelled ? ValueRange{} : value_range(image.values);
  const auto palette = labelled ? label_colours(image.labels) : std::vector<Rgb>{};

  std::string pictures;
  for (std::int64_t slice = 0; slice < s.slices; ++slice) {
    const auto values =
        std::span(image.values)
            .subspan(static_cast<std::size_t>(slice * s.height * s.width), static_cast<std::size_t>(s.height * s.width));
    const auto pixels = step == 1  ? std::vector<float>(values.begin(), values.end())
                        : labelled ? thinned(values, s.height, s.width, step)
                                   : block_means(values, s.height, s.width, step);
    const std::string alt = fmt::format(
        "{}{}: {} x {} pixels{}", image.title, s.slices > 1 ? fmt::format(", slice {}", slice + 1) : "", s.height, s.width,
        labelled ? "" : fmt::format(", {} to {} {}", number(range.low), number(range.high), pretty_unit(image.unit)));
    const std::string slice_attribute = s.slices > 1 ? fmt::format(" data-slice=\"{}\"{}", slice, slice > 0 ? " hidden" : "") : "";
    std::vector<std::uint8_t> levels(pixels.size());
    const auto draw = [&](const std::string& kind, auto&& shade) {
      for (std::size_t i = 0; i < pixels.size(); ++i)
        levels[i] = std::isfinite(pixels[i]) ? shade(static_cast<double>(pixels[i])) : std::uint8_t{0};
      const std::string png = labelled                 ? png_palette(levels, palette, height, width)
                              : map == ColourMap::grey ? png_grey(levels, height, width)
                                                       : png_palette(levels, colours(map), height, width);
      pictures += img(png, alt, kind + slice_attribute);
    };
    if (labelled) {
      const double most = std::max<double>(0, static_cast<double>(palette.size()) - 1);
      draw("", [&](double v) { return static_cast<std::uint8_t>(std::clamp(v, 0.0, most)); });
    } else {
      draw(pattern ? " class=\"lin\"" : "", [&](double v) { return level((v - range.low) / (range.high - range.low)); });
      if (pattern) draw(" class=\"log\"", [&](double v) { return level(log_shade(v / range.high)); });
    }
  }

  std::string bars;
  if (labelled) {
    for (std::size_t i = 0; i < palette.size(); ++i)
      bars += fmt::format("<li><i style=\"background:{}\"></i>{}</li>", css(palette[i]), escaped(image.labels[i]));
    bars = "<ul class=\"legend\">" + bars + "</ul>";
  } else {
    bars = colour_bar(range, image.unit, map, false) + (pattern ? colour_bar(range, image.unit, map, true) : "");
  }
  const bool same_units = s.y.units == s.x.units && s.y.scale != 0 && s.x.scale != 0;
  const double aspect =
      static_cast<double>(s.width) / static_cast<double>(s.height) * (same_units ? std::abs(s.x.scale / s.y.scale) : 1.0);
  const double shown_width = aspect >= 0.75 ? style.width : std::max(60.0, style.width * aspect / 0.75);
  const std::string navigable = style.navigable ? fmt::format(
                                                      " data-ny=\"{}\" data-nx=\"{}\" tabindex=\"0\" role=\"group\" "
                                                      "aria-label=\"{}: click, or move with the arrow keys\"",
                                                      style.rows > 0 ? style.rows : s.height,
                                                      style.columns > 0 ? style.columns : s.width, escaped(image.title))
                                                : "";
  // A colour bar and its numbers need some height, and a map of a long narrow scan some width.
  const double drawn = std::clamp(aspect, 0.2, 3.0);
  std::string caption = image.caption;
  const auto add = [&](const std::string& sentence) {
    caption += (caption.empty() ? "" : caption.back() == '.' ? " " : ". ") + sentence;
  };
  if (step > 1)
    add(fmt::format("Drawn {} x {} smaller ({}).", step, step, labelled ? "every pixel is one of a block" : "means over blocks"));
  if (drawn != aspect && s.height > 1 && s.width > 1)
    add(fmt::format("Stretched {:.1f} times along {}.", drawn < aspect ? aspect / drawn : drawn / aspect,
                    drawn < aspect ? "y" : "x"));
  return fmt::format(
      "<figure class=\"picture{}\"><h3>{}</h3><div class=\"row\"><div class=\"frame{}\" "
      "style=\"width:{:.0f}px;aspect-ratio:{:.4f}\"{}>{}{}</div>{}</div>{}</figure>\n",
      pattern ? " pattern" : "", escaped(image.title), style.navigable ? " navigable" : "", shown_width, drawn, navigable, pictures,
      scale_bar_html(s.x), bars, caption.empty() ? "" : fmt::format("<figcaption>{}</figcaption>", escaped(caption)));
}

}  // namespace ronchi::report
