"""What reading another help desk's export answers with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Author(StrEnum):
    """Who wrote a message."""

    CUSTOMER = "customer"
    STAFF = "staff"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class MovedMacro:
    """A macro in our words. `missed` names the variables we have no match for.

    A missed variable stays in the body as `{{as it was called there}}`, so that a reply made from
    it cannot be sent before a person has filled it in.
    """

    title: str
    body: str
    tags: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class MovedMessage:
    """One message of a past conversation; `message_id` is the mail's own where it is known."""

    author: Author
    name: str
    email: str
    text: str
    sent_at: datetime
    html: str | None = None
    message_id: str = ""
    files: int = 0


@dataclass(frozen=True, slots=True)
class MovedTicket:
    """A past conversation, its messages oldest first; `key` is its number over there."""

    key: str
    subject: str
    is_closed: bool
    customer_name: str
    customer_email: str
    messages: tuple[MovedMessage, ...]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something in the export that cannot be used, and why."""

    message: str


Item = MovedMacro | MovedTicket | Refusal
Reader = Callable[[bytes], Iterator[tuple[int, Item]]]
"""Bytes to (number of the record in the file, what it is); raises Unreadable for another file."""
