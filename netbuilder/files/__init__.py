"""Project files: container, migrations."""
