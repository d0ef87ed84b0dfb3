// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/formats/probe.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <set>
#include <tuple>
#include <type_traits>

#include "framework/base/error.hpp"

namespace ronchi::formats {

namespace {

/// A damaged B-tree may lead in circles, a damaged heap to a lock that nobody opens.
unsigned longest() {
  const char* text = std::getenv("RONCHI_PROBE_SECONDS");
  return text != nullptr ? static_cast<unsigned>(std::max(1, std::atoi(text))) : 120;
}

/// In the child: nothing of the parent's may run, neither its crash handlers nor its exit handlers.
[[noreturn]] void in_child(const std::function<void()>& work) {
  for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGALRM}) std::signal(signal, SIG_DFL);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  alarm(longest());
  try {
    work();
  } catch (...) {  // the parent will meet it again
  }
  _exit(0);
}

}  // namespace

void try_apart(const std::filesystem::path& path, const std::function<void()>& work) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return;
  const auto identity = std::tuple(status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
  static std::set<std::remove_const_t<decltype(identity)>> tried;
  if (tried.contains(identity)) return;
  const pid_t child = fork();
  if (child < 0) return;  // no process to be had: then without this net
  if (child == 0) in_child(work);
  int outcome = 0;
  while (waitpid(child, &outcome, 0) < 0 && errno == EINTR) {}
  const int by = WIFSIGNALED(outcome) ? WTERMSIG(outcome) : 0;
  const bool exited = WIFEXITED(outcome) && WEXITSTATUS(outcome) != 0;  // the library's own exit, or a sanitizer's
  if (exited || by == SIGALRM || by == SIGSEGV || by == SIGBUS || by == SIGABRT || by == SIGFPE || by == SIGILL)
    fail(Fault::corrupt, "copy the file again; h5dump shows what can still be read",
         "{} is damaged so that the HDF5 library {} on it", path.string(), by == SIGALRM ? "does not come to an end" : "crashes");
  tried.insert(identity);
}

}  // namespace ronchi::formats
