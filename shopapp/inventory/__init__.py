"""Stock and how fast it sells."""
