// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <png.h>
#include <zlib.h>

#include <cstring>

#include "framework/base/error.hpp"
#include "framework/report/base64.hpp"
#include "framework/report/colours.hpp"
#include "framework/report/html.hpp"
#include "framework/report/picture.hpp"
#include "framework/report/png.hpp"

namespace ronchi::report {

namespace {

struct Decoded {
  std::int64_t height = 0, width = 0;
  std::vector<Rgb> pixels;
};

Decoded decode(const std::string& png) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  EXPECT_NE(png_image_begin_read_from_memory(&image, png.data(), png.size()), 0) << image.message;
  image.format = PNG_FORMAT_RGB;
  Decoded d{image.height, image.width, std::vector<Rgb>(image.height * image.width)};
  EXPECT_NE(png_image_finish_read(&image, nullptr, d.pixels.data(), 0, nullptr), 0) << image.message;
  return d;
}

}  // namespace

TEST(Base64, VectorsOfRfc4648) {
  const std::pair<const char*, const char*> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [text, coded] : vectors) EXPECT_EQ(base64(text), coded);
}

TEST(Base64, DeflatedBytesInflateToThemselves) {
  std::vector<std::uint8_t> bytes(100000);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * i >> 5);
  const std::string packed = deflated(bytes);
  std::vector<std::uint8_t> back(bytes.size());
  uLongf size = back.size();
  ASSERT_EQ(uncompress(back.data(), &size, reinterpret_cast<const Bytef*>(packed.data()), packed.size()), Z_OK);
  EXPECT_EQ(back, bytes);
}

TEST(Png, GreyPaletteAndRgbDecodeToWhatWasEncoded) {
  const std::vector<std::uint8_t> grey{0, 1, 127, 128, 254, 255};
  const Decoded g = decode(png_grey(grey, 2, 3));
  EXPECT_EQ(g.height, 2);
  EXPECT_EQ(g.width, 3);
  for (std::size_t i = 0; i < grey.size(); ++i) EXPECT_EQ(g.pixels[i], (Rgb{grey[i], grey[i], grey[i]}));

  const auto& table = colours(ColourMap::viridis);
  std::vector<std::uint8_t> levels(256);
  for (std::size_t i = 0; i < levels.size(); ++i) levels[i] = static_cast<std::uint8_t>(255 - i);
  const Decoded p = decode(png_palette(levels, table, 16, 16));
  for (std::size_t i = 0; i < levels.size(); ++i) EXPECT_EQ(p.pixels[i], table[255 - i]);

  const std::vector<Rgb> rgb{{1, 2, 3}, {255, 0, 128}};
  EXPECT_EQ(decode(png_rgb(rgb, 1, 2)).pixels, rgb);
}

TEST(Png, WrongSizesAndColoursOutsideThePaletteAreRefused) {
  const std::vector<std::uint8_t> three{0, 1, 2};
  EXPECT_THROW((void)png_grey(three, 2, 2), Failure);
  const std::vector<Rgb> two(2);
  EXPECT_THROW((void)png_palette(three, two, 1, 3), Failure);
}

TEST(Colours, MapsRiseSteadilyInLightness) {
  // Perceptually uniform maps are monotonic in luminance (Rec. 709 weights on linear light approximate CIE L*).
  const auto luminance = [](Rgb c) {
    const auto linear = [](double v) { return std::pow(v / 255, 2.2); };
    return 0.2126 * linear(c.red) + 0.7152 * linear(c.green) + 0.0722 * linear(c.blue);
  };
  for (const auto map : {ColourMap::grey, ColourMap::viridis, ColourMap::magma})
    for (std::size_t i = 8; i < 256; i += 8) EXPECT_GT(luminance(colours(map)[i]), luminance(colours(map)[i - 8])) << i;
}

TEST(Colours, LabelZeroIsNeutralOnlyWhereItMeansNothing) {
  EXPECT_EQ(label_colours({"outside the wire", "zinc blende"})[0], neutral_colour());
  EXPECT_EQ(label_colours({"outside the wire", "zinc blende"})[1], label_colour(0));
  EXPECT_EQ(label_colours({"zinc blende", "twin"})[0], label_colour(0));
  EXPECT_NE(label_colour(0), label_colour(8));
}

TEST(Html, TextIsEscapedAndNumbersAreJson) {
  EXPECT_EQ(escaped("</script><b>&\"'"), "&lt;/script&gt;&lt;b&gt;&amp;&quot;&#39;");
  EXPECT_EQ(json_number(std::nan("")), "null");
  EXPECT_EQ(json_number(0.1), "0.1");
  EXPECT_EQ(pretty_unit("1/A"), "1/Å");
}

TEST(Picture, ScaleBarIsARoundLengthThatFits) {
  EXPECT_DOUBLE_EQ(scale_bar({"x", "nm", 2.5, 0, 60}, 0.34), 50);  // a third of 150 nm is 51 nm
  EXPECT_DOUBLE_EQ(scale_bar({"kx", "1/A", -0.025, 0, 64}, 0.34), 0.5);
  EXPECT_DOUBLE_EQ(scale_bar({"x", "", 1, 0, 60}, 0.34), 0);  // not calibrated: none
}

TEST(Picture, BlocksKeepTheirMeansAtTheEdges) {
  const std::vector<float> values{1, 2, 3, 4, 5, 6, 7, 8, 9};
  EXPECT_EQ(block_means(values, 3, 3, 2), (std::vector<float>{3, 4.5, 7.5, 9}));
}

TEST(Picture, LongNarrowScansAreStretchedAndSaySo) {
  Image image{.title = "Dark field", .caption = "A caption", .axes = {{"y", "nm", 2, 0, 20}, {"x", "nm", 2, 0, 400}}};
  image.values.assign(20 * 400, 1.f);
  image.values[7] = 2;
  std::string html = html_picture(image, {});
  EXPECT_NE(html.find("aspect-ratio:3.0000"), std::string::npos);
  EXPECT_NE(html.find("A caption. Stretched 6.7 times along y."), std::string::npos);
  image.axes[0].scale = 20;  // now 400 nm x 800 nm
  html = html_picture(image, {});
  EXPECT_NE(html.find("aspect-ratio:2.0000"), std::string::npos);
  EXPECT_EQ(html.find("Stretched"), std::string::npos);
}

TEST(Picture, RangeIgnoresASingleHotPixelAndSaysSo) {
  std::vector<float> values(10000, 1.0F);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(i % 100);
  values[17] = 1e6F;
  const ValueRange range = value_range(values);
  EXPECT_EQ(range.low, 0);
  EXPECT_EQ(range.high, 99);
  EXPECT_TRUE(range.clipped);
}

}  // namespace ronchi::report
