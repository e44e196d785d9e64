namespace isotherm::sensor {}
