"""Ways to take a network away: one file per exporter."""
