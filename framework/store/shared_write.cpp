// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/store/shared_write.hpp"

#include "framework/base/error.hpp"

namespace ronchi::h5 {

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
    Handle access{H5Pcreate(H5P_FILE_ACCESS), H5Pclose};
    H5Pset_fapl_mpio(access.id(), team.mpi(), MPI_INFO_NULL);
    File parallel = File::open(path, Access::read_write, access.id());
    Handle transfer{H5Pcreate(H5P_DATASET_XFER), H5Pclose};
    H5Pset_dxpl_mpio(transfer.id(), H5FD_MPIO_INDEPENDENT);
    if (!mine.empty()) parallel.dataset(name).write(type, start, count, values, transfer.id());
    parallel.close();
  }
  team.barrier();
  if (team.leads()) file = File::open(path, Access::read_write);
}

}  // namespace ronchi::h5
