// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/learn/module.hpp"

#include <dlfcn.h>

#include <filesystem>

#include "framework/base/error.hpp"

namespace ronchi::learn {

namespace {

#ifdef RONCHI_LEARNING

using Make = Learner* (*)(const Network*);

std::filesystem::path find_module() {
  const auto folder = std::filesystem::read_symlink("/proc/self/exe").parent_path();
  std::filesystem::path found;
  for (const auto& place : {folder, folder.parent_path() / "lib" / "ronchi"})
    if (found.empty() && std::filesystem::exists(place / module_name)) found = place / module_name;
  if (found.empty())
    fail(Fault::missing, "install it with the program, or build it (target ronchi_learning)", "{} is neither in {} nor in {}",
         module_name, folder.string(), (folder.parent_path() / "lib" / "ronchi").string());
  return found;
}

/// Never unloaded: LibTorch leaves threads and handlers behind.
Make load() {
  const auto found = find_module();
  void* library = ::dlopen(found.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr)
    fail(Fault::missing, "install LibTorch (Debian: libtorch-dev) as it was when Ronchi was built, or build Ronchi anew", "{}",
         ::dlerror());
  const auto make = reinterpret_cast<Make>(::dlsym(library, module_entry));
  if (make == nullptr) fail(Fault::missing, "build Ronchi anew", "{} is of another version of Ronchi", found.string());
  return make;
}

#endif

}  // namespace

void require_module() {
#ifdef RONCHI_LEARNING
  (void)find_module();
#else
  fail(Fault::unsupported, "configure with -DRONCHI_LEARNING=ON (Debian: libtorch-dev), or leave the stage out",
       "this Ronchi was built without LibTorch");
#endif
}

std::unique_ptr<Learner> make_learner([[maybe_unused]] const Network& network) {
#ifdef RONCHI_LEARNING
  static const Make make = load();
  return std::unique_ptr<Learner>(make(&network));
#else
  require_module();
  return nullptr;
#endif
}

}  // namespace ronchi::learn
