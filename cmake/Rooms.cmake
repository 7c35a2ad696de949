# rfhgn_room(NAME SOURCES a.cpp ... USES room ... LINK target ...)
# One static library a room. USES names the rooms above it that it may include; linking nothing else keeps
# dependencies one way.

add_library(rfhgn_flags INTERFACE)
target_include_directories(rfhgn_flags INTERFACE ${PROJECT_SOURCE_DIR}/include)
# -Wrestrict and -Wmaybe-uninitialized give false alarms inside libstdc++'s strings and optionals with GCC 12.
target_compile_options(rfhgn_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  $<$<BOOL:${RFHGN_WERROR}>:-Werror> $<$<BOOL:${RFHGN_NATIVE}>:-march=native>
  $<$<CONFIG:Release,RelWithDebInfo>:-O3> -fno-math-errno -fno-trapping-math)

function(rfhgn_room room)
  cmake_parse_arguments(ARG "" "" "SOURCES;USES;LINK" ${ARGN})
  set(target rfhgn_${room})
  add_library(${target} STATIC ${ARG_SOURCES})
  target_link_libraries(${target} PUBLIC rfhgn_flags)
  foreach(used ${ARG_USES})
    target_link_libraries(${target} PUBLIC rfhgn_${used})
  endforeach()
  target_link_libraries(${target} PUBLIC ${ARG_LINK})
endfunction()
