# Turns lists of names (one a line, "#" begins a comment) into one C file of sorted tables. The script part runs at build time
# (cmake -P) and needs nothing but CMake; the generated file stays in the build folder.
if(CMAKE_SCRIPT_MODE_FILE)
  set(text "/* Written when the host is built, from host/data/identity/lists. */\n#include \"data/identity/mail_domains.h\"\n")
  foreach(list freemail disposable)
    file(STRINGS "${LISTS}/${list}.txt" names REGEX "^[^#]")
    # by bytes, as the binary search expects
    list(SORT names COMPARE STRING CASE SENSITIVE)
    list(REMOVE_DUPLICATES names)
    list(LENGTH names count)
    list(JOIN names "\",\n    \"" rows)
    string(APPEND text "\nconst char *const as_${list}_list[] = {\n    \"${rows}\",\n};\nconst uint32_t as_${list}_count = ${count};\n")
  endforeach()
  file(WRITE "${OUTPUT}" "${text}")
  return()
endif()

set(ASSAY_LISTS_SCRIPT "${CMAKE_CURRENT_LIST_FILE}")
function(assay_lists target lists)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/mail_domains.c")
  add_custom_command(OUTPUT "${output}"
    COMMAND ${CMAKE_COMMAND} "-DLISTS=${lists}" "-DOUTPUT=${output}" -P "${ASSAY_LISTS_SCRIPT}"
    DEPENDS "${lists}/freemail.txt" "${lists}/disposable.txt" "${ASSAY_LISTS_SCRIPT}"
    COMMENT "Embedding the lists of mail domains" VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()
