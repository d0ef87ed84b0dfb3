// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#include "framework/store/io_hints.hpp"

#include <cstdlib>

#include "framework/base/error.hpp"
#include "framework/base/text.hpp"

namespace ronchi::h5 {

IoHints parse_io_hints(std::string_view text) {
  IoHints hints;
  for (const auto& piece : split(text, ';')) {
    const std::string_view hint = trim(piece);
    if (hint.empty()) continue;
    const auto equals = hint.find('=');
    const std::string name(trim(hint.substr(0, equals)));
    const std::string value(equals == std::string_view::npos ? std::string_view{} : trim(hint.substr(equals + 1)));
    if (name.empty() || value.empty() || name.size() > MPI_MAX_INFO_KEY || value.size() > MPI_MAX_INFO_VAL)
      fail(Fault::usage, "write for example RONCHI_IO_HINTS=\"striping_factor=8;striping_unit=4194304\"",
           "RONCHI_IO_HINTS: '{}' is not name=value", hint);
    hints.emplace_back(name, value);
  }
  return hints;
}

IoHints io_hints() {
  const char* text = std::getenv("RONCHI_IO_HINTS");
  return text == nullptr ? IoHints{} : parse_io_hints(text);
}

IoInfo::IoInfo(const IoHints& hints) {
  if (hints.empty()) return;
  MPI_Info_create(&info_);
  for (const auto& [name, value] : hints) MPI_Info_set(info_, name.c_str(), value.c_str());
}

IoInfo::~IoInfo() {
  if (info_ != MPI_INFO_NULL) MPI_Info_free(&info_);
}

}  // namespace ronchi::h5
