# Compiler settings every target of the project shares.
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release)
endif()

option(ASSAY_WERROR "Treat warnings as errors" OFF)
set(ASSAY_SANITIZE "" CACHE STRING "Sanitizers to build with, for example address,undefined")
option(ASSAY_COVERAGE "Instrument for gcov" OFF)

add_library(assay_settings INTERFACE)
target_compile_definitions(assay_settings INTERFACE _GNU_SOURCE)
target_compile_options(assay_settings INTERFACE
  -Wall -Wextra -Wshadow -Wpointer-arith -Wstrict-prototypes -Wmissing-prototypes
  -Wvla -Wwrite-strings -Wundef -Wformat=2 -fno-common)
if(ASSAY_WERROR)
  target_compile_options(assay_settings INTERFACE -Werror)
endif()
if(ASSAY_SANITIZE)
  target_compile_options(assay_settings INTERFACE
    -fsanitize=${ASSAY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(assay_settings INTERFACE -fsanitize=${ASSAY_SANITIZE})
endif()
if(ASSAY_COVERAGE)
  target_compile_options(assay_settings INTERFACE --coverage)
  target_link_options(assay_settings INTERFACE --coverage)
endif()
if(ASSAY_FUZZ)
  # The engine steers by the coverage of what it tests, not only of the target itself.
  target_compile_options(assay_settings INTERFACE -fsanitize=fuzzer-no-link)
endif()
