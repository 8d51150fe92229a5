"""Project files and templates."""
