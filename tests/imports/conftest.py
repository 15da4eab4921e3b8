"""Fixtures of this room: the desk files are brought to."""

from tests.imports.desk import desk

__all__ = ["desk"]
