# One interface target that every target of the project takes: the sanitizers of ISOTHERM_SANITIZE.
add_library(isotherm_sanitizers INTERFACE)
if(ISOTHERM_SANITIZE)
  target_compile_options(isotherm_sanitizers INTERFACE
    -fsanitize=${ISOTHERM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(isotherm_sanitizers INTERFACE -fsanitize=${ISOTHERM_SANITIZE})
endif()
