"""Fixtures of this room: the desk."""

from tests.inbox.desk import desk, drafted, post, shop

__all__ = ["desk", "drafted", "post", "shop"]
