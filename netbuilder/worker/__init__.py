"""The engine's own process: messages, the child's loop and the handle on it."""
