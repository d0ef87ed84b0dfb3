// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/task.hpp"

#include <list>
#include <set>

#include "framework/base/error.hpp"
#include "framework/engine/durable.hpp"

namespace ronchi::engine {

namespace {

class Guard : public ItemGuard {
 public:
  Guard(const Context& context, const StageState& stage, Quarantine& quarantine, const std::function<void(std::int64_t)>& limit, std::set<std::int64_t>& bad)
      : context_(context), name_(stage.directory_name()), quarantine_(quarantine), limit_(limit), bad_(bad) {}

  bool begin(std::int64_t item) override {
    if (quarantine_.holds(item) || bad_.contains(item)) {
      bad_.insert(item);
      return false;
    }
    if (context_.slots != nullptr) context_.slots->begin(name_, item);
    return true;
  }
  void end(std::int64_t) override {
    if (context_.slots != nullptr) context_.slots->end();
  }
  void failed(std::int64_t item, const std::string& reason) override {
    bad_.insert(item);
    quarantine_.fail(item, reason);
    limit_(static_cast<std::int64_t>(bad_.size()));
  }

 private:
  const Context& context_;
  std::string name_;
  Quarantine& quarantine_;
  const std::function<void(std::int64_t)>& limit_;
  std::set<std::int64_t>& bad_;  ///< of the whole chain: what failed before is not fed to the next
};

/// The stage's inputs, with the one that it is fused with read from memory.
Inputs with_fused(const Inputs& inputs, const std::string& name, Range items, const h5::File& file) {
  auto all = inputs.all();
  for (auto& i : all)
    if (i.name == name) i.fused = [items, &file] { return Parts::of(items, file); };
  return Inputs(inputs.seed(), std::move(all), inputs.job_directory());
}

}  // namespace

std::int64_t do_task(const Context& context, const std::vector<StageState*>& chain, const Task& task, Quarantine& quarantine,
                     const std::function<void(std::int64_t)>& limit) {
  const StageState& last = *chain.back();
  const auto path = last.parts_directory() / (std::to_string(task.items.first) + "-" + std::to_string(task.items.last) + ".h5");
  const auto temporary = temporary_name(path);
  const Communicator self;
  Team team(self, context.threads, {}, [&] { return context.stop.asked(); }, {});
  std::set<std::int64_t> bad;
  std::list<Part> done;  // earlier members of the chain, in memory
  try {
    for (const StageState* s : chain) {
      const bool to_disk = s == &last;
      Guard guard(context, *s, quarantine, limit, bad);
      Part part(task.items, to_disk ? h5::File::create(temporary) : h5::File::in_memory(), s->directory, guard, self);
      const Inputs inputs = done.empty() ? context.inputs(*s) : with_fused(context.inputs(*s), s->spec->after[0], task.items, done.back().file());
      s->stage().run(task, team, inputs, part);
      (void)part.finish();
      if (!to_disk) {
        done.push_back(std::move(part));
        continue;
      }
      stamp(part.file(), *s);
      part.file().close();
    }
    commit(temporary, path);
  } catch (...) {
    if (context.slots != nullptr) context.slots->end();
    std::error_code ec;
    std::filesystem::remove(temporary, ec);
    throw;
  }
  return static_cast<std::int64_t>(bad.size());
}

}  // namespace ronchi::engine
