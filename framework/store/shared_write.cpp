// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/store/shared_write.hpp"

#include "framework/base/error.hpp"
#include "framework/store/io_hints.hpp"

namespace ronchi::h5 {

File create_shared(const std::filesystem::path& path) {
  if (const IoHints hints = io_hints(); !hints.empty()) {
    const IoInfo info(hints);
    MPI_File file = MPI_FILE_NULL;
    // What cannot be made here cannot be made below either, where the reason is told.
    if (MPI_File_open(MPI_COMM_SELF, path.c_str(), MPI_MODE_CREATE | MPI_MODE_WRONLY, info.mpi(), &file) == MPI_SUCCESS)
      MPI_File_close(&file);
  }
  return File::create(path);
}

File open_shared(const std::filesystem::path& path, const Communicator& team) {
  const IoInfo info(io_hints());
  Handle access{H5Pcreate(H5P_FILE_ACCESS), H5Pclose};
  H5Pset_fapl_mpio(access.id(), team.mpi(), info.mpi());
  return File::open(path, Access::read_write, access.id());
}

void write_shared(File& file, const Communicator& team, const std::string& name, Scalar type, const Shape& shape, Range mine,
                  const std::byte* values) {
  Shape start(shape.size(), 0), count = shape;
  start[0] = mine.first;
  count[0] = mine.size();
  std::string path = team.leads() ? file.path() : "";
  if (team.leads()) {
    (void)file.create(name, type, shape, {.allocate_early = true});
    file.close();
  }
  path = team.broadcast(path);
  // One rank takes the same steps as many, so that the file has the same bytes.
  if (team.size() == 1) {
    File again = File::open(path, Access::read_write);
    again.dataset(name).write(type, start, count, values);
    again.close();
  } else {
    File parallel = open_shared(path, team);
    Handle transfer{H5Pcreate(H5P_DATASET_XFER), H5Pclose};
    H5Pset_dxpl_mpio(transfer.id(), H5FD_MPIO_INDEPENDENT);
    if (!mine.empty()) parallel.dataset(name).write(type, start, count, values, transfer.id());
    parallel.close();
  }
  team.barrier();
  if (team.leads()) file = File::open(path, Access::read_write);
}

}  // namespace ronchi::h5
