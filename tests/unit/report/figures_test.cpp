// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/report/figures.hpp"

#include <gtest/gtest.h>

#include "framework/base/error.hpp"

namespace ronchi::report {

TEST(Figures, ComeBackAsTheyWereAndInOrder) {
  h5::File file = h5::File::in_memory();
  const Image image{
      "Phase <map>",         "caption", Image::Kind::labels, "", {{"y", "nm", 2, 1, 2}, {"x", "nm", 3, -1, 3}}, {0, 1, 2, 2, 1, 0},
      {"outside", "A", "B"}, "Maps"};
  const Curve curve{"Scree",           "c", "x", "y", true, true, true, {{"a", {1, 2, 3}, {10, 1, 0.1}}, {"b", {4}, {5}}},
                    {{1.487, "Al Ka"}}};
  const Table table{"Elements", "t", {"element", "share"}, {{"Al", "60 %"}, {"O", "40 %"}}};
  for (const Figure& f : {Figure(image), Figure(curve), Figure(table), Figure(Text{"Note", "first\nsecond"})}) add(file, f);
  const auto all = load(file);
  ASSERT_EQ(all.size(), 4U);

  const auto& i = std::get<Image>(all[0]);
  EXPECT_EQ(i.title, image.title);
  EXPECT_EQ(i.kind, image.kind);
  EXPECT_EQ(i.axes, image.axes);
  EXPECT_EQ(i.values, image.values);
  EXPECT_EQ(i.labels, image.labels);
  EXPECT_EQ(i.group, image.group);
  const auto& c = std::get<Curve>(all[1]);
  EXPECT_TRUE(c.log_x && c.log_y && c.points);
  ASSERT_EQ(c.series.size(), 2U);
  EXPECT_EQ(c.series[0].y, curve.series[0].y);
  EXPECT_EQ(c.series[1].name, "b");
  ASSERT_EQ(c.marks.size(), 1U);
  EXPECT_EQ(c.marks[0].text, "Al Ka");
  const auto& t = std::get<Table>(all[2]);
  EXPECT_EQ(t.header, table.header);
  EXPECT_EQ(t.rows, table.rows);
  EXPECT_EQ(std::get<Text>(all[3]).text, "first\nsecond");
}

TEST(Figures, MoreThanTenKeepTheirOrder) {
  h5::File file = h5::File::in_memory();
  for (int i = 0; i < 23; ++i) add(file, Text{std::to_string(i), "x"});
  const auto all = load(file);
  ASSERT_EQ(all.size(), 23U);
  for (int i = 0; i < 23; ++i) EXPECT_EQ(std::get<Text>(all[static_cast<std::size_t>(i)]).title, std::to_string(i));
}

TEST(Figures, OfManyPointsSomeAreKeptEvenly) {
  const auto stored = [](std::size_t many, std::size_t few, bool points) {
    Curve curve{.title = "cloud", .caption = "Particles", .points = points, .series = {{"many", {}, {}}, {"few", {}, {}}}};
    for (std::size_t k = 0; k < 2; ++k)
      for (std::size_t i = 0; i < (k == 0 ? many : few); ++i) {
        curve.series[k].x.push_back(static_cast<double>(i));
        curve.series[k].y.push_back(3 * static_cast<double>(i) + 1);
      }
    auto file = h5::File::in_memory();
    add(file, curve);
    return std::get<Curve>(load(file).at(0));
  };
  const Curve thin = stored(199'990, 10, true);
  EXPECT_EQ(thin.caption, "Particles. Drawn: one in 100 of 200000 points.");
  EXPECT_EQ(thin.series[0].x.size(), 2000u);
  EXPECT_EQ(thin.series[1].x.size(), 1u) << "none is lost altogether";
  for (std::size_t i = 0; i < 2000; ++i) {
    EXPECT_EQ(thin.series[0].x[i], static_cast<double>(100 * i)) << "from the first to the last alike";
    EXPECT_EQ(thin.series[0].y[i], static_cast<double>(300 * i + 1));
  }
  EXPECT_EQ(stored(1990, 10, true).series[0].x.size(), 1990u);
  EXPECT_EQ(stored(1990, 10, true).caption, "Particles");
  EXPECT_EQ(stored(1990, 11, true).series[0].x.size(), 995u);
  EXPECT_EQ(stored(199'990, 10, false).series[0].x.size(), 199'990u) << "a line keeps all";
}

TEST(Figures, ValuesThatDoNotFitTheAxesAreRefused) {
  h5::File file = h5::File::in_memory();
  EXPECT_THROW(add(file, Image{"x", "", Image::Kind::map, "", {{"y", "", 1, 0, 2}, {"x", "", 1, 0, 2}}, {1, 2, 3}, {}, ""}),
               Failure);
}

TEST(Figures, AResultWithoutAnyHasNone) { EXPECT_TRUE(load(h5::File::in_memory()).empty()); }

}  // namespace ronchi::report
