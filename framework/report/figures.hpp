// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "framework/data/frames.hpp"
#include "framework/store/h5.hpp"

/// What a stage wants people to see. A stage adds figures to its own result; the report stage draws whatever it finds, so
/// a new stage shows up in reports without a change there.
namespace ronchi::report {

/// A picture: a map over the scan, or a pattern over the detector.
struct Image {
  enum class Kind { map, pattern, labels };  ///< labels: values 0, 1, 2, ... index `labels`, one colour each
  std::string title, caption;
  Kind kind = Kind::map;
  std::string unit;           ///< of the values
  std::vector<Axis> axes;     ///< y, x, or slice, y, x (chosen by the page's slider); the shape
  std::vector<float> values;  ///< C order
  std::vector<std::string> labels;
  std::string group;  ///< images of one group are drawn side by side ("Components"); clicks on maps work in all
};

inline constexpr std::size_t most_points = 2000;  ///< of all series of a curve of points

/// One or more curves over a common kind of x axis.
struct Curve {
  struct Series {
    std::string name;
    std::vector<double> x, y;
  };
  std::string title, caption, x_label, y_label;
  bool log_x = false, log_y = false;
  bool points = false;  ///< marks rather than a line; of more than `most_points` some are kept, evenly, and the caption says so
  std::vector<Series> series;
  struct Mark {
    double x;
    std::string text;
  };
  std::vector<Mark> marks;  ///< labels at x positions ("Cu Ka")
};

struct Table {
  std::string title, caption;
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
};

struct Text {
  std::string title, text;
};

using Figure = std::variant<Image, Curve, Table, Text>;

/// Appends to group `figures` of a result, in order.
void add(h5::Group& result, const Figure& figure);
/// All figures of a result, in order; none if it has none.
[[nodiscard]] std::vector<Figure> load(const h5::Group& result);

}  // namespace ronchi::report
