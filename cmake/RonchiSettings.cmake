# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(RONCHI_CCACHE ccache)
if(RONCHI_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND}" -E env CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} CCACHE_NOHASHDIR=1 "${RONCHI_CCACHE}")
endif()

add_library(ronchi_settings INTERFACE)
target_include_directories(ronchi_settings INTERFACE "${PROJECT_SOURCE_DIR}" "${PROJECT_BINARY_DIR}/generated")
# Equal results of two builds need products and sums that no build fuses by itself; kernels that want FMA say so.
target_compile_options(ronchi_settings INTERFACE -Wall -Wextra -Wpedantic -Wno-missing-field-initializers -Wno-restrict -ffp-contract=off)
if(RONCHI_SANITIZE)
  target_compile_options(ronchi_settings INTERFACE -fsanitize=${RONCHI_SANITIZE} -fno-omit-frame-pointer -g1)
  target_link_options(ronchi_settings INTERFACE -fsanitize=${RONCHI_SANITIZE})
endif()
