// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include "framework/store/h5.hpp"
#include "stages/survey/decide.hpp"

namespace ronchi::survey {

/// What a survey found and decided, as pictures and tables for the report.
void add_figures(h5::Group& index, const Findings& findings, const Decision& decision, const Options& options);

}  // namespace ronchi::survey
