# The Debian package, made by tools/package. It needs a build against a sysroot (toolchains/): the
# libraries it depends on are looked up in the sysroot's own package database.
if(NOT CMAKE_SYSROOT OR NOT debian_arch)
  return()
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME isotherm)
set(ISOTHERM_MAINTAINER "The isotherm maintainers <isotherm@example.org>" CACHE STRING
    "Who makes the package: name and address")
set(CPACK_PACKAGE_CONTACT "${ISOTHERM_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"Reads temperature sensors at a fixed rate on isolated CPU cores, with
SCHED_FIFO and locked memory, and leaves temperature logs as CSV or JSON
Lines. Every scheduled reading is accounted for in the log, with how late
it was.
.
Sensors are read through hwmon, thermal zones, IIO and 1-Wire; there is a
simulation, too.")
# A newer Debian release must count as an upgrade: its package depends on other libraries.
set(release_of_bookworm 12)
set(release_of_trixie 13)
set(CPACK_DEBIAN_PACKAGE_VERSION ${PROJECT_VERSION}+deb${release_of_${DEBIAN_SUITE}})
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE ${debian_arch})
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/package)

# /etc is not below the prefix.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/debian/conffiles
     CONTENT "${CMAKE_INSTALL_FULL_SYSCONFDIR}/isotherm/isotherm.toml\n")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${CMAKE_BINARY_DIR}/debian/conffiles
    ${PROJECT_SOURCE_DIR}/cmake/debian/postinst
    ${PROJECT_SOURCE_DIR}/cmake/debian/prerm
    ${PROJECT_SOURCE_DIR}/cmake/debian/postrm)

# CPack strips the binary and puts what it strips into isotherm-dbgsym, found by its build id.
set(CPACK_DEBIAN_DEBUGINFO_PACKAGE ON)
set(CPACK_OBJCOPY_EXECUTABLE ${CMAKE_OBJCOPY})
set(CPACK_READELF_EXECUTABLE ${CMAKE_READELF})

# Libraries: by dpkg-shlibdeps, see cmake/debian/shlibdeps-in-sysroot. The rest is what the
# maintainer scripts call, as dh_installsysusers(1) names it.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS
    ${CMAKE_SYSROOT}/usr/lib/${CMAKE_LIBRARY_ARCHITECTURE})
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_BINARY_DIR}/debian/options.cmake)
file(GENERATE OUTPUT ${CPACK_PROJECT_CONFIG_FILE} CONTENT
"set(SHLIBDEPS_EXECUTABLE ${PROJECT_SOURCE_DIR}/cmake/debian/shlibdeps-in-sysroot)
set(ENV{ISOTHERM_SYSROOT} ${CMAKE_SYSROOT})
set(ENV{DEB_HOST_ARCH} ${debian_arch})
")
include(CPack)
