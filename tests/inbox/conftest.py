"""Fixtures of this room: the desk, and who sits there."""

from tests.inbox.desk import desk, drafted, post, shop
from tests.inbox.leaving import ada, at_once, ben, ticket
from tests.inbox.servers import post_office

__all__ = ["ada", "at_once", "ben", "desk", "drafted", "post", "post_office", "shop", "ticket"]
