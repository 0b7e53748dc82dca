# What the toolchain files of this folder share: the compilers of ${triple}, and libraries and headers looked for in
# what tools/cross_libraries has brought together, never in this machine's own folders.
execute_process(COMMAND ${CMAKE_CURRENT_LIST_DIR}/../../tools/cross_libraries --path ${THICKET_CROSS}
  OUTPUT_VARIABLE libraries OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
set(CMAKE_C_COMPILER ${triple}-gcc${thread_model})
set(CMAKE_CXX_COMPILER ${triple}-g++${thread_model})
set(CMAKE_RC_COMPILER ${triple}-windres)
set(CMAKE_FIND_ROOT_PATH ${libraries} /usr/${triple})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
foreach(kind LIBRARY INCLUDE PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${kind} ONLY)
endforeach()
# One file to copy to the machine, without what it does not call.
set(CMAKE_C_FLAGS_INIT "-ffunction-sections -fdata-sections")
set(CMAKE_CXX_FLAGS_INIT "-ffunction-sections -fdata-sections ${quiet} -isystem ${libraries}/usr/include")
if(CMAKE_SYSTEM_NAME STREQUAL Windows)
  set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,--gc-sections -static")
else()
  set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,--gc-sections -static-libstdc++ -static-libgcc")
endif()
