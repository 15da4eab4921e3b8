"""Exports of other help desks as plain facts: macros with our variables, and past conversations."""

from shopapp.inbox.moving import gorgias, helpscout, zendesk
from shopapp.inbox.moving.shapes import (
    Author,
    MovedMacro,
    MovedMessage,
    MovedTicket,
    Reader,
    Refusal,
)

READERS: dict[str, Reader] = {
    "gorgias": gorgias.read,
    "zendesk": zendesk.read,
    "helpscout": helpscout.read,
}
"""What reads an export, by the help desk's name."""

__all__ = ["READERS", "Author", "MovedMacro", "MovedMessage", "MovedTicket", "Refusal"]
