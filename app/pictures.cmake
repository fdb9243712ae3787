# SPDX-License-Identifier: GPL-3.0-or-later
# cmake -DPROGRAM=… -DCLI=… -DRESOURCES=… -DWORK=… -P pictures.cmake: makes the screenshots of the README anew, light and dark, of the
# bundled model quantized with and without MaCa. Nothing that a person has set or opened shows in them.
file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK}/config ${WORK}/data ${WORK}/run)
foreach(name CONFIG_HOME DATA_HOME RUNTIME_DIR)
  string(TOLOWER ${name} folder)
  string(REGEX REPLACE "_.*" "" folder ${folder})
  string(REPLACE "runtime" "run" folder ${folder})
  set(ENV{XDG_${name}} ${WORK}/${folder})
endforeach()
file(CHMOD ${WORK}/run PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
foreach(weighting token maca)
  execute_process(COMMAND ${CLI} quantize ${RESOURCES}/models/demo --text ${RESOURCES}/text/en.txt --lengths 256,512,1024,2048 --tokens 16384
                          --weighting ${weighting} --method gptq --bits 3 --group-size 64 --out ${WORK}/${weighting}.qsrun
                  COMMAND_ERROR_IS_FATAL ANY)
endforeach()
# The demo as a click on the welcome page makes it; the page draws these numbers.
execute_process(COMMAND ${CLI} quantize ${RESOURCES}/models/demo --text ${RESOURCES}/text/en.txt --lengths 128,256,512,1024 --tokens 16384
                        --weighting maca --method gptq --bits 3 --group-size 0 --keep full --out ${WORK}/demo.qsrun
                COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND ${PROGRAM} --figure ${WORK}/demo.qsrun --view hessian-diagonal --out ${RESOURCES}/pictures/demo_diagonal.csv
                COMMAND_ERROR_IS_FATAL ANY)
foreach(theme light dark)
  execute_process(COMMAND ${PROGRAM} ${WORK}/maca.qsrun --baseline ${WORK}/token.qsrun --theme ${theme} --size 1600x1000 --delay 5000
                          --screenshot ${RESOURCES}/pictures/workbench_${theme}.png
                  COMMAND_ERROR_IS_FATAL ANY)
endforeach()
