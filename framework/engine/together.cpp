// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/engine/together.hpp"

#include <exception>
#include <new>
#include <optional>
#include <string>

#include "framework/base/error.hpp"

namespace ronchi::engine {

void together(const Communicator& ranks, const std::function<void()>& work) {
  std::optional<Error> error;
  try {
    work();
  } catch (const Failure& f) { error = f.error(); } catch (const std::bad_alloc&) {
    error = Error{Fault::no_space, "there is not enough memory", "use more nodes or fewer ranks on each"};
  } catch (const std::exception& e) { error = Error{Fault::internal, e.what(), "report this"}; }
  ranks.wait_for_all();
  const auto speaker = ranks.size() - ranks.max(error ? ranks.size() - ranks.rank() : std::int64_t{0});
  if (speaker == ranks.size()) return;
  const int root = static_cast<int>(speaker);
  Error all;
  all.fault = ranks.broadcast_value(error.value_or(Error{}).fault, root);
  all.message = ranks.broadcast(error.value_or(Error{}).message, root);
  all.advice = ranks.broadcast(error.value_or(Error{}).advice, root);
  throw Failure(all);
}

void on_leader(const Communicator& ranks, const std::function<void()>& work) {
  together(ranks, [&] {
    if (ranks.leads()) work();
  });
}

}  // namespace ronchi::engine
