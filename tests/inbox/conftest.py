"""Fixtures of this room: the desk."""

from tests.inbox.desk import desk, drafted, post, shop
from tests.inbox.servers import post_office

__all__ = ["desk", "drafted", "post", "post_office", "shop"]
