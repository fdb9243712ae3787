# SPDX-License-Identifier: GPL-3.0-or-later
# Compiler cache, linker, warnings, sanitizers, CUDA. Nothing here is required: what is missing is left out and said.

find_program(QS_CCACHE ccache)
if(QS_CCACHE)
  foreach(language C CXX CUDA)
    set(CMAKE_${language}_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros ${QS_CCACHE})  # as precompiled headers need
  endforeach()
endif()

find_program(QS_MOLD mold)
if(QS_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(qs_warnings INTERFACE)
target_compile_options(qs_warnings INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wimplicit-fallthrough>
  $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>)  # g++ 12 reports every string concatenation (GCC bug 105651)
if(QS_WARNINGS_AS_ERRORS)
  target_compile_options(qs_warnings INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-Werror>)
endif()

if(QS_SANITIZE)
  add_compile_options(-fsanitize=${QS_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${QS_SANITIZE})
endif()

set(QS_CUDA_ENABLED OFF)
if(NOT QS_CUDA STREQUAL "OFF")
  include(CheckLanguage)
  check_language(CUDA)
  if(CMAKE_CUDA_COMPILER)
    set(CMAKE_CUDA_ARCHITECTURES 80 90 CACHE STRING "GPU architectures")
    enable_language(CUDA)
    set(CMAKE_CUDA_STANDARD 17)
    set(CMAKE_CUDA_STANDARD_REQUIRED ON)
    set(QS_CUDA_ENABLED ON)
  elseif(QS_CUDA STREQUAL "ON")
    message(FATAL_ERROR "QS_CUDA=ON, but there is no CUDA compiler; install CUDA 13.0 or configure with -DQS_CUDA=AUTO")
  endif()
endif()
message(STATUS "CUDA kernels: ${QS_CUDA_ENABLED}; ccache: ${QS_CCACHE}; mold: ${QS_MOLD}")
