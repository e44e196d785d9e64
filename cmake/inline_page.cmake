# Run by cmake -P, see log_page.cmake: puts the parts of the page into one file.
#   -DPAGE=output -DPARTS=path of the .html, .css and .js, without the suffix
#   -DLICENCE=... -DDYGRAPHS_JS=... -DDYGRAPHS_CSS=...
file(READ ${PARTS}.html page)
file(READ ${PARTS}.css page_css)
file(READ ${PARTS}.js page_js)
file(READ ${LICENCE} dygraphs_licence)
file(READ ${DYGRAPHS_JS} dygraphs_js)
file(READ ${DYGRAPHS_CSS} dygraphs_css)
foreach(part dygraphs_licence dygraphs_css page_css dygraphs_js page_js)
  # The maps for debuggers stay where they are, so nobody shall look for them.
  string(REGEX REPLACE "(//|/\\*)# sourceMappingURL=[^\n]*" "" text "${${part}}")
  if(part MATCHES "_js$" AND text MATCHES "</script|<!--")
    message(FATAL_ERROR "${part} would end the page's own script element")
  endif()
  string(STRIP "${text}" text)
  string(REPLACE "@${part}@" "${text}" page "${page}")
endforeach()
file(WRITE ${PAGE} "${page}")
