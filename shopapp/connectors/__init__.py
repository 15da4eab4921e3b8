"""Clients of outside services: they know no store, no database and no web framework."""
