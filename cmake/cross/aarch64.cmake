# 64-bit ARM with Linux, by Debian's g++-aarch64-linux-gnu; programs run under qemu-user.
set(THICKET_CROSS aarch64)
set(triple aarch64-linux-gnu)
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L /usr/${triple})
include(${CMAKE_CURRENT_LIST_DIR}/common.cmake)
