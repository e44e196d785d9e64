# What is installed, and where. The folders follow the Filesystem Hierarchy Standard; a package has
# CMAKE_INSTALL_PREFIX=/usr, with which the configuration goes to /etc.
include(GNUInstallDirs)

set(documentation ${CMAKE_INSTALL_DOCDIR})
install(TARGETS isotherm RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
# The program finds them from where it is itself: ../share/isotherm/board.
install(DIRECTORY board DESTINATION ${CMAKE_INSTALL_DATADIR}/isotherm)
install(FILES ${log_page} DESTINATION ${CMAKE_INSTALL_DATADIR}/isotherm)
install(FILES config/isotherm.toml DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/isotherm)
install(DIRECTORY config/examples DESTINATION ${documentation})

# systemd looks into lib/ of its own prefix, whatever the architecture's library folder is called.
install(FILES config/isotherm.service DESTINATION lib/systemd/system)
install(FILES config/isotherm.sysusers DESTINATION lib/sysusers.d RENAME isotherm.conf)
install(FILES config/isotherm.tmpfiles DESTINATION lib/tmpfiles.d RENAME isotherm.conf)

install(FILES cmake/debian/isotherm.bash-completion RENAME isotherm
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES cmake/debian/copyright DESTINATION ${documentation})
file(GLOB guides CONFIGURE_DEPENDS docs/*.md)
install(FILES ${guides} DESTINATION ${documentation})

# Manual pages and the changelog are shipped compressed; -n leaves out the time, so that the same
# source gives the same package.
find_program(ISOTHERM_GZIP gzip REQUIRED)
set(compressed "")
function(isotherm_install_compressed source name destination)
  set(output ${CMAKE_BINARY_DIR}/compressed/${name}.gz)
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/compressed)
  add_custom_command(OUTPUT ${output} DEPENDS ${source} VERBATIM
                     COMMAND sh -c "\"$1\" -9nc \"$2\" > \"$3\"" gzip
                             ${ISOTHERM_GZIP} ${source} ${output})
  install(FILES ${output} DESTINATION ${destination})
  set(compressed ${compressed} ${output} PARENT_SCOPE)
endfunction()
file(GLOB pages CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/man/*.[1-9])
foreach(page IN LISTS pages)
  get_filename_component(name ${page} NAME)
  string(REGEX MATCH "[0-9]$" section ${name})
  isotherm_install_compressed(${page} ${name} ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
# isotherm.toml(5) is the reference configuration itself, with what roff would take for its own
# escaped: backslashes, dashes, and a dot or quote at the start of a line.
set(reference_file ${PROJECT_SOURCE_DIR}/config/isotherm.toml)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${reference_file})
file(READ ${reference_file} reference)
string(REPLACE "\\" "\\e" reference "${reference}")
string(REPLACE "-" "\\-" reference "${reference}")
string(REGEX REPLACE "(^|\n)([.'])" "\\1\\\\&\\2" reference "${reference}")
configure_file(docs/man/isotherm.toml.5.in ${CMAKE_BINARY_DIR}/isotherm.toml.5 @ONLY)
isotherm_install_compressed(${CMAKE_BINARY_DIR}/isotherm.toml.5 isotherm.toml.5
                            ${CMAKE_INSTALL_MANDIR}/man5)

isotherm_install_compressed(${PROJECT_SOURCE_DIR}/cmake/debian/changelog changelog ${documentation})
add_custom_target(isotherm_compressed ALL DEPENDS ${compressed})
