# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
# Every dependency, and what to install when it is missing.

macro(ronchi_require name package)
  if(NOT ${name}_FOUND)
    message(FATAL_ERROR "${name} was not found. Debian: apt-get install ${package} (or run scripts/setup). "
                        "Elsewhere: load its module or set ${name}_ROOT.")
  endif()
endmacro()

find_package(MPI COMPONENTS C CXX QUIET)
ronchi_require(MPI libopenmpi-dev)
set(HDF5_PREFER_PARALLEL ON)
find_package(HDF5 COMPONENTS C QUIET)
ronchi_require(HDF5 libhdf5-openmpi-dev)
if(NOT HDF5_IS_PARALLEL)
  message(FATAL_ERROR "This HDF5 was built without MPI. Debian: apt-get install libhdf5-openmpi-dev; set HDF5_ROOT elsewhere.")
endif()
if(NOT Kokkos_ROOT AND EXISTS "${PROJECT_SOURCE_DIR}/.deps/kokkos/.complete")
  set(Kokkos_ROOT "${PROJECT_SOURCE_DIR}/.deps/kokkos")
endif()
find_package(Kokkos QUIET)
if(NOT Kokkos_FOUND)
  message(FATAL_ERROR "Kokkos was not found. Run scripts/setup (it builds a threaded one into .deps/), load its module, or set Kokkos_ROOT.")
endif()
find_package(yaml-cpp QUIET)
ronchi_require(yaml-cpp libyaml-cpp-dev)
if(NOT TARGET yaml-cpp::yaml-cpp)
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
find_package(fmt QUIET)
ronchi_require(fmt libfmt-dev)
find_package(CLI11 QUIET)
ronchi_require(CLI11 libcli11-dev)
find_package(PNG QUIET)
ronchi_require(PNG libpng-dev)
find_path(RANDOM123_INCLUDE_DIR Random123/philox.h)
if(NOT RANDOM123_INCLUDE_DIR)
  message(FATAL_ERROR "Random123 was not found. Debian: apt-get install librandom123-dev; elsewhere set RANDOM123_INCLUDE_DIR.")
endif()
find_path(FFTW_INCLUDE_DIR fftw3.h)
find_library(FFTWF_LIBRARY fftw3f)
if(NOT FFTW_INCLUDE_DIR OR NOT FFTWF_LIBRARY)
  message(FATAL_ERROR "FFTW in single precision was not found. Debian: apt-get install libfftw3-dev; elsewhere load its module or "
                      "set FFTW_INCLUDE_DIR and FFTWF_LIBRARY.")
endif()
find_package(Threads REQUIRED)

# Chart.js draws the curves of a report. Without it reports have tables in their place.
find_file(RONCHI_CHARTJS NAMES chart.umd.min.js chart.umd.js chart.min.js Chart.min.js
  PATHS /usr/share/javascript/chart.js /usr/share/nodejs/chart.js/dist NO_DEFAULT_PATH)
if(NOT RONCHI_CHARTJS)
  message(STATUS "Chart.js was not found (Debian: libjs-chart.js): reports will have tables instead of curves")
endif()

add_library(ronchi_dependencies INTERFACE)
target_include_directories(ronchi_dependencies SYSTEM INTERFACE ${HDF5_INCLUDE_DIRS} ${RANDOM123_INCLUDE_DIR} ${FFTW_INCLUDE_DIR})
target_compile_definitions(ronchi_dependencies INTERFACE ${HDF5_DEFINITIONS} OMPI_SKIP_MPICXX MPICH_SKIP_MPICXX)
target_link_libraries(ronchi_dependencies INTERFACE MPI::MPI_C ${HDF5_C_LIBRARIES} Kokkos::kokkos yaml-cpp::yaml-cpp
  fmt::fmt PNG::PNG ${FFTWF_LIBRARY} Threads::Threads)
