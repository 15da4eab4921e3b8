"""What the stores answer with: macros and articles, written once."""
