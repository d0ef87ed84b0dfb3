# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
# version.cpp is written anew at each build, so that the commit in it is the commit that was built.
add_custom_target(ronchi_version_file
  COMMAND "${CMAKE_COMMAND}" -DSOURCE=${PROJECT_SOURCE_DIR} -DVERSION=${PROJECT_VERSION}
          -DOUTPUT=${PROJECT_BINARY_DIR}/generated/version.cpp -P "${PROJECT_SOURCE_DIR}/cmake/WriteVersion.cmake"
  BYPRODUCTS "${PROJECT_BINARY_DIR}/generated/version.cpp"
  COMMENT "" VERBATIM)
