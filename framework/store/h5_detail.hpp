// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "framework/store/h5.hpp"

/// What the parts of the HDF5 layer share. Not for users of the layer.

namespace ronchi::h5 {

namespace detail {

[[nodiscard]] std::vector<hsize_t> dims(const Shape& shape);
[[nodiscard]] Handle space_of(const Shape& shape);
[[nodiscard]] Handle text_type();  ///< variable length, UTF-8
/// Takes an identifier into ownership, or fails with HDF5's own words.
[[nodiscard]] Handle checked(hid_t id, herr_t (*close)(hid_t), const std::string& what, const std::string& path);
/// Texts of fixed or variable length from an attribute or a dataset; `read` is H5Aread or H5Dread on it.
[[nodiscard]] std::vector<std::string> texts_from(hid_t type, hid_t space, const std::function<herr_t(hid_t, void*)>& read,
                                                  const std::string& path);
/// HDF5 cannot close a file whose last pages do not fit on the disk, and crashes over it when the program ends. So they
/// are written into a file in memory, which nobody sees; the error is reported where it occurred.
void give_up_writing(hid_t file);

}  // namespace detail

}  // namespace ronchi::h5
