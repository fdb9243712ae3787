# SPDX-License-Identifier: GPL-3.0-or-later
# qs_unity(TARGET units): with QS_UNITY its sources are compiled in so many units of neighbours, which halves the time of a clean build,
# because headers are read and templates instantiated once a unit. Names in unnamed namespaces therefore differ within a library or program.
# 0 units: each source by itself.
function(qs_unity target units)
  if(NOT QS_UNITY OR units EQUAL 0)
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  list(FILTER sources INCLUDE REGEX "\\.cpp$")
  list(LENGTH sources count)
  math(EXPR size "(${count} + ${units} - 1) / ${units}")
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${size})
endfunction()

# qs_module(NAME units libraries…): static library qs_NAME of core/NAME/*.cpp (and arch/*.cpp below it), compiled in so many units.
function(qs_module name units)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/core/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "_cpu\\.cpp$")
  if(NOT sources)
    add_library(qs_${name} INTERFACE)
    target_include_directories(qs_${name} INTERFACE ${CMAKE_SOURCE_DIR}/core)
    target_link_libraries(qs_${name} INTERFACE ${ARGN})
    return()
  endif()
  add_library(qs_${name} STATIC ${sources})
  target_include_directories(qs_${name} PUBLIC ${CMAKE_SOURCE_DIR}/core)
  target_link_libraries(qs_${name} PUBLIC ${ARGN} PRIVATE qs_warnings)
  qs_unity(qs_${name} ${units})
endfunction()

# qs_test(NAME DIRECTORY units libraries…): one GoogleTest program of tests/DIRECTORY/*.cpp, compiled in so many units, one ctest entry;
# results as XML in test-results/.
function(qs_test name directory units)
  set(libraries ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/${directory}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  target_link_libraries(${name} PRIVATE ${ARGN} qs_warnings GTest::gtest GTest::gmock GTest::gtest_main)
  qs_unity(${name} ${units})
  target_compile_options(${name} PRIVATE -Og -fPIC)  # half the time to compile of -O3; the libraries under test keep their own
  if("Qt6::Test" IN_LIST libraries)
    qs_use_precompiled(${name} qt_tests)
  else()
    qs_use_precompiled(${name} tests)
  endif()
  target_compile_definitions(${name} PRIVATE QS_SOURCE_DIR="${CMAKE_SOURCE_DIR}" QS_BINARY_DIR="${CMAKE_BINARY_DIR}")
  add_test(NAME ${name} COMMAND ${name} --gtest_output=xml:${CMAKE_BINARY_DIR}/test-results/${name}.xml)
  set_tests_properties(${name} PROPERTIES TIMEOUT 900)
  if(QS_SANITIZE)
    set(suppressions ${CMAKE_SOURCE_DIR}/tests/sanitize)
    set_tests_properties(${name} PROPERTIES ENVIRONMENT
      "LSAN_OPTIONS=suppressions=${suppressions}/leak.supp;TSAN_OPTIONS=suppressions=${suppressions}/thread.supp;UBSAN_OPTIONS=print_stacktrace=1")
  endif()
endfunction()
