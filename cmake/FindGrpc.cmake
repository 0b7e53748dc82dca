# gRPC without TLS, for the loopback, and the plugin that makes its C++ of a .proto: Grpc::unsecure, Grpc_PLUGIN. The
# variant without TLS keeps the system's OpenSSL out of our programs: docs/decisions/0016-grpc.md.
find_path(Grpc_INCLUDE_DIR grpcpp/grpcpp.h)
find_library(Grpc_LIBRARY grpc++_unsecure)
find_library(Grpc_CORE_LIBRARY grpc_unsecure)
find_library(Grpc_GPR_LIBRARY gpr)
# What gRPC's headers use inline.
find_library(Grpc_ABSL_LIBRARY absl_synchronization)
find_program(Grpc_PLUGIN grpc_cpp_plugin)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Grpc REQUIRED_VARS Grpc_LIBRARY Grpc_CORE_LIBRARY Grpc_GPR_LIBRARY Grpc_ABSL_LIBRARY
  Grpc_INCLUDE_DIR Grpc_PLUGIN)
if(Grpc_FOUND AND NOT TARGET Grpc::unsecure)
  add_library(Grpc::unsecure UNKNOWN IMPORTED)
  set_target_properties(Grpc::unsecure PROPERTIES IMPORTED_LOCATION ${Grpc_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${Grpc_INCLUDE_DIR} INTERFACE_LINK_LIBRARIES "${Grpc_CORE_LIBRARY};${Grpc_GPR_LIBRARY};${Grpc_ABSL_LIBRARY}")
endif()
