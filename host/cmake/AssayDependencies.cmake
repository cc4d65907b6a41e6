# The libraries the host stands on, each as an imported target.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

function(assay_pkg name)
  pkg_check_modules(${name} REQUIRED IMPORTED_TARGET ${ARGN})
endfunction()

assay_pkg(sqlite sqlite3>=3.37)
assay_pkg(pcre2 libpcre2-8)
assay_pkg(jansson jansson)
assay_pkg(psl libpsl)
assay_pkg(utf8proc libutf8proc)
assay_pkg(sodium libsodium)
assay_pkg(edit libedit)

# curl's headers alone: net/curl.c loads it when a request is made.
pkg_check_modules(curl REQUIRED libcurl>=7.81)
add_library(assay_curl INTERFACE)
target_include_directories(assay_curl SYSTEM INTERFACE ${curl_INCLUDE_DIRS})
target_link_libraries(assay_curl INTERFACE ${CMAKE_DL_LIBS})

# libcsv ships no pkg-config file; it is LGPL and so linked shared.
find_path(CSV_INCLUDE_DIR csv.h REQUIRED)
find_library(CSV_LIBRARY NAMES libcsv.so csv REQUIRED)
add_library(assay_csv INTERFACE)
target_include_directories(assay_csv SYSTEM INTERFACE ${CSV_INCLUDE_DIR})
target_link_libraries(assay_csv INTERFACE ${CSV_LIBRARY})

# Lua is linked into the host where its archive is there: rule functions go through its interface by the million, and through a
# shared library each of those calls takes a detour.
pkg_check_modules(lua REQUIRED lua5.4)
find_library(LUA_LIBRARY NAMES liblua5.4.a lua5.4 HINTS ${lua_LIBRARY_DIRS} REQUIRED)
add_library(assay_lua INTERFACE)
target_include_directories(assay_lua SYSTEM INTERFACE ${lua_INCLUDE_DIRS})
target_link_libraries(assay_lua INTERFACE ${LUA_LIBRARY} m ${CMAKE_DL_LIBS})

# LuaFileSystem is linked into the host, so that no module path is ever searched.
find_library(LFS_LIBRARY NAMES liblua5.4-filesystem.a lua5.4-filesystem REQUIRED)
add_library(assay_lfs INTERFACE)
target_link_libraries(assay_lfs INTERFACE ${LFS_LIBRARY})
