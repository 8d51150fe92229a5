"""The history of runs: what was trained, when, with which settings, and what came of it."""
