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

TEST(Figures, ValuesThatDoNotFitTheAxesAreRefused) {
  h5::File file = h5::File::in_memory();
  EXPECT_THROW(add(file, Image{"x", "", Image::Kind::map, "", {{"y", "", 1, 0, 2}, {"x", "", 1, 0, 2}}, {1, 2, 3}, {}, ""}),
               Failure);
}

TEST(Figures, AResultWithoutAnyHasNone) { EXPECT_TRUE(load(h5::File::in_memory()).empty()); }

}  // namespace ronchi::report
