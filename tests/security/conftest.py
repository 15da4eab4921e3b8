"""Fixtures of this room: the desk, and the pages on the same database."""

from tests.inbox.desk import desk, shop

__all__ = ["desk", "shop"]
