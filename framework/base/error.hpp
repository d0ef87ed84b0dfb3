// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <fmt/format.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <variant>

namespace ronchi {

/// What kind of thing went wrong. Each kind has a sentence (`describe`) and an exit code (`exit_code`).
enum class Fault {
  usage,        ///< the command line or a job file asks for something that cannot be
  missing,      ///< a file, data set or stage that is not there
  unreadable,   ///< no permission, or the system refuses
  corrupt,      ///< truncated, damaged or contradicting itself
  unsupported,  ///< a valid thing that Ronchi does not read
  no_space,     ///< the disk or the quota is full
  bad_item,     ///< one item of a data set cannot be treated; the others can
  numeric,      ///< NaN, overflow, no convergence
  superseded,   ///< another run has taken over this job
  internal,     ///< a mistake in Ronchi
};
[[nodiscard]] const char* describe(Fault fault);
[[nodiscard]] int exit_code(Fault fault);

/// One error: what was found, what was expected and where (`message`), and what to do about it (`advice`).
struct Error {
  Fault fault = Fault::internal;
  std::string message;
  std::string advice;
  [[nodiscard]] std::string text() const;  ///< the sentence to print, advice included
};

/// An error that ends the task in hand.
class Failure : public std::runtime_error {
 public:
  explicit Failure(Error error) : std::runtime_error(error.text()), error_(std::move(error)) {}
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  Error error_;
};

/// Throws a Failure: fail(Fault::corrupt, "copy the file again", "{} holds {} bytes, {} expected", path, have, want).
template <class... Args>
[[noreturn]] void fail(Fault fault, std::string advice, fmt::format_string<Args...> message, Args&&... args) {
  throw Failure(Error{fault, fmt::format(message, std::forward<Args>(args)...), std::move(advice)});
}

/// A value or an expected error.
template <class T>
class Result {
 public:
  Result(T value) : state_(std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::move(error)) {}  // NOLINT(google-explicit-constructor)
  [[nodiscard]] explicit operator bool() const { return state_.index() == 0; }
  [[nodiscard]] const Error& error() const { return std::get<1>(state_); }
  /// The value; throws the error as a Failure if there is none.
  [[nodiscard]] T& value() & {
    require();
    return std::get<0>(state_);
  }
  [[nodiscard]] const T& value() const& {
    require();
    return std::get<0>(state_);
  }
  [[nodiscard]] T&& value() && {
    require();
    return std::get<0>(std::move(state_));
  }

 private:
  void require() const {
    if (state_.index() == 1) throw Failure(std::get<1>(state_));
  }
  std::variant<T, Error> state_;
};

}  // namespace ronchi
