# The git commit, asked at every build, so that files written by a binary name the sources that it came from.
set(RFHGN_VERSION_SOURCE ${PROJECT_BINARY_DIR}/generated/version_data.hpp)
add_custom_target(rfhgn_version_data
  COMMAND ${CMAKE_COMMAND} -DSOURCE=${PROJECT_SOURCE_DIR} -DOUTPUT=${RFHGN_VERSION_SOURCE}
          -DVERSION=${PROJECT_VERSION} -P ${PROJECT_SOURCE_DIR}/cmake/WriteVersion.cmake
  BYPRODUCTS ${RFHGN_VERSION_SOURCE} VERBATIM)
