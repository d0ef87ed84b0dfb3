# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT

# ronchi_test(NAME SOURCES... [RANKS 1 2 3 4] [THREADS n] [LABELS ...] [TIMEOUT s])
# One GoogleTest program; registered once per rank count. RANKS absent: one process, no launcher. Default label: portable.
function(ronchi_test name)
  cmake_parse_arguments(arg "" "THREADS;TIMEOUT" "SOURCES;RANKS;LABELS" ${ARGN})
  if(NOT arg_LABELS)
    set(arg_LABELS portable)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  if(NOT arg_THREADS)
    set(arg_THREADS 1)
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ronchi_test_support)
  ronchi_reuse_precompiled(${name} ronchi_test_support)
  if(NOT arg_RANKS)
    ronchi_add_test(${name} 1 "" "${arg_LABELS}" ${arg_TIMEOUT} ${arg_THREADS} $<TARGET_FILE:${name}>)
  endif()
  foreach(ranks IN LISTS arg_RANKS)
    ronchi_mpirun(launch ${ranks})
    ronchi_add_test(${name}.${ranks} ${ranks} "${launch}" "${arg_LABELS};mpi" ${arg_TIMEOUT} ${arg_THREADS} $<TARGET_FILE:${name}>)
  endforeach()
endfunction()

# The launcher's command line for a number of ranks.
function(ronchi_mpirun out ranks)
  set(${out} ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${ranks} --oversubscribe --bind-to none PARENT_SCOPE)
endfunction()

function(ronchi_add_test name ranks launch labels timeout threads)
  add_test(NAME ${name} COMMAND ${launch} ${ARGN})
  math(EXPR processors "${ranks} * ${threads}")
  if(processors GREATER 2)
    set(processors 2)
  endif()
  if(RONCHI_SANITIZE)
    math(EXPR timeout "3 * ${timeout}")
    # a launcher is not instrumented: what it leaks is not ours
    set(sanitizer "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/leaks.supp:print_suppressions=0:use_tls=0;UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1;ASAN_OPTIONS=detect_stack_use_after_return=0:allocator_may_return_null=1")
  endif()
  set_tests_properties(${name} PROPERTIES LABELS "${labels}" TIMEOUT ${timeout} PROCESSORS ${processors}
    ENVIRONMENT "OMPI_ALLOW_RUN_AS_ROOT=1;OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1;OMP_NUM_THREADS=${threads};OMP_PROC_BIND=false;PRTE_MCA_rmaps_default_mapping_policy=:oversubscribe;RONCHI_EXPECTED_RANKS=${ranks};RONCHI_PROGRAM=$<TARGET_FILE:ronchi>;RONCHI_SOURCE=${PROJECT_SOURCE_DIR};${sanitizer}")
endfunction()
