namespace isotherm::store {}
