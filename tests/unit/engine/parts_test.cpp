// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/parts.hpp"

#include <gtest/gtest.h>

#include "framework/comm/communicator.hpp"
#include "framework/engine/part.hpp"
#include "tests/support/process.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::engine {
namespace {

struct Free : ItemGuard {
  bool begin(std::int64_t) override { return true; }
  void end(std::int64_t) override {}
  void failed(std::int64_t item, const std::string&) override { bad.push_back(item); }
  std::vector<std::int64_t> bad;
};

/// Row i holds {i, -i}; item 5 fails.
Part fill(Range items, h5::File file, ItemGuard& guard) {
  static const Communicator self;
  Part part(items, std::move(file), ".", guard, self);
  part.rows<std::int32_t>("pair", {2});
  for (auto i = items.first; i < items.last; ++i)
    part.item(i, [&] {
      if (i == 5) fail(Fault::bad_item, "", "five");
      const std::int32_t row[2] = {static_cast<std::int32_t>(i), static_cast<std::int32_t>(-i)};
      part.write<std::int32_t>("pair", {i, i + 1}, row);
      const std::int64_t value = i;
      part.add("sum", std::span(&value, 1), {1});
      part.maximum("max", std::span(&value, 1), {1});
    });
  (void)part.finish();
  return part;
}

class PartsIn : public ::testing::Test {
 protected:
  void part(Range items) {
    Part p =
        fill(items, h5::File::create(folder_ / (std::to_string(items.first) + "-" + std::to_string(items.last) + ".h5")), guard_);
    p.file().close();
  }
  testing::TemporaryDirectory folder_;
  Free guard_;
};

TEST(Parts, ADamagedResultIsNoItemsFault) {
  const testing::TemporaryDirectory folder;
  Free free;
  { Part part = fill({0, 4}, h5::File::create(folder / "0-4.h5"), free); }
  EXPECT_EQ(Parts::in(folder.path()).rows<std::int32_t>("pair", {1, 2}), (std::vector<std::int32_t>{1, -1}));
  std::string bytes = testing::contents(folder / "0-4.h5");
  const std::string header = "OHDR";  // with a checksum; the first one is the root group's
  for (auto at = bytes.find(header, bytes.find(header) + 1); at != std::string::npos; at = bytes.find(header, at + 1))
    bytes[at + 12] ^= 1;
  testing::write_file(folder / "0-4.h5", bytes);
  try {
    (void)Parts::in(folder.path()).rows<std::int32_t>("pair", {1, 2});
    FAIL() << "it was read";
  } catch (const Damaged& d) { EXPECT_NE(d.error().advice.find("0-4.h5"), std::string::npos) << d.error().advice; }
}

}  // namespace

TEST_F(PartsIn, RangesThatAreThereAndThatAreMissing) {
  part({0, 4});
  part({6, 10});
  for (const char* name : {"notes.txt", ".4-6.h5.tmp-x.1", "4-6.h5.old", "4-4.h5", "x-6.h5", "-6.h5"})
    testing::write_file(folder_ / name, "x");
  const Parts parts = Parts::in(folder_.path());
  EXPECT_EQ(parts.files().size(), 2u);
  EXPECT_EQ(parts.missing({0, 12}), (std::vector<Range>{{4, 6}, {10, 12}}));
  EXPECT_EQ(parts.missing({4, 6}), (std::vector<Range>{{4, 6}}));
  EXPECT_TRUE(parts.covers({7, 9}));
  EXPECT_TRUE(parts.covers({5, 5}));
  EXPECT_FALSE(parts.covers({3, 5}));
  EXPECT_EQ(parts.rows<std::int32_t>("pair", {2, 4}), (std::vector<std::int32_t>{2, -2, 3, -3}));
  try {
    (void)parts.rows<std::int32_t>("pair", {2, 7});
    FAIL();
  } catch (const Failure& f) {
    EXPECT_EQ(f.error().fault, Fault::missing);
    EXPECT_NE(f.error().message.find("items 4 to 5"), std::string::npos) << f.what();
  }
}

TEST_F(PartsIn, AreReadAsOne) {
  part({0, 3});
  part({3, 6});
  part({6, 8});
  const Parts parts = Parts::in(folder_.path());
  EXPECT_EQ(parts.rows<std::int32_t>("pair", {1, 7}), (std::vector<std::int32_t>{1, -1, 2, -2, 3, -3, 4, -4, 0, 0, 6, -6}));
  EXPECT_EQ(parts.sum("sum"), std::vector<std::int64_t>{0 + 1 + 2 + 3 + 4 + 6 + 7});
  EXPECT_EQ(parts.max("max"), std::vector<std::int64_t>{7});
  EXPECT_EQ(parts.failed(), std::vector<std::int64_t>{5});
  EXPECT_EQ(guard_.bad, std::vector<std::int64_t>{5});
  EXPECT_EQ(parts.row_shape("pair"), h5::Shape{2});
  EXPECT_EQ(parts.row_type("pair"), Scalar::i32);
}

TEST_F(PartsIn, AMergedPartReplacesItsPieces) {
  for (const Range r : {Range{0, 2}, Range{2, 4}, Range{4, 5}, Range{0, 4}}) part(r);
  const Parts parts = Parts::in(folder_.path());
  ASSERT_EQ(parts.files().size(), 2u);
  EXPECT_EQ(parts.files()[0].items, (Range{0, 4}));
  EXPECT_EQ(parts.superseded().size(), 2u);
  part({3, 6});
  EXPECT_THROW((void)Parts::in(folder_.path()), Failure);
}

/// A stage that streams has listed the folder before its input's small parts became a large one.
TEST_F(PartsIn, FollowTheRowsIntoAMergedPart) {
  for (const Range r : {Range{0, 2}, Range{2, 4}}) part(r);
  const Parts before = Parts::in(folder_.path());
  part({0, 4});
  for (const auto& f : before.files()) std::filesystem::remove(f.path);
  EXPECT_EQ(before.rows<std::int32_t>("pair", {1, 4}), (std::vector<std::int32_t>{1, -1, 2, -2, 3, -3}));
  EXPECT_EQ(before.row_shape("pair"), h5::Shape{2});
  EXPECT_EQ(before.row_type("pair"), Scalar::i32);
  EXPECT_THROW((void)before.rows<std::int32_t>("pair", {1, 5}), Failure);
  // Half way through: the first piece was read, the second is gone.
  part({4, 6});
  const Parts half = Parts::in(folder_.path());
  part({6, 8});
  EXPECT_EQ(half.rows<std::int32_t>("pair", {3, 8}).size(), 10u) << "and what was committed after the listing";
}

TEST_F(PartsIn, OfAFolderThatIsNotThereOrEmpty) {
  EXPECT_TRUE(Parts::in(folder_ / "nowhere").files().empty());
  EXPECT_EQ(Parts::in(folder_.path()).missing({0, 3}), (std::vector<Range>{{0, 3}}));
  EXPECT_TRUE(Parts::in(folder_.path()).covers({0, 0}));
}

TEST_F(PartsIn, InMemoryAreReadAlike) {
  Part p = fill({3, 6}, h5::File::in_memory(), guard_);
  const Parts parts = Parts::of({3, 6}, p.file());
  EXPECT_EQ(parts.rows<std::int32_t>("pair", {4, 6}), (std::vector<std::int32_t>{4, -4, 0, 0}));
  EXPECT_EQ(parts.failed(), std::vector<std::int64_t>{5});
}

}  // namespace ronchi::engine
