namespace isotherm::ring {}
