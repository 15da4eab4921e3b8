"""Search insights."""
