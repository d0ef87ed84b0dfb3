// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
// Truth: the file that one rank writes by itself has the same bytes.
#include "framework/store/shared_write.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "framework/base/error.hpp"
#include "framework/store/io_hints.hpp"
#include "tests/support/files.hpp"
#include "tests/support/temporary.hpp"

namespace ronchi::h5 {
namespace {

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
  return testing::contents(path);
}

/// What MPI_File_open was told; it stands before the library's own, also for the calls that HDF5 makes.
struct Opened {
  std::string file;
  int mode;
  std::map<std::string, std::string> hints;
};
std::vector<Opened> opened;

std::map<std::string, std::string> texts(MPI_Info info) {
  std::map<std::string, std::string> all;
  int n = 0;
  if (info != MPI_INFO_NULL) MPI_Info_get_nkeys(info, &n);
  for (int i = 0; i < n; ++i) {
    char key[MPI_MAX_INFO_KEY + 1], value[MPI_MAX_INFO_VAL + 1];
    int there = 0;
    MPI_Info_get_nthkey(info, i, key);
#if MPI_VERSION >= 4
    int length = sizeof value;
    MPI_Info_get_string(info, key, &length, value, &there);
#else
    MPI_Info_get(info, key, MPI_MAX_INFO_VAL, value, &there);
#endif
    all[key] = value;
  }
  return all;
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

TEST(SharedWrite, HintsReachEveryFileThatSeveralRanksWriteAlsoWhenItIsMade) {
  const auto world = Communicator::world();
  testing::TemporaryDirectory folder;
  const std::filesystem::path shared = world.broadcast(folder.path().string());
  ::setenv("RONCHI_IO_HINTS", " striping_factor=8; striping_unit=4194304 ;cb_buffer_size=65536;", 1);
  opened.clear();
  File file = world.leads() ? create_shared(shared / "a.h5") : File();
  const std::vector<float> values(7, 1.0f);
  const Range mine = slab(1, world.size(), world.rank());
  write_shared(file, world, "a", Scalar::f32, {1, 7}, mine, reinterpret_cast<const std::byte*>(values.data()));
  if (world.leads()) file.close();
  std::string told;
  {
    const File again = open_shared(shared / "a.h5", world);
    const Handle own{H5Iget_file_id(again.id()), H5Fclose};
    const Handle access{H5Fget_access_plist(own.id()), H5Pclose};
    MPI_Comm comm = MPI_COMM_NULL;
    MPI_Info info = MPI_INFO_NULL;
    ASSERT_GE(H5Pget_fapl_mpio(access.id(), &comm, &info), 0);
    EXPECT_EQ(texts(info)["striping_unit"], "4194304");
    MPI_Comm_free(&comm);
    if (info != MPI_INFO_NULL) MPI_Info_free(&info);
    void* handle = nullptr;
    ASSERT_GE(H5Fget_vfd_handle(own.id(), access.id(), &handle), 0);
    MPI_Info used = MPI_INFO_NULL;
    ASSERT_EQ(MPI_File_get_info(*static_cast<MPI_File*>(handle), &used), MPI_SUCCESS);
    for (const auto& [name, value] : texts(used)) told += name + "=" + value + " ";  // those that this MPI library knows
    EXPECT_NE(told.find("cb_buffer_size=65536"), std::string::npos) << told;
    if (used != MPI_INFO_NULL) MPI_Info_free(&used);
  }
  ::unsetenv("RONCHI_IO_HINTS");
  int made = 0;
  for (const auto& o : opened) {
    made += (o.mode & MPI_MODE_CREATE) != 0 ? 1 : 0;
    EXPECT_EQ(o.hints, (std::map<std::string, std::string>{
                           {"striping_factor", "8"}, {"striping_unit", "4194304"}, {"cb_buffer_size", "65536"}}))
        << o.file;
  }
  EXPECT_EQ(made, world.leads() ? 1 : 0);
  EXPECT_EQ(opened.size(), (world.leads() ? 1u : 0u) + (world.size() > 1 ? 2u : 1u));
  world.barrier();
}

TEST(IoHints, AreAListOfNamesAndValues) {
  EXPECT_TRUE(parse_io_hints("").empty());
  EXPECT_TRUE(parse_io_hints(" ; ").empty());
  EXPECT_EQ(parse_io_hints("a=1; b = x=y "), (IoHints{{"a", "1"}, {"b", "x=y"}}));
  for (const char* text : {"a", "a=", "=1", "a:1", "a=1;b"}) {
    try {
      (void)parse_io_hints(text);
      ADD_FAILURE() << text;
    } catch (const Failure& f) {
      EXPECT_EQ(f.error().fault, Fault::usage);
      EXPECT_NE(std::string(f.what()).find("RONCHI_IO_HINTS=\"striping_factor=8;striping_unit=4194304\""), std::string::npos);
    }
  }
}

}  // namespace ronchi::h5

extern "C" int MPI_File_open(MPI_Comm comm, const char* name, int mode, MPI_Info info, MPI_File* file) {
  ronchi::h5::opened.push_back({name, mode, ronchi::h5::texts(info)});
  return PMPI_File_open(comm, name, mode, info, file);
}
