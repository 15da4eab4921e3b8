"""Fixtures of this room: the desk, and who sits there."""

from tests.inbox.desk import desk, drafted, post, shop
from tests.inbox.leaving import at_once, ben

__all__ = ["at_once", "ben", "desk", "drafted", "post", "shop"]
