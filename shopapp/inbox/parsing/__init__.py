"""A raw mail as plain facts: who wrote what to whom, with which files, and what had to be repaired.

Everything here is pure and total: any bytes give an answer, every limit that was hit and every
repair is a note that a person can read.
"""

from shopapp.inbox.parsing.envelope import looks_like_mail, why_not_mail
from shopapp.inbox.parsing.message import parse_message
from shopapp.inbox.parsing.shapes import (
    Address,
    Bounce,
    FailedRecipient,
    InboundAttachment,
    InboundMessage,
    MessageKind,
)

__all__ = [
    "Address",
    "Bounce",
    "FailedRecipient",
    "InboundAttachment",
    "InboundMessage",
    "MessageKind",
    "looks_like_mail",
    "parse_message",
    "why_not_mail",
]
