# 64-bit x86 with Windows 10 or later, by Debian's mingw-w64 with its POSIX threads.
set(triple x86_64-w64-mingw32)
set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(thread_model -posix)
add_compile_definitions(_WIN32_WINNT=0x0A00)
include(${CMAKE_CURRENT_LIST_DIR}/common.cmake)
