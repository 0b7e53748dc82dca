# OpenSSL's libcrypto, 3.5 or later: OpenSslCrypto::crypto. The system's where it is new enough, else the one that
# tools/build_openssl installs, with its symbols prefixed. Optional: without it the layer crypto/openssl is not there.
# -DOPENSSL_ROOT_DIR=DIR takes another installation.
execute_process(COMMAND ${CMAKE_CURRENT_LIST_DIR}/../tools/build_openssl --path
  OUTPUT_VARIABLE OpenSslCrypto_BUILT OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
find_package(OpenSSL 3.5 QUIET COMPONENTS Crypto)
if(OPENSSL_FOUND)
  set(OpenSslCrypto_LIBRARY OpenSSL::Crypto)
elseif(EXISTS ${OpenSslCrypto_BUILT}/lib/libcrypto.a)
  set(OpenSslCrypto_LIBRARY ${OpenSslCrypto_BUILT}/lib/libcrypto.a)
else()
  set(OpenSslCrypto_LIBRARY OpenSslCrypto_LIBRARY-NOTFOUND)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenSslCrypto
  REQUIRED_VARS OpenSslCrypto_LIBRARY
  REASON_FAILURE_MESSAGE "the second provider is left out (./dev setup --openssl builds it)")

if(OpenSslCrypto_FOUND AND NOT TARGET OpenSslCrypto::crypto)
  add_library(OpenSslCrypto::crypto INTERFACE IMPORTED)
  if(OPENSSL_FOUND)
    target_link_libraries(OpenSslCrypto::crypto INTERFACE OpenSSL::Crypto)
  else()
    target_link_libraries(OpenSslCrypto::crypto INTERFACE ${OpenSslCrypto_LIBRARY} Threads::Threads)
    target_include_directories(OpenSslCrypto::crypto SYSTEM INTERFACE ${OpenSslCrypto_BUILT}/include)
    # Our names of its symbols, before anything else is read.
    target_compile_options(OpenSslCrypto::crypto INTERFACE
      "SHELL:-include ${OpenSslCrypto_BUILT}/include/thicket_ossl_prefix.h")
  endif()
endif()
