# AWS-LC, static and with its C symbols prefixed, as tools/build_aws_lc installs it: AwsLc::crypto and AwsLc::ssl.
# -DAwsLc_ROOT=DIR takes another installation (DIR/include, DIR/lib); its own prefix header then decides the names.
execute_process(COMMAND ${CMAKE_CURRENT_LIST_DIR}/../tools/build_aws_lc --path ${THICKET_CROSS}
  OUTPUT_VARIABLE AwsLc_CACHED OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
# The cached place changes with the pinned version, so it is asked for at each configuration and not remembered.
if(NOT AwsLc_ROOT)
  set(AwsLc_ROOT ${AwsLc_CACHED})
endif()
set(AwsLc_INCLUDE_DIR AwsLc_INCLUDE_DIR-NOTFOUND)
set(AwsLc_CRYPTO AwsLc_CRYPTO-NOTFOUND)
set(AwsLc_SSL AwsLc_SSL-NOTFOUND)
find_path(AwsLc_INCLUDE_DIR openssl/boringssl_prefix_symbols.h
  PATHS ${AwsLc_ROOT}/include NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH NO_CACHE)
find_library(AwsLc_CRYPTO libcrypto.a PATHS ${AwsLc_ROOT}/lib NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH NO_CACHE)
find_library(AwsLc_SSL libssl.a PATHS ${AwsLc_ROOT}/lib NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH NO_CACHE)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(AwsLc
  REQUIRED_VARS AwsLc_CRYPTO AwsLc_SSL AwsLc_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run ./dev setup, or tools/build_aws_lc alone")

if(AwsLc_FOUND AND NOT TARGET AwsLc::crypto)
  foreach(part crypto ssl)
    string(TOUPPER ${part} upper)
    add_library(AwsLc::${part} STATIC IMPORTED)
    # An imported target's include directory is a SYSTEM one: AWS-LC's headers may warn, ours may not.
    set_target_properties(AwsLc::${part} PROPERTIES
      IMPORTED_LOCATION ${AwsLc_${upper}} INTERFACE_INCLUDE_DIRECTORIES ${AwsLc_INCLUDE_DIR})
  endforeach()
  # Windows' random generator stands in a library of its own.
  set_target_properties(AwsLc::crypto PROPERTIES INTERFACE_LINK_LIBRARIES "Threads::Threads;$<$<PLATFORM_ID:Windows>:bcrypt>")
  set_target_properties(AwsLc::ssl PROPERTIES INTERFACE_LINK_LIBRARIES AwsLc::crypto)
endif()
