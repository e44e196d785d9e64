# One interface target that every target of the project takes: the sanitizers of ISOTHERM_SANITIZE.
add_library(isotherm_sanitizers INTERFACE)
if(ISOTHERM_SANITIZE)
  target_compile_options(isotherm_sanitizers INTERFACE
    -fsanitize=${ISOTHERM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
    # Line numbers are enough for a report, and these builds are for tests only: -O1 builds faster.
    -O1 -g1)
  if(ISOTHERM_SANITIZE STREQUAL "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ warns that it does not model std::atomic_thread_fence, which Asio's headers use.
    target_compile_options(isotherm_sanitizers INTERFACE -Wno-tsan)
  endif()
  target_link_options(isotherm_sanitizers INTERFACE -fsanitize=${ISOTHERM_SANITIZE})
endif()
