// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: the file that one rank writes by itself has the same bytes.
#include "framework/store/shared_write.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "tests/support/temporary.hpp"

namespace ronchi::h5 {
namespace {

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string write(const std::filesystem::path& path, const Communicator& team, std::int64_t rows, std::int64_t grain) {
  const Range mine = slab(rows, team.size(), team.rank(), grain);
  std::vector<float> values;
  for (std::int64_t i = mine.first * 7; i < mine.last * 7; ++i) values.push_back(static_cast<float>(i) * 0.5f);
  File file = team.leads() ? File::create(path) : File();
  write_shared(file, team, "a", Scalar::f32, {rows, 7}, mine, reinterpret_cast<const std::byte*>(values.data()));
  if (team.leads()) file.set_attribute("between", std::string("two"));
  write_shared(file, team, "deep/er/b", Scalar::f32, {rows, 7}, mine, reinterpret_cast<const std::byte*>(values.data()));
  if (team.leads()) file.close();
  team.barrier();
  return bytes_of(path);
}

}  // namespace

TEST(SharedWrite, SameBytesForAnyNumberOfRanks) {
  const auto world = Communicator::world();
  testing::TemporaryDirectory folder;
  const std::filesystem::path shared = world.broadcast(folder.path().string());
  for (const std::int64_t rows : {0, 1, 2, 1000}) {
    const auto together = write(shared / "together.h5", world, rows, 1);
    const auto alone = write(folder / "alone.h5", Communicator(), rows, 1);
    EXPECT_EQ(together, alone) << rows;
    EXPECT_EQ(write(shared / "coarse.h5", world, rows, 512), alone) << rows;  // some ranks have no rows
    const File file = File::open(folder / "alone.h5");
    const auto values = file.read<float>("deep/er/b");
    ASSERT_EQ(values.size(), static_cast<std::size_t>(rows * 7));
    for (std::size_t i = 0; i < values.size(); ++i) ASSERT_EQ(values[i], static_cast<float>(i) * 0.5f);
  }
  world.barrier();
}

}  // namespace ronchi::h5
