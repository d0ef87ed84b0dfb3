# SPDX-FileCopyrightText: 2026 The Ronchi developers
# SPDX-License-Identifier: MIT
# cmake -DINPUT=file (or empty) -DOUTPUT=file.cpp -DNAME=function -DHEADER=its/declaration.hpp -DNAMESPACE=a::b -P EmbedFile.cmake
# Writes a function that returns the file's bytes as text; an empty text when there is no file.
cmake_policy(VERSION 3.25)
set(bytes "")
if(INPUT AND EXISTS "${INPUT}")
  file(READ "${INPUT}" bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(REGEX REPLACE "((0x..,){32})" "\\1\n  " bytes "${bytes}")
endif()
file(WRITE "${OUTPUT}" "#include \"${HEADER}\"
namespace ${NAMESPACE} {
namespace {
constexpr unsigned char bytes[] = {
  ${bytes}0};
}
std::string_view ${NAME}() { return {reinterpret_cast<const char*>(bytes), sizeof bytes - 1}; }
}  // namespace ${NAMESPACE}
")
