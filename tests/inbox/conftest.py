"""Fixtures of this room: the desk, and who sits there."""

from tests.inbox.desk import desk, drafted, post, shop
from tests.inbox.leaving import at_once, ben
from tests.inbox.servers import post_office

__all__ = ["at_once", "ben", "desk", "drafted", "post", "post_office", "shop"]
