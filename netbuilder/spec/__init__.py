"""WHAT is wanted: frozen values and pure functions about them. Standard library only."""
