# The tests of the group, its rules and its rows once more under other suites and providers than the usual ones
# (tests/kit/usual.h): one test of ctest for each program, suite and provider.
set(suites_again
  MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519
  MLS_128_DHKEMP256_AES128GCM_SHA256_P256
  MLS_128_MLKEM768X25519_AES256GCM_SHA384_Ed25519
  MLS_192_MLKEM1024P384_AES256GCM_SHA384_P384
  MLS_256_MLKEM1024_AES256GCM_SHA384_MLDSA87)
set(providers_again AWS-LC)
if(TARGET OpenSslCrypto::crypto)
  list(APPEND providers_again OpenSSL)
endif()
foreach(program group_tests rule_tests group_store_tests)
  foreach(suite IN LISTS suites_again)
    foreach(provider IN LISTS providers_again)
      # The usual run is that of each test by itself.
      if(provider STREQUAL AWS-LC AND suite STREQUAL MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519)
        continue()
      endif()
      set(test "${program} again: ${suite}, ${provider}")
      add_test(NAME "${test}" COMMAND ${program})
      set_tests_properties("${test}" PROPERTIES
        ENVIRONMENT "THICKET_TEST_SUITE=${suite};THICKET_TEST_PROVIDER=${provider}"
        FAIL_REGULAR_EXPRESSION "test cases: +0 ")
    endforeach()
  endforeach()
endforeach()
