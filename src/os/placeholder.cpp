namespace isotherm::os {}
