"""How the pen digits, the data set netbuilder opens with, are written."""
