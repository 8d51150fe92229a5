"""WHERE examples come from, and how a drawing becomes one."""
