# libdecaf (Ed448-Goldilocks): Decaf::decaf. Optional: without it the cipher suites 4 and 6 are not there.
find_path(Decaf_INCLUDE_DIR decaf/ed448.h PATH_SUFFIXES decaf)
find_library(Decaf_LIBRARY decaf)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Decaf REQUIRED_VARS Decaf_LIBRARY Decaf_INCLUDE_DIR)
if(Decaf_FOUND AND NOT TARGET Decaf::decaf)
  add_library(Decaf::decaf UNKNOWN IMPORTED)
  set_target_properties(Decaf::decaf PROPERTIES
    IMPORTED_LOCATION ${Decaf_LIBRARY} INTERFACE_INCLUDE_DIRECTORIES ${Decaf_INCLUDE_DIR})
endif()
