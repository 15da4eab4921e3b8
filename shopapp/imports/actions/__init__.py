"""What people do with an import, and what the worker does."""
