# The page of `isotherm log --html`, without its data: log-page.html, with dygraphs
# (https://dygraphs.com), its licence and the page's own style and script inlined. The program finds
# it beside itself in a build folder, and in ../share/isotherm where it is installed.

# It is a text for browsers, the same for every architecture: a cross build takes that of the
# machine that builds.
foreach(file dygraph.min.js dygraph.min.css)
  string(MAKE_C_IDENTIFIER "ISOTHERM_${file}" variable)
  find_file(${variable} ${file} PATHS /usr/share/javascript/dygraphs
            NO_CMAKE_FIND_ROOT_PATH NO_DEFAULT_PATH DOC "${file} of dygraphs")
  if(NOT ${variable})
    message(FATAL_ERROR "${file} of dygraphs is missing: install Debian's libjs-dygraphs "
            "(tools/packages install build does), or say where it is with -D${variable}=FILE")
  endif()
endforeach()

set(page_parts ${PROJECT_SOURCE_DIR}/src/view/log_page)
set(log_page ${CMAKE_BINARY_DIR}/log-page.html)
add_custom_command(
  OUTPUT ${log_page} VERBATIM
  COMMAND ${CMAKE_COMMAND} -DPAGE=${log_page} -DPARTS=${page_parts}
          -DLICENCE=${PROJECT_SOURCE_DIR}/cmake/debian/copyright.dygraphs
          -DDYGRAPHS_JS=${ISOTHERM_dygraph_min_js} -DDYGRAPHS_CSS=${ISOTHERM_dygraph_min_css}
          -P ${PROJECT_SOURCE_DIR}/cmake/inline_page.cmake
  DEPENDS ${page_parts}.html ${page_parts}.css ${page_parts}.js cmake/inline_page.cmake
          ${PROJECT_SOURCE_DIR}/cmake/debian/copyright.dygraphs
          ${ISOTHERM_dygraph_min_js} ${ISOTHERM_dygraph_min_css})
add_custom_target(isotherm_log_page ALL DEPENDS ${log_page})
add_dependencies(isotherm isotherm_log_page)
