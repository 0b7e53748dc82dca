# What the compiler, the linker and libstdc++ offer against memory errors, in every build; fortified functions where
# the optimiser is on, which they need. The sanitizers bring their own.
include(CheckPIESupported)
check_pie_supported()

add_library(thicket_hardening INTERFACE)
target_compile_definitions(thicket_hardening INTERFACE _GLIBCXX_ASSERTIONS)
target_compile_options(thicket_hardening INTERFACE -fstack-protector-strong -fstack-clash-protection)
if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64)
  target_compile_options(thicket_hardening INTERFACE -fcf-protection)
endif()
if(NOT THICKET_SANITIZE)
  target_compile_options(thicket_hardening INTERFACE
    $<$<CONFIG:Release>:-U_FORTIFY_SOURCE> $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
endif()
target_link_options(thicket_hardening INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
