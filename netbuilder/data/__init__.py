"""WHERE examples come from, and how a drawing becomes one. Importing it declares every data source."""

from __future__ import annotations

from netbuilder.data import pictures, points, tables  # noqa: F401 - declares the sources
