# SPDX-License-Identifier: GPL-3.0-or-later
# Precompiled headers where they pay: behind Qt (1.4 s a file) and GoogleTest (0.3 to 0.8 s), not in the engine, where templates cost
# more than their headers. One set for each combination of switches, shared by all targets that have them.
# They hold foreign headers only, so that editing one of ours rebuilds no more than before, and every file still includes what
# it uses: -DQS_PCH=OFF builds without them, and installer/lint looks at the files without them.

set(standard_headers <algorithm> <array> <atomic> <charconv> <chrono> <cmath> <condition_variable> <cstdint> <cstring> <filesystem>
    <fstream> <functional> <limits> <map> <memory> <mutex> <numeric> <optional> <random> <set> <span> <sstream> <string>
    <string_view> <thread> <tuple> <utility> <variant> <vector>)
set(qt_headers <QApplication> <QComboBox> <QDir> <QElapsedTimer> <QFileInfo> <QHBoxLayout> <QJsonArray> <QJsonDocument> <QJsonObject>
    <QLabel> <QLineEdit> <QLocale> <QMainWindow> <QMap> <QMenu> <QPainter> <QPushButton> <QSettings> <QStyle> <QTimer>
    <QToolButton> <QTreeView> <QVBoxLayout>)

# qs_precompiled(SET level libraries HEADERS …): the libraries and level of optimisation are those of the targets that share the set.
function(qs_precompiled set level)
  cmake_parse_arguments(PARSE_ARGV 2 with "" "" HEADERS)
  if(NOT QS_PCH)
    return()
  endif()
  set(source ${CMAKE_BINARY_DIR}/precompiled/${set}.cpp)
  file(CONFIGURE OUTPUT ${source} CONTENT "// Carries the precompiled headers '${set}'.\n")
  add_library(qs_precompiled_${set} OBJECT ${source})
  target_link_libraries(qs_precompiled_${set} PRIVATE ${with_UNPARSED_ARGUMENTS})
  target_compile_options(qs_precompiled_${set} PRIVATE ${level} -fpch-preprocess)  # the latter shows them to ccache
  target_precompile_headers(qs_precompiled_${set} PRIVATE ${standard_headers} ${with_HEADERS})
endfunction()

# qs_use_precompiled(TARGET SET)
function(qs_use_precompiled target set)
  if(QS_PCH)
    target_precompile_headers(${target} REUSE_FROM qs_precompiled_${set})
    target_compile_options(${target} PRIVATE -fpch-preprocess
      # g++ 12 takes precompiled code for code of ours and reports string concatenations in it (GCC bug 105651, as with -Wrestrict)
      $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow -Wno-stringop-overread -Wno-array-bounds>)
  endif()
endfunction()
