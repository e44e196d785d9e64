namespace isotherm::settings {}
