"""netbuilder: build, train and understand a neural network by hand."""

__version__ = "0.1.0"
