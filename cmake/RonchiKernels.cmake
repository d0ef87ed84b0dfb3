# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
# ronchi_kernels(<target> <name>... [OPTIONS <option>...])
#
# Adds <name>_portable.cpp and, for x86 processors, <name>_avx2.cpp and <name>_avx512.cpp, each compiled for its instruction set with the
# options besides. framework/base/kernel_list.hpp chooses at run time. No option allows the compiler to change or fuse an operation
# (-ffp-contract=off holds for all), so that all sets give the same bytes.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$" AND CMAKE_CXX_COMPILER_ID MATCHES "GNU|Clang")
  set(RONCHI_X86_KERNELS ON)
  target_compile_definitions(ronchi_settings INTERFACE RONCHI_X86_KERNELS)
else()
  set(RONCHI_X86_KERNELS OFF)
endif()
set(ronchi_kernel_options_portable -O3 -Wno-psabi)
set(ronchi_kernel_options_avx2 ${ronchi_kernel_options_portable} -mavx2 -mfma -mbmi -mpopcnt)
# GCC 12 sees the undefined vectors of its own avx512fintrin.h (its bug 105593).
set(ronchi_kernel_options_avx512 ${ronchi_kernel_options_avx2} -mavx512f -mavx512bw -mavx512dq -mavx512vl -mprefer-vector-width=512
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<CXX_COMPILER_ID:GNU>:-Wno-uninitialized>)

# One of them: <source> is compiled for <set> with the options besides.
function(ronchi_kernel target source set)
  target_sources(${target} PRIVATE ${source})
  set_source_files_properties(${source} TARGET_DIRECTORY ${target} PROPERTIES
    COMPILE_OPTIONS "${ronchi_kernel_options_${set}};${ARGN}" SKIP_PRECOMPILE_HEADERS ON)
endfunction()

function(ronchi_kernels target)
  cmake_parse_arguments(PARSE_ARGV 1 kernels "" "" OPTIONS)
  set(sets portable)
  if(RONCHI_X86_KERNELS)
    list(APPEND sets avx2 avx512)
  endif()
  foreach(name IN LISTS kernels_UNPARSED_ARGUMENTS)
    foreach(set IN LISTS sets)
      ronchi_kernel(${target} ${name}_${set}.cpp ${set} ${kernels_OPTIONS})
    endforeach()
  endforeach()
endfunction()
