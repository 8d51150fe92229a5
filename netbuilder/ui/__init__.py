"""What is seen: widgets only."""
