# isotherm_harden(TARGET): warnings, sanitizers and the include root for one target.
function(isotherm_harden target)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} PRIVATE isotherm_warnings isotherm_sanitizers)
endfunction()

# isotherm_module(NAME acquire DEPENDS core ring): the folder src/acquire as one static library
# isotherm_acquire. Names without "::" are folders of src/; all others are outside libraries. COLD
# is for code that no reading waits for: compiled for size, because all of it is locked in memory.
function(isotherm_module)
  cmake_parse_arguments(arg "COLD" "NAME" "DEPENDS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${arg_NAME}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  set(target isotherm_${arg_NAME})
  add_library(${target} STATIC ${sources})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} PRIVATE isotherm_warnings isotherm_sanitizers)
  if(arg_COLD)
    target_compile_options(${target} PRIVATE $<$<NOT:$<CONFIG:Debug>>:-Os>)
  endif()
  foreach(dependency IN LISTS arg_DEPENDS)
    if(dependency MATCHES "::")
      target_link_libraries(${target} PUBLIC ${dependency})
    else()
      target_link_libraries(${target} PUBLIC isotherm_${dependency})
    endif()
  endforeach()
endfunction()
