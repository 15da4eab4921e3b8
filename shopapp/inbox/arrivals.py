"""Arrivals: a mail that came in, read and kept, before it has a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shopapp.inbox.parsing import InboundMessage
from shopapp.mail.models import Mailbox, RawMail


@dataclass(frozen=True, slots=True)
class Arrival:
    """A mail that came in: what was read, its line in the ledger, the mailbox it came to, and the
    hashes of its files, which are kept already."""

    message: InboundMessage
    mail: RawMail
    mailbox: Mailbox
    digests: Sequence[str]
