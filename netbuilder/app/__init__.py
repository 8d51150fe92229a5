"""The program without widgets: document, training run, testing, preferences."""
