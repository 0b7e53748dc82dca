# One static library per layer of layers.txt (every *.cpp of its folder but *_test.cpp), and one test program per layer
# (its *_test.cpp files). A layer's own CMakeLists-free extras (system libraries) are the table below.
add_library(thicket_options INTERFACE)
target_include_directories(thicket_options INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_compile_options(thicket_options INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
  # THICKET_ASSERT(!"why this cannot be") is an idiom here.
  $<$<CXX_COMPILER_ID:Clang>:-Wno-string-conversion>
  # With optimisation or sanitizers g++ 12 warns of moved-from members of std::variant and of std::string's own
  # copies (its bugs 105562, 105651); clang and the sanitizers watch for what these would find.
  $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict -Wno-stringop-overread>)
target_link_libraries(thicket_options INTERFACE Threads::Threads thicket_hardening)
if(THICKET_SANITIZE)
  target_compile_options(thicket_options INTERFACE -fsanitize=${THICKET_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(thicket_options INTERFACE -fsanitize=${THICKET_SANITIZE})
  if(THICKET_SANITIZE STREQUAL thread)
    # GCC's ThreadSanitizer does not see fences, and says so of Asio's; its mutexes it sees.
    target_compile_definitions(thicket_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()
# No program may export or lend a symbol of the static crypto library: docs/decisions/0002-aws-lc.md.
# The sanitizers' static runtimes must export theirs.
if(NOT THICKET_SANITIZE)
  target_link_options(thicket_options INTERFACE -Wl,--exclude-libs,ALL)
endif()

set(THICKET_LIBS_crypto_awslc AwsLc::crypto $<TARGET_NAME_IF_EXISTS:Decaf::decaf>)
set(THICKET_LIBS_store_sqlite SQLite::SQLite3)
set(THICKET_LIBS_transport AwsLc::ssl AwsLc::crypto)
# Headers of the same names as AWS-LC's: only this layer may see them.
set(THICKET_PRIVATE_LIBS_crypto_openssl OpenSslCrypto::crypto)

# The providers that are there, for main() and tests.
add_library(thicket_providers INTERFACE)
target_link_libraries(thicket_providers INTERFACE thicket_crypto_awslc)
if(TARGET OpenSslCrypto::crypto)
  target_link_libraries(thicket_providers INTERFACE thicket_crypto_openssl)
  target_compile_definitions(thicket_providers INTERFACE THICKET_HAS_OPENSSL)
endif()

# Layers compiled a few files at a time, which halves the time of a full build. Names in unnamed namespaces must be
# unique within each; `dev` builds file by file if one is not.
set(THICKET_UNITY_LAYERS base codec crypto crypto_awslc tree schedule framing group vectors delivery demo)
option(THICKET_UNITY "compile these layers a few files at a time" OFF)

function(thicket_layers table)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${table})
  file(STRINGS ${table} lines REGEX "^[a-z]")
  foreach(line IN LISTS lines)
    string(REGEX MATCH "^([a-z0-9_/]+):(.*)$" _ "${line}")
    set(folder ${CMAKE_MATCH_1})
    string(STRIP "${CMAKE_MATCH_2}" uses)
    string(REPLACE " " ";" uses "${uses}")
    thicket_layer(${folder} ${uses})
  endforeach()
endfunction()

function(thicket_layer folder)
  if(folder STREQUAL "crypto/openssl" AND NOT TARGET OpenSslCrypto::crypto)
    return()
  endif()
  string(REPLACE "/" "_" name ${folder})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${folder}/*.cpp)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  if(sources)
    add_library(thicket_${name} STATIC ${sources})
    set(kind PUBLIC)
    if(THICKET_UNITY AND name IN_LIST THICKET_UNITY_LAYERS)
      set_target_properties(thicket_${name} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
      # By itself in the archive, so that the cost tests can put theirs in its place.
      set_source_files_properties(${CMAKE_SOURCE_DIR}/src/tree/node.cpp PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    endif()
  else()
    add_library(thicket_${name} INTERFACE)
    set(kind INTERFACE)
  endif()
  target_link_libraries(thicket_${name} ${kind} thicket_options ${THICKET_LIBS_${name}})
  if(THICKET_PRIVATE_LIBS_${name})
    target_link_libraries(thicket_${name} PRIVATE ${THICKET_PRIVATE_LIBS_${name}})
  endif()
  foreach(used IN LISTS ARGN)
    string(REPLACE "/" "_" used_name ${used})
    target_link_libraries(thicket_${name} ${kind} thicket_${used_name})
  endforeach()
  if(tests AND THICKET_TESTS)
    thicket_test_program(${name}_tests ${tests})
    # Tests may name a backend, as main() does.
    target_link_libraries(${name}_tests PRIVATE thicket_${name})
    if(NOT folder STREQUAL "base" AND NOT folder STREQUAL "codec")
      target_link_libraries(${name}_tests PRIVATE thicket_providers)
    endif()
    if(folder MATCHES "^(group|group_store)$")
      target_link_libraries(${name}_tests PRIVATE thicket_kit)
    endif()
    if(folder MATCHES "^(store|group_store|delivery)")
      target_link_libraries(${name}_tests PRIVATE thicket_store_memory thicket_store_sqlite)
    endif()
  endif()
endfunction()

if(THICKET_TESTS)
  add_library(thicket_test_main STATIC ${CMAKE_SOURCE_DIR}/tests/main.cpp)
  target_link_libraries(thicket_test_main PUBLIC thicket_options doctest::doctest)
endif()

function(thicket_test_program name)
  add_executable(${name} ${ARGN})
  set_property(GLOBAL APPEND PROPERTY THICKET_PROGRAMS ${name})
  target_link_libraries(${name} PRIVATE thicket_test_main)
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)  # "kit/..."
  target_compile_definitions(${name} PRIVATE THICKET_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  # A name that doctest's filter does not find again would run nothing and pass.
  doctest_discover_tests(${name} TEST_PREFIX "${name}: "
    PROPERTIES FAIL_REGULAR_EXPRESSION "test cases: +0 ")
endfunction()
