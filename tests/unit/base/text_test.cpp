// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/base/text.hpp"

#include <gtest/gtest.h>

namespace ronchi {

TEST(Text, NearestFindsAMisspeltNameAndNothingForAStrangeOne) {
  const std::vector<std::string> names{"components", "starts", "tolerance"};
  EXPECT_EQ(nearest("componens", names), "components");
  EXPECT_EQ(nearest("tolerence", names), "tolerance");
  EXPECT_EQ(nearest("xyzzyq", names), std::nullopt);
}

TEST(Text, SizesReadInBinaryAndDecimalUnits) {
  EXPECT_EQ(parse_bytes("4 GiB"), std::int64_t{4} << 30);
  EXPECT_EQ(parse_bytes("1.5MB"), 1500000);
  EXPECT_EQ(parse_bytes("12"), 12);
  EXPECT_EQ(parse_bytes("-1"), std::nullopt);
  EXPECT_EQ(parse_bytes("4 apples"), std::nullopt);
}

TEST(Text, CountsHaveThousandsSeparators) {
  EXPECT_EQ(human_count(0), "0");
  EXPECT_EQ(human_count(999), "999");
  EXPECT_EQ(human_count(1048576), "1,048,576");
  EXPECT_EQ(human_count(-1000), "-1,000");
}

TEST(Text, JsonStringsCannotEndAScriptElement) { EXPECT_EQ(json_string("</script>\"\n"), "\"\\u003c/script>\\\"\\n\""); }

}  // namespace ronchi
