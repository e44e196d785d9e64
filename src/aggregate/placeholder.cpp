namespace isotherm::aggregate {}
