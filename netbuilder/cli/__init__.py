"""The same jobs without a window, and without Qt."""
