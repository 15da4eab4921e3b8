"""Fixtures of this room: Harbor with orders that wait."""

from tests.flags.waiting import harbor

__all__ = ["harbor"]
