# 64-bit x86 with Windows 10 or later, by Debian's mingw-w64 with its POSIX threads.
set(THICKET_CROSS windows)
set(triple x86_64-w64-mingw32)
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(thread_model -posix)
include(${CMAKE_CURRENT_LIST_DIR}/common.cmake)
