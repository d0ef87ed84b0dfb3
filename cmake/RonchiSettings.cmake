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

# Sources with compile options of their own are loops for one kind of host processor. nvcc_wrapper would hand them to nvcc too, whose
# front end does not know the intrinsics.
function(ronchi_host_loops target)
  if(NOT CMAKE_CXX_COMPILER MATCHES "nvcc_wrapper")
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    get_source_file_property(options "${source}" TARGET_DIRECTORY ${target} COMPILE_OPTIONS)
    if(options)
      set_property(SOURCE "${source}" TARGET_DIRECTORY ${target} APPEND PROPERTY COMPILE_OPTIONS "--host-only")
    endif()
  endforeach()
endfunction()
if(CMAKE_CXX_COMPILER MATCHES "nvcc_wrapper")
  # As -ffp-contract=off for the host; and what only a host can do must not stand in a kernel, however it is spelled.
  target_compile_options(ronchi_settings INTERFACE -fmad=false -Werror=cross-execution-space-call
    "SHELL:-Xcudafe --diag_error=20011" "SHELL:-Xcudafe --diag_error=20012" "SHELL:-Xcudafe --diag_error=20013"
    "SHELL:-Xcudafe --diag_error=20014" "SHELL:-Xcudafe --diag_error=20015")
endif()
