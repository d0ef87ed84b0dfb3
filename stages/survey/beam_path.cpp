// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/beam_path.hpp"

#include <algorithm>
#include <cmath>

#include "framework/data/median.hpp"

namespace ronchi::survey {

namespace {

struct Point {
  double line, column, value[2];
};

/// Solves the weighted normal equations of value[axis] = p0 + p1 line + p2 column; slopes that are not free are 0.
void least_squares(const std::vector<Point>& points, const std::vector<double>& weight, int axis, bool free_line, bool free_column,
                   Plane& plane) {
  double n = 0, sl = 0, sc = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    n += weight[i];
    sl += weight[i] * points[i].line;
    sc += weight[i] * points[i].column;
  }
  if (!(n > 0)) return;
  const double ml = sl / n, mc = sc / n;
  double vll = 0, vcc = 0, vlc = 0, sv = 0, rl = 0, rc = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double l = points[i].line - ml, c = points[i].column - mc, v = points[i].value[axis], w = weight[i];
    vll += w * l * l;
    vcc += w * c * c;
    vlc += w * l * c;
    sv += w * v;
    rl += w * v * l;
    rc += w * v * c;
  }
  const double determinant = vll * vcc - vlc * vlc;
  double bl = 0, bc = 0;
  if (free_line && free_column && determinant > 1e-9 * vll * vcc) {
    bl = (rl * vcc - rc * vlc) / determinant;
    bc = (rc * vll - rl * vlc) / determinant;
  } else if (free_line && vll > 0) {
    bl = rl / vll;
  } else if (free_column && vcc > 0) {
    bc = rc / vcc;
  }
  plane.per_line[axis] = bl;
  plane.per_column[axis] = bc;
  plane.at[axis] = sv / n - bl * ml - bc * mc;
}

double off(const Plane& plane, const Point& p, int axis) { return std::abs(p.value[axis] - plane.value(axis, p.line, p.column)); }

double centred(std::int64_t index, std::int64_t size) { return static_cast<double>(index) - 0.5 * static_cast<double>(size - 1); }

}  // namespace

Plane fit_plane(const BeamPath& path, std::int64_t border) {
  // A border that would leave nothing is no border.
  const std::int64_t by = path.ny > 2 * border + 2 ? border : 0, bx = path.nx > 2 * border + 2 ? border : 0;
  std::vector<Point> points;
  std::int64_t lines = 0;
  for (std::size_t l = 0; l < path.lines.size(); ++l) {
    const std::int64_t line = path.lines[l];
    if (line < by || line >= path.ny - by) continue;
    const std::size_t before = points.size();
    for (std::int64_t column = bx; column < path.nx - bx; ++column) {
      const double* m = &path.measured[3 * (l * static_cast<std::size_t>(path.nx) + static_cast<std::size_t>(column))];
      if (!(m[2] > 0)) continue;
      points.push_back({centred(line, path.ny), centred(column, path.nx), {m[0], m[1]}});
    }
    lines += points.size() > before;
  }
  Plane plane;
  if (points.empty()) return plane;
  const bool enough = points.size() >= 12;
  const bool free_line = enough && lines >= 3, free_column = enough && path.nx - 2 * bx >= 3;

  const std::size_t n = points.size();
  std::vector<double> weight(n, 1);
  for (int axis = 0; axis < 2; ++axis) {
    std::fill(weight.begin(), weight.end(), 1.0);
    least_squares(points, weight, axis, free_line, free_column, plane);
    // Least absolute deviations, by weights 1 / |residual|: a start that a minority of wrong frames cannot pull.
    for (int pass = 0; pass < 40; ++pass) {
      for (std::size_t i = 0; i < n; ++i) weight[i] = 1 / std::max(1e-3, off(plane, points[i], axis));
      least_squares(points, weight, axis, free_line, free_column, plane);
    }
  }
  std::vector<double> keep;
  for (int pass = 0; pass < 30; ++pass) {
    double limit[2];
    for (int axis = 0; axis < 2; ++axis) {
      std::vector<double> residuals;
      residuals.reserve(n);
      for (const auto& p : points) residuals.push_back(off(plane, p, axis));
      plane.spread[axis] = 1.4826 * median(std::move(residuals));
      limit[axis] = std::max(0.05, 4 * plane.spread[axis]);
    }
    std::vector<double> now(n);
    for (std::size_t i = 0; i < n; ++i) now[i] = off(plane, points[i], 0) <= limit[0] && off(plane, points[i], 1) <= limit[1];
    const auto used = std::count(now.begin(), now.end(), 1.0);
    if (used == 0) break;
    plane.used = used;
    if (now == keep) break;
    keep = std::move(now);
    for (int axis = 0; axis < 2; ++axis) least_squares(points, keep, axis, free_line, free_column, plane);
  }
  if (plane.used == 0) plane.used = static_cast<std::int64_t>(n);
  return plane;
}

std::vector<double> plane_path(const BeamPath& path, const Plane& plane) {
  std::vector<double> all;
  all.reserve(static_cast<std::size_t>(2 * path.ny * path.nx));
  for (std::int64_t line = 0; line < path.ny; ++line)
    for (std::int64_t column = 0; column < path.nx; ++column)
      for (int axis = 0; axis < 2; ++axis) all.push_back(plane.value(axis, centred(line, path.ny), centred(column, path.nx)));
  return all;
}

std::vector<double> measured_path(const BeamPath& path, const Plane& plane) {
  std::vector<double> all = plane_path(path, plane);
  if (path.lines.empty()) return all;
  const auto row = static_cast<std::size_t>(2 * path.nx);
  for (std::size_t l = 0; l < path.lines.size(); ++l)
    for (std::int64_t column = 0; column < path.nx; ++column) {
      const double* m = &path.measured[3 * (l * static_cast<std::size_t>(path.nx) + static_cast<std::size_t>(column))];
      if (!(m[2] > 0)) continue;
      double* p = &all[static_cast<std::size_t>(path.lines[l]) * row + static_cast<std::size_t>(2 * column)];
      p[0] = m[0];
      p[1] = m[1];
    }
  std::size_t next = 0;
  for (std::int64_t line = 0; line < path.ny; ++line) {
    while (next < path.lines.size() && path.lines[next] < line) ++next;
    if (next < path.lines.size() && path.lines[next] == line) continue;
    const std::int64_t above = next > 0 ? path.lines[next - 1] : path.lines.front();
    const std::int64_t below = next < path.lines.size() ? path.lines[next] : path.lines.back();
    const double t = below > above ? static_cast<double>(line - above) / static_cast<double>(below - above) : 0;
    for (std::size_t i = 0; i < row; ++i) {
      const double a = all[static_cast<std::size_t>(above) * row + i], b = all[static_cast<std::size_t>(below) * row + i];
      all[static_cast<std::size_t>(line) * row + i] = a + t * (b - a);
    }
  }
  return all;
}

}  // namespace ronchi::survey
