// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "framework/base/error.hpp"
#include "framework/store/h5_detail.hpp"

namespace ronchi::h5 {

using namespace detail;

namespace {

// Results are written under names of their own and put in place when they are complete, so nobody needs a lock; and many shared
// file systems have none, or break off when one is asked for. HDF5 looks at its first call, hence before main(); what the user
// says goes first.
[[maybe_unused]] const int no_locks = ::setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0);

/// HDF5 prints its errors itself unless it is told not to.
void quiet() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

}  // namespace

namespace {

Handle file_creation_list() {
  Handle list{H5Pcreate(H5P_FILE_CREATE), H5Pclose};
  H5Pset_obj_track_times(list.id(), 0);
  return list;
}

Handle file_access_list() {
  Handle list{H5Pcreate(H5P_FILE_ACCESS), H5Pclose};
  H5Pset_libver_bounds(list.id(), H5F_LIBVER_V18, H5F_LIBVER_LATEST);
  return list;
}

/// HDF5 2 aborts when the disk turns out to be full while it makes a file (an assertion in H5Fcreate): whether there is room for
/// what it writes first is tried before. Another process may still take it in between. File systems that cannot do that are not
/// asked.
void ask_for_room(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (fd < 0) return;  // H5Fcreate will say why
  const int error = ::fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 16 << 10) == 0 ? 0 : errno;
  ::close(fd);
  if (error != ENOSPC && error != EDQUOT) return;
  ::unlink(path.c_str());
  fail(Fault::no_space, "free some space, then run the same command again: finished parts are kept", "{} cannot be made: {}",
       path.string(), std::strerror(error));
}

}  // namespace

File File::create(const std::filesystem::path& path) {
  quiet();
  ask_for_room(path);
  errno = 0;
  const Handle create = file_creation_list(), access = file_access_list();
  File file;
  file.path_ = path.string();
  const hid_t id = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, create.id(), access.id());
  if (id < 0) {
    if (errno == EACCES || errno == EPERM || errno == EROFS || errno == ENOENT) {
      const char* reason = std::strerror(errno);
      H5Eclear2(H5E_DEFAULT);
      fail(Fault::unreadable, "check that the folder is there and that you may write to it", "{} cannot be made: {}", path.string(),
           reason);
    }
    fail_h5("making", path.string());
  }
  file.file_ = Handle(id, H5Fclose);
  file.handle_ = checked(H5Gopen2(id, "/", H5P_DEFAULT), H5Gclose, "opening", path.string());
  return file;
}

File File::in_memory() {
  quiet();
  Handle access = file_access_list();
  H5Pset_fapl_core(access.id(), 1 << 20, 0);
  File file;
  static int number = 0;
  file.path_ = fmt::format("memory-{}", ++number);
  file.file_ = checked(H5Fcreate(file.path_.c_str(), H5F_ACC_TRUNC, file_creation_list().id(), access.id()), H5Fclose, "making",
                       "a file in memory");
  file.handle_ = checked(H5Gopen2(file.file_.id(), "/", H5P_DEFAULT), H5Gclose, "opening", "a file in memory");
  return file;
}

File File::open(const std::filesystem::path& path, Access access) { return open(path, access, file_access_list().id()); }

File File::open(const std::filesystem::path& path, Access access, hid_t access_list) {
  quiet();
  std::error_code ec;
  if (!std::filesystem::exists(path, ec)) fail(Fault::missing, "check the name", "there is no file {}", path.string());
  errno = 0;
  File file;
  file.path_ = path.string();
  const hid_t id = H5Fopen(path.c_str(), access == Access::read ? H5F_ACC_RDONLY : H5F_ACC_RDWR, access_list);
  if (id < 0) {
    if (errno == EACCES || errno == EPERM) {
      H5Eclear2(H5E_DEFAULT);
      fail(Fault::unreadable, "ask its owner for permission", "{} cannot be opened: {}", path.string(), std::strerror(EACCES));
    }
    fail_h5("opening", path.string());
  }
  file.file_ = Handle(id, H5Fclose);
  file.handle_ = checked(H5Gopen2(id, "/", H5P_DEFAULT), H5Gclose, "opening", path.string());
  return file;
}

File::~File() {
  handle_.reset();  // the root group before the file
  if (file_ && H5Fflush(file_.id(), H5F_SCOPE_LOCAL) < 0) give_up_writing(file_.id());
  H5Eclear2(H5E_DEFAULT);
}

void File::close() {
  handle_.reset();
  if (!file_) return;
  errno = 0;
  if (H5Fflush(file_.id(), H5F_SCOPE_LOCAL) < 0) {
    try {
      fail_h5("writing", path_);
    } catch (const Failure&) {
      give_up_writing(file_.id());
      throw;
    }
  }
  if (const auto open = H5Fget_obj_count(file_.id(), H5F_OBJ_ALL | H5F_OBJ_LOCAL); open > 1)
    fail(Fault::internal, "report this", "{} is closed while {} of its objects are in use", path_, open - 1);
  errno = 0;
  if (H5Fclose(file_.release()) < 0) fail_h5("closing", path_);  // some file systems tell of a failed write only now
}

}  // namespace ronchi::h5
