"""Fixtures of this room: the desk."""

from tests.inbox.desk import desk, shop

__all__ = ["desk", "shop"]
