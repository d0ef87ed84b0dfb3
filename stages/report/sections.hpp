// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "framework/report/html.hpp"
#include "framework/report/picture.hpp"
#include "stages/report/content.hpp"

/// The parts of the page, one function each.
namespace ronchi::report {

/// What was run on what, the figures that matter, and the warnings.
void add_summary(Page& page, const Content& content, const Layout* layout, const Decomposition* d);

/// Everything a stage left to be seen, in its order; pictures side by side.
void add_figures(Page& page, const std::vector<Figure>& figures, const Layout* layout, std::int64_t most_pixels);

/// Each component's pattern or spectrum beside its loading map. `spectra`: labelled curves of the components, if there are.
void add_components(Page& page, const Layout& layout, const FrameInfo& info, const Decomposition& d,
                    const std::vector<const Curve*>& spectra, std::int64_t most_pixels);

/// Scree and convergence from the datasets of `decompose`; those that the stage drew itself are left out.
[[nodiscard]] std::vector<Curve> decomposition_curves(const h5::Group& index, const std::vector<Figure>& drawn);

[[nodiscard]] Table timings(const Content& content);
/// Stages with their keys, options that differ from the defaults, versions, seed.
[[nodiscard]] std::vector<Table> provenance(const Content& content);

}  // namespace ronchi::report
