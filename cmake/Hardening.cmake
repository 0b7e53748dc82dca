# What the compiler, the linker and libstdc++ offer against memory errors, in every build; fortified functions where
# the optimiser is on, which they need. The sanitizers bring their own. tools/check_hardening looks at the programs.
include(CheckPIESupported)
check_pie_supported()

add_library(thicket_hardening INTERFACE)
target_compile_definitions(thicket_hardening INTERFACE _GLIBCXX_ASSERTIONS)
target_compile_options(thicket_hardening INTERFACE -fstack-protector-strong)
# Where control may go: indirect calls and returns, by the processor where it can.
if(CMAKE_SYSTEM_PROCESSOR STREQUAL x86_64 AND NOT WIN32)
  target_compile_options(thicket_hardening INTERFACE -fcf-protection)
elseif(CMAKE_SYSTEM_PROCESSOR STREQUAL aarch64)
  target_compile_options(thicket_hardening INTERFACE -mbranch-protection=standard)
endif()
if(NOT THICKET_SANITIZE)
  target_compile_options(thicket_hardening INTERFACE
    $<$<CONFIG:Release>:-U_FORTIFY_SOURCE> $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=3>)
endif()
if(WIN32)
  # g++ for Windows probes the stack by itself.
  # Said when linking, the stack protector also brings libssp, where mingw has it and the fortified functions.
  target_link_options(thicket_hardening INTERFACE
    -fstack-protector-strong -Wl,--dynamicbase -Wl,--nxcompat -Wl,--high-entropy-va)
else()
  target_compile_options(thicket_hardening INTERFACE -fstack-clash-protection)
  target_link_options(thicket_hardening INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
endif()
