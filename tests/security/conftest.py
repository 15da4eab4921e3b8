"""Fixtures of this room: the desk, and the pages on the same database."""

from tests.inbox.desk import desk, drafted, shop

__all__ = ["desk", "drafted", "shop"]
