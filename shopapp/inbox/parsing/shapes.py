"""What parsing a mail answers with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self


class MessageKind(StrEnum):
    """Who or what wrote a mail."""

    NORMAL = "normal"
    AUTO_REPLY = "auto_reply"
    LIST = "list"
    BOUNCE = "bounce"
    COMPLAINT = "complaint"


class Address(str):
    """A mailbox: the string is the bare address, case kept; `name` is the display name, or "".

    So `"ann@x.example" in message.to` holds, whatever she calls herself.
    """

    __slots__ = ("name",)
    name: str

    def __new__(cls, name: str, email: str) -> Self:
        address = super().__new__(cls, email)
        address.name = name
        return address

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        return self.name, self.email

    @property
    def email(self) -> str:
        """The bare address as an ordinary string."""
        return str(self)

    address = email

    @property
    def key(self) -> str:
        """The address for comparing."""
        return self.casefold()

    @property
    def domain(self) -> str:
        return self.key.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class InboundAttachment:
    """A file that came with a mail.

    `filename` is safe to offer (no path, no control characters, never empty); `content_type` is
    lower case and as declared, so it proves nothing; `content_id` is without its brackets;
    `is_inline` says that the HTML shows it; `sha256` is the hex digest of `content`.
    """

    filename: str
    content_type: str
    content: bytes
    content_id: str | None
    is_inline: bool
    sha256: str

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self.content)


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One address a report speaks of.

    `action` is failed, delayed, delivered, relayed, expanded or empty; `status` is RFC 3463's
    "5.1.1" or empty; `diagnostic` is what the other server said.
    """

    email: str
    action: str
    status: str
    diagnostic: str

    @property
    def is_permanent(self) -> bool:
        """Whether the address is given up, rather than tried again later."""
        if self.action == "delayed":
            return False
        return self.status.startswith("5") or (self.action == "failed" and self.status[:1] != "4")


@dataclass(frozen=True, slots=True)
class Bounce:
    """What could not be delivered, to whom, and the Message-ID it had, where the report says so."""

    recipients: tuple[FailedRecipient, ...]
    original_message_id: str | None

    @property
    def recipient(self) -> str:
        """The first address given up, else the first one named; may be empty."""
        return self._worst.email if self._worst else ""

    @property
    def status(self) -> str:
        """RFC 3463's "5.1.1" of that recipient; may be empty."""
        return self._worst.status if self._worst else ""

    @property
    def _worst(self) -> FailedRecipient | None:
        return max(self.recipients, key=lambda each: each.is_permanent, default=None)

    @property
    def permanent(self) -> bool:
        """Whether any address is given up, rather than tried again later."""
        return any(each.is_permanent for each in self.recipients)


@dataclass(frozen=True, slots=True)
class InboundMessage:
    """One mail, read.

    Every string is valid UTF-8 without NUL. Message ids are without their brackets. `to`, `cc` and
    `reply_to` hold strings (see Address). `kind` compares with its plain name: `kind == "bounce"`.
    """

    message_id: str
    """From the mail, or made from its digest: see `message_id_made`."""
    message_id_made: bool
    in_reply_to: str | None
    """The first id of In-Reply-To."""
    references: tuple[str, ...]
    """Oldest first, each once."""
    subject: str
    """Decoded, on one line; may be empty."""
    sender: Address | None
    """From; without a readable one Sender, then Return-Path."""
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    date: datetime | None
    """In UTC; None where missing, unreadable, in the future or absurd (then a note has it)."""
    text: str
    """The text part, else the HTML as text; `\\n` ends a line."""
    html: str | None
    """Decoded and not sanitised: never show it as it is."""
    attachments: tuple[InboundAttachment, ...]
    headers: tuple[tuple[str, str], ...]
    """Every header in order, decoded, each on one line."""
    kind: MessageKind
    kind_reason: str
    """Why it is of that kind, in words; empty for normal mail."""
    bounce: Bounce | None
    """Filled when `kind` is bounce."""
    return_path: str | None
    """The envelope's sender; "" is the empty one of automatic mail, None says nothing is known."""
    size: int
    """Bytes of the whole mail, those beyond the limit included."""
    sha256: str
    """Hex digest of the raw mail."""
    problems: tuple[str, ...]
    """Repairs made and limits hit, each a sentence for people."""

    @property
    def from_name(self) -> str:
        """The sender's display name; may be empty."""
        return self.sender.name if self.sender else ""

    @property
    def from_address(self) -> str:
        """The sender's address, case kept; empty without a readable sender."""
        return self.sender.email if self.sender else ""

    @property
    def is_automatic(self) -> bool:
        return self.kind is not MessageKind.NORMAL

    def header(self, name: str) -> str | None:
        """The first header of that name, in any case of letters."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)
