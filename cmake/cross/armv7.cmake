# 32-bit ARM (version 7, hard float) with Linux, by Debian's g++-arm-linux-gnueabihf; programs run under qemu-user.
set(THICKET_CROSS armv7)
set(triple arm-linux-gnueabihf)
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR armv7)
set(quiet -Wno-psabi)  # it speaks of code that a compiler before g++ 7 made: there is none
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-arm -L /usr/${triple})
include(${CMAKE_CURRENT_LIST_DIR}/common.cmake)
