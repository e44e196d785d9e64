namespace isotherm::app {}
