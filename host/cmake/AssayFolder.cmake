# One static library a folder. A folder may link the folders to its left in the include arrow and the
# libraries it alone uses; the arrow itself is checked by tests/house.
function(assay_folder name)
  cmake_parse_arguments(ARG "" "" "USES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.c")
  if(NOT sources)
    return()
  endif()
  add_library(as_${name} STATIC ${sources})
  target_include_directories(as_${name} PUBLIC "${PROJECT_SOURCE_DIR}/host")
  target_link_libraries(as_${name} PUBLIC assay_settings ${ARG_USES})
endfunction()
