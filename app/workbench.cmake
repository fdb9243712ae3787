# SPDX-License-Identifier: GPL-3.0-or-later
# The workbench: a library of its parts, so that tests link them, and the program.
find_package(Qt6 REQUIRED COMPONENTS Core Gui Widgets LinguistTools)

set(sources)
foreach(folder . project jobs)
  file(GLOB found CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.cpp ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/*.h)
  list(APPEND sources ${found})
endforeach()
list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
add_library(qs_workbench STATIC ${sources})
qs_unity(qs_workbench 3)
set_target_properties(qs_workbench PROPERTIES AUTOMOC ON AUTOGEN_ORIGIN_DEPENDS OFF)
target_include_directories(qs_workbench PUBLIC ${CMAKE_SOURCE_DIR})
target_link_libraries(qs_workbench PUBLIC qs_views qs_run qs_kernels nlohmann_json::nlohmann_json PRIVATE qs_warnings)
target_compile_options(qs_workbench PRIVATE -O1)
qs_use_precompiled(qs_workbench qt)
target_compile_definitions(qs_workbench PRIVATE QS_RESOURCE_DIRECTORY="${CMAKE_SOURCE_DIR}/resources")

# Languages: resources/translations/quantoscope_xx.ts holds the words of the sources (target update-translations finds new ones),
# options_xx.ts those that the engine gives in English: option titles, help, choices.
set(words ${CMAKE_BINARY_DIR}/translations)
file(MAKE_DIRECTORY ${words})
set(translations ${CMAKE_SOURCE_DIR}/resources/translations)
foreach(language de)
  set(from ${translations}/quantoscope_${language}.ts ${translations}/options_${language}.ts)
  add_custom_command(OUTPUT ${words}/quantoscope_${language}.qm COMMAND Qt6::lrelease -silent ${from} -qm ${words}/quantoscope_${language}.qm
                     DEPENDS ${from} VERBATIM)
  list(APPEND catalogues ${words}/quantoscope_${language}.qm)
endforeach()
qt_add_resources(qs_workbench translations PREFIX /translations BASE ${words} FILES ${catalogues})
add_custom_target(update-translations COMMAND ${CMAKE_COMMAND} -DLUPDATE=$<TARGET_FILE:Qt6::lupdate> -DSOURCE=${CMAKE_SOURCE_DIR}
                  -DWORK=${words}/sources -DTS=${translations}/quantoscope_de.ts -P ${CMAKE_CURRENT_SOURCE_DIR}/update_translations.cmake VERBATIM)

add_executable(quantoscope ${CMAKE_CURRENT_SOURCE_DIR}/main.cpp)
target_link_libraries(quantoscope PRIVATE qs_workbench qs_export CLI11::CLI11 qs_warnings)
target_compile_options(quantoscope PRIVATE -O1)
qs_use_precompiled(quantoscope qt)
target_compile_definitions(quantoscope PRIVATE QS_VERSION="${PROJECT_VERSION}")

add_custom_target(pictures COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:quantoscope> -DCLI=$<TARGET_FILE:quantoscope-cli>
                  -DRESOURCES=${CMAKE_SOURCE_DIR}/resources -DWORK=${CMAKE_BINARY_DIR}/pictures -P ${CMAKE_CURRENT_SOURCE_DIR}/pictures.cmake
                  DEPENDS quantoscope quantoscope-cli VERBATIM)
