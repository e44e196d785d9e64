# Warnings are errors, on g++ 12 and clang 14 and later.
add_library(isotherm_warnings INTERFACE)
target_compile_options(isotherm_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wnon-virtual-dtor
  -Wold-style-cast -Woverloaded-virtual -Wimplicit-fallthrough -Werror)
