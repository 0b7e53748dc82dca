# What the toolchain files of this folder share: the compilers of ${triple}, and libraries and headers looked for in
# THICKET_CROSS_LIBRARIES alone (tools/cross_libraries makes it), never in this machine's own folders.
set(CMAKE_C_COMPILER ${triple}-gcc${thread_model})
set(CMAKE_CXX_COMPILER ${triple}-g++${thread_model})
set(CMAKE_RC_COMPILER ${triple}-windres)
set(CMAKE_TRY_COMPILE_PLATFORM_VARIABLES THICKET_CROSS_LIBRARIES)
set(CMAKE_FIND_ROOT_PATH ${THICKET_CROSS_LIBRARIES} /usr/${triple})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
foreach(kind LIBRARY INCLUDE PACKAGE)
  set(CMAKE_FIND_ROOT_PATH_MODE_${kind} ONLY)
endforeach()
