# Embeds a folder into a target: every file of its manifest.txt, in that order, as an array of bytes. The script part runs at
# build time (cmake -P) and needs nothing but CMake; the generated file stays in the build folder.
#     assay_embed(target folder symbol header)
# defines symbol_files and symbol_count, as the header declares them.
if(CMAKE_SCRIPT_MODE_FILE)
  file(STRINGS "${LIBRARY}/manifest.txt" names REGEX "^[^#]")
  set(text "/* Written when the host is built, from a manifest.txt. */\n#include \"${HEADER}\"\n")
  set(rows "")
  set(number 0)
  foreach(name ${names})
    file(READ "${LIBRARY}/${name}" hex HEX)
    string(LENGTH "${hex}" digits)
    math(EXPR bytes "${digits} / 2")
    # Rows of 32 bytes, as escapes of a string literal: smaller and faster to compile than numbers.
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" escaped "${hex}")
    string(REGEX REPLACE "((\\\\x[0-9a-f][0-9a-f]){32})" "\\1\"\n    \"" escaped "${escaped}")
    string(APPEND text "\nstatic const char file_${number}[] =\n    \"${escaped}\";\n")
    string(APPEND rows "    {\"${name}\", file_${number}, ${bytes}},\n")
    math(EXPR number "${number} + 1")
  endforeach()
  string(APPEND text "\nconst struct as_embedded_file ${SYMBOL}_files[] = {\n${rows}};\nconst size_t ${SYMBOL}_count = ${number};\n")
  file(WRITE "${OUTPUT}" "${text}")
  return()
endif()

set(ASSAY_EMBED_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")
function(assay_embed target library symbol header)
  file(STRINGS "${library}/manifest.txt" names REGEX "^[^#]")
  list(TRANSFORM names PREPEND "${library}/" OUTPUT_VARIABLE files)
  # A line added to the manifest is a new dependency.
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${library}/manifest.txt")
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${symbol}_files.c")
  add_custom_command(OUTPUT "${output}"
    COMMAND ${CMAKE_COMMAND} "-DLIBRARY=${library}" "-DOUTPUT=${output}" "-DSYMBOL=${symbol}"
      "-DHEADER=${header}" -P "${ASSAY_EMBED_SCRIPT}"
    DEPENDS ${files} "${library}/manifest.txt" "${ASSAY_EMBED_SCRIPT}"
    COMMENT "Embedding ${symbol}" VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()
