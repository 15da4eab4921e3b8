"""What the search pages ask for: figures and insights."""
