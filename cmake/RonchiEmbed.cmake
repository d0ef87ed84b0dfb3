# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT

# ronchi_embed(LIBRARY FUNCTION FILE HEADER NAMESPACE)
# Adds to the library a function, declared in HEADER, that returns the file's text. The library is made in the folder that calls:
# generated sources belong to the folder that makes them.
function(ronchi_embed library name file header namespace)
  set(output "${PROJECT_BINARY_DIR}/generated/embedded/${name}.cpp")
  add_custom_command(OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" "-DINPUT=${file}" "-DOUTPUT=${output}" -DNAME=${name} -DHEADER=${header} -DNAMESPACE=${namespace}
      -P "${PROJECT_SOURCE_DIR}/cmake/EmbedFile.cmake"
    DEPENDS ${file} "${PROJECT_SOURCE_DIR}/cmake/EmbedFile.cmake"
    COMMENT "Embedding ${name}" VERBATIM)
  target_sources(${library} PRIVATE "${output}")
endfunction()
