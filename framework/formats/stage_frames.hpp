// SPDX-FileCopyrightText: 2026 The Ronchi developers
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "framework/data/transform.hpp"
#include "framework/engine/inputs.hpp"
#include "framework/engine/part.hpp"
#include "framework/formats/formats.hpp"

/// Frames that a stage provides to the stages after it. The stage's index has a group `frame_source` (axes, units, metadata;
/// formats::save_info) whose attribute `kind` says where the numbers are.
namespace ronchi::formats {

/// kind "rows": the row dataset `rows` of the stage's parts holds the frames (any number of frames per item).
void provide_rows(h5::Group& index, const FrameInfo& info, const std::string& rows);
/// kind "files": files on disk, opened with these options; `axis` as in open_all.
void provide_files(h5::Group& index, const FrameInfo& info, const std::vector<std::filesystem::path>& paths,
                   const OpenOptions& options, const std::string& axis = "file");
/// kind "view": the frames of another stage (its directory) seen through a transform.
void provide_view(h5::Group& index, const FrameInfo& info, const engine::Input& source, const Transform& transform);

[[nodiscard]] bool provides_frames(const engine::Input& input);
/// Opens the frames of a finished stage, following views to their source.
[[nodiscard]] std::unique_ptr<FrameSource> open_frames(const engine::Input& input);
/// The first of the inputs that provides frames; Failure(usage) if none does.
[[nodiscard]] const engine::Input& frames_input(const engine::Inputs& inputs);

}  // namespace ronchi::formats
