"""The same jobs without a window, and without Qt."""

COMMANDS = ("train", "runs", "check", "export", "templates", "new")
"""The words that make a command line of it; anything else is a project to open in the window."""
