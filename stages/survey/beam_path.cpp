// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "stages/survey/beam_path.hpp"

#include <algorithm>
#include <cmath>

namespace ronchi::survey {

namespace {

struct Point { double line, column, value[2]; };

double median_of(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

/// Solves the normal equations of value = p0 + p1 line + p2 column over the points kept; slopes that are not `free` are 0.
void least_squares(const std::vector<Point>& points, const std::vector<char>& keep, bool free_line, bool free_column, Plane& plane) {
  double n = 0, sl = 0, sc = 0, sll = 0, scc = 0, slc = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!keep[i]) continue;
    const auto& p = points[i];
    n += 1; sl += p.line; sc += p.column; sll += p.line * p.line; scc += p.column * p.column; slc += p.line * p.column;
  }
  if (n == 0) return;
  const double ml = sl / n, mc = sc / n, vll = sll / n - ml * ml, vcc = scc / n - mc * mc, vlc = slc / n - ml * mc;
  for (int axis = 0; axis < 2; ++axis) {
    double sv = 0, svl = 0, svc = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (!keep[i]) continue;
      const auto& p = points[i];
      sv += p.value[axis];
      svl += p.value[axis] * (p.line - ml);
      svc += p.value[axis] * (p.column - mc);
    }
    const double rl = svl / n, rc = svc / n, determinant = vll * vcc - vlc * vlc;
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
}

double centred(std::int64_t index, std::int64_t size) { return static_cast<double>(index) - 0.5 * static_cast<double>(size - 1); }

}  // namespace

Plane fit_plane(const BeamPath& path, std::int64_t border) {
  // A border that would leave nothing is no border.
  const std::int64_t by = path.ny > 2 * border + 2 ? border : 0, bx = path.nx > 2 * border + 2 ? border : 0;
  std::vector<Point> points;
  std::vector<double> ys, xs;
  std::int64_t lines = 0;
  for (std::size_t l = 0; l < path.lines.size(); ++l) {
    const std::int64_t line = path.lines[l];
    if (line < by || line >= path.ny - by) continue;
    const std::size_t before = points.size();
    for (std::int64_t column = bx; column < path.nx - bx; ++column) {
      const double* m = &path.measured[3 * (l * static_cast<std::size_t>(path.nx) + static_cast<std::size_t>(column))];
      if (!(m[2] > 0)) continue;
      points.push_back({centred(line, path.ny), centred(column, path.nx), {m[0], m[1]}});
      ys.push_back(m[0]);
      xs.push_back(m[1]);
    }
    lines += points.size() > before;
  }
  Plane plane;
  if (points.empty()) return plane;
  const bool enough = points.size() >= 12;
  const bool free_line = enough && lines >= 3, free_column = enough && path.nx - 2 * bx >= 3;

  // A start that outliers cannot pull: medians; after that every pass may take back what the one before left out.
  plane.at[0] = median_of(ys);
  plane.at[1] = median_of(xs);
  std::vector<char> keep(points.size(), 1);
  least_squares(points, keep, free_line, free_column, plane);
  for (int pass = 0; pass < 30; ++pass) {
    double limit[2];
    for (int axis = 0; axis < 2; ++axis) {
      std::vector<double> off;
      off.reserve(points.size());
      for (const auto& p : points) off.push_back(std::abs(p.value[axis] - plane.value(axis, p.line, p.column)));
      plane.spread[axis] = 1.4826 * median_of(std::move(off));
      limit[axis] = std::max(0.05, 4 * plane.spread[axis]);
    }
    std::vector<char> now(points.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      const auto& p = points[i];
      now[i] = std::abs(p.value[0] - plane.value(0, p.line, p.column)) <= limit[0] && std::abs(p.value[1] - plane.value(1, p.line, p.column)) <= limit[1];
    }
    plane.used = std::count(now.begin(), now.end(), 1);
    if (now == keep || plane.used == 0) break;
    keep = std::move(now);
    least_squares(points, keep, free_line, free_column, plane);
  }
  if (plane.used == 0) plane.used = static_cast<std::int64_t>(points.size());
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
