namespace isotherm::acquire {}
