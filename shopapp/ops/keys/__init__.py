"""The keys that seal secrets: counted, added, rotated, wrapped anew, retired, destroyed."""
