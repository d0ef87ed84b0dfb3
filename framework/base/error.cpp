// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/base/error.hpp"

namespace ronchi {

const char* describe(Fault fault) {
  switch (fault) {
    case Fault::usage:
      return "the command or the job file asks for something that cannot be";
    case Fault::missing:
      return "something that is needed is not there";
    case Fault::unreadable:
      return "access was refused";
    case Fault::corrupt:
      return "the data are damaged or incomplete";
    case Fault::unsupported:
      return "this kind of data is not supported";
    case Fault::no_space:
      return "there is no space left";
    case Fault::bad_item:
      return "one item cannot be treated";
    case Fault::numeric:
      return "the numbers went wrong";
    case Fault::superseded:
      return "another run has taken over";
    case Fault::internal:
      return "this is a mistake in Ronchi";
  }
  return "unknown";
}

int exit_code(Fault fault) {
  switch (fault) {
    case Fault::usage:
      return 2;
    case Fault::missing:
      return 3;
    case Fault::unreadable:
      return 4;
    case Fault::corrupt:
      return 5;
    case Fault::unsupported:
      return 6;
    case Fault::no_space:
      return 7;
    case Fault::bad_item:
      return 8;
    case Fault::numeric:
      return 9;
    case Fault::superseded:
      return 10;
    case Fault::internal:
      return 70;
  }
  return 70;
}

std::string Error::text() const { return advice.empty() ? message : fmt::format("{} ({})", message, advice); }

}  // namespace ronchi
