// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <regex>

#include "framework/report/assets.hpp"
#include "stages/report/content.hpp"
#include "stages/report/explorer.hpp"
#include "stages/report/measured.hpp"
#include "tests/support/fake_job.hpp"

namespace ronchi::report {

using testing::FakeJob;

namespace {

/// The page without the text of the charting library and the packed numbers: what markup, styles and scripts of ours say.
std::string without_library(std::string html) {
  if (!chart_js().empty())
    if (const auto at = html.find(chart_js()); at != std::string::npos) html.erase(at, chart_js().size());
  return html;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

void expect_self_contained(const std::string& page) {
  const std::string html = without_library(page);
  EXPECT_EQ(html.find("http:"), std::string::npos);
  EXPECT_EQ(html.find("https:"), std::string::npos);
  EXPECT_EQ(html.find("@import"), std::string::npos);
  EXPECT_EQ(html.find("<link"), std::string::npos);
  EXPECT_EQ(html.find("url("), std::string::npos);
  EXPECT_EQ(count(html, " src=\""), count(html, " src=\"data:image/png;base64,"));
  EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
}

}  // namespace

TEST(Page, NeedsNothingFromOutside) {
  const FakeJob job({1, 20, 30, 16, 16, 3, 50});
  const std::string html = build_page(job.content);
  expect_self_contained(html);
  EXPECT_EQ(count(html, page_js().empty() ? "?" : std::string(page_js())), 1U);
}

TEST(Page, TextFromDataCannotBecomeMarkup) {
  const FakeJob job({1, 20, 30, 16, 16, 3, 50}, "</script><script>alert(1)</script><b>&");
  const std::string html = build_page(job.content);
  EXPECT_EQ(html.find("<script>alert"), std::string::npos);
  EXPECT_EQ(html.find("<b>&<"), std::string::npos);
  EXPECT_EQ(html.find("<img src=x>"), std::string::npos);  // in a warning of the stage ingest
  EXPECT_NE(html.find("&lt;/script&gt;&lt;img src=x&gt;"), std::string::npos);
  EXPECT_EQ(count(html, "<script"), count(html, "</script>"));
}

TEST(Page, StatesWhatWasRun) {
  const FakeJob job({1, 20, 30, 16, 16, 3, 50});
  const std::string html = build_page(job.content);
  EXPECT_NE(html.find("600 patterns"), std::string::npos);
  EXPECT_NE(html.find("98.23 %"), std::string::npos);
  EXPECT_NE(html.find("1 warning<"), std::string::npos);
  EXPECT_NE(html.find(">64 s<"), std::string::npos) << "63.7 s of decompose";
  for (const char* name : {"zinc blende", "Scree plot", "Convergence", "Stopping rule", "Virtual bright field", "0123456789abcdef"})
    EXPECT_NE(html.find(name), std::string::npos) << name;
}

TEST(Page, ComponentsAreDrawnOnce) {
  const FakeJob job({1, 20, 30, 16, 16, 3, 50});
  const std::string html = build_page(job.content);
  EXPECT_EQ(html.find("Component spectra"), std::string::npos) << "the page draws what the stage decompose left in its own way";
  EXPECT_EQ(count(html, "class=\"card component\""), 3U);
}

TEST(Page, EveryPictureHasWordsForIt) {
  const FakeJob job({1, 20, 30, 16, 16, 3, 50});
  const std::string html = without_library(build_page(job.content));
  EXPECT_EQ(count(html, "<img "), count(html, "<img alt=\""));
  EXPECT_EQ(count(html, "<img alt=\"\""), 0U);
}

TEST(Page, DrawsTablesWhereThereIsNoDecomposition) {
  FakeJob job({1, 20, 30, 16, 16, 3, 50});
  job.content.stages.resize(2);  // files, ingest
  job.content.info.reset();
  job.content.frames = nullptr;
  const std::string html = build_page(job.content);
  EXPECT_NE(html.find("Virtual dark field"), std::string::npos);
  EXPECT_EQ(html.find("id=\"explorer\""), std::string::npos);
}

TEST(Page, LargeScansStayWithin25MB) {
  const FakeJob job({1, 2000, 2000, 32, 32, 10, 200});
  const std::string html = build_page(job.content);
  EXPECT_LE(html.size(), 25'000'000U);
  EXPECT_GT(html.size(), 1'000'000U);
  expect_self_contained(html);
  EXPECT_NE(html.find("Means over"), std::string::npos) << "it says that its maps are coarser than the scan";
}

TEST(Page, ASmallerLimitMakesACoarserPage) {
  FakeJob job({1, 200, 300, 64, 64, 6, 2000});
  const std::string whole = build_page(job.content);
  job.content.most_bytes = 1'500'000;
  const std::string small = build_page(job.content);
  EXPECT_GT(whole.size(), 1'500'000U);
  EXPECT_LE(small.size(), 1'500'000U);
}

TEST(Explorer, BinsAreSumsAndKeepTheTotal) {
  const std::vector<float> pattern{1, 2, 3, 4, 5, 6};
  EXPECT_EQ(binned(pattern, 2, 3, 2), (std::vector<float>{12, 9}));
  EXPECT_EQ(binned(pattern, 1, 6, 4), (std::vector<float>{10, 11}));
}

TEST(Measured, GridsThinUntilTheyFit) {
  const FakeJob job({2, 30, 40, 16, 16, 3, 200});
  const Layout layout(*job.content.info);
  const auto all = measured_patterns(job.content, layout, 1, 1e6);
  const auto few = measured_patterns(job.content, layout, 1, 3e4);
  ASSERT_TRUE(all && few);
  EXPECT_LE(all->json.size(), 1000000U);
  EXPECT_LE(few->json.size(), 30000U);
  EXPECT_LE(static_cast<std::int64_t>(2 * all->y.size() * all->x.size()), job.content.positions);
  EXPECT_LT(few->y.size() * few->x.size(), all->y.size() * all->x.size());
  EXPECT_EQ(all->scale, "identity") << "counts below 256 are kept as they are";
  for (const auto& m : {*all, *few})
    for (std::size_t i = 1; i < m.y.size(); ++i) EXPECT_LT(m.y[i - 1], m.y[i]);
}

}  // namespace ronchi::report
