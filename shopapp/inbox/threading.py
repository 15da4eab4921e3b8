"""Where a mail belongs: ids we signed, ids others named, subjects; and who may join a ticket."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from shopapp.inbox.parsing import Address, InboundMessage, MessageKind, parse_message

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_PREFIX = re.compile(
    r"(?i)^\s*(?:re|r|aw|antw|antwort|sv|vs|ref|res|rif|rv|enc|tr|fw|fwd|wg|wtr|vb|doorst|i|inoltro"
    r"|odp|pd|vl|vá|továbbítás|ynt|ilt|hl|bls|trs|回复|回覆|答复|转发|轉寄|返信|転送|회신|전달|ответ|пересл|отв)"
    r"(?:\s*[\[(]\d{1,3}[\])]|\^\d{1,3})?\s*[:：]\s*"
)
_MARK = re.compile(
    r"^\s*\[(?:[^\[\]]{0,40}#\s*)?[\w .-]{0,40}\d[\w.-]{0,20}\]\s*|^\s*\[ext(?:ern(?:al)?)?\]\s*",
    re.I,
)

_REPORTS = {MessageKind.BOUNCE: "delivery report", MessageKind.COMPLAINT: "complaint"}
_RETURNED = ("message/rfc822", "text/rfc822-headers")


class Signed(NamedTuple):
    """What a Message-ID of ours says once its signature is right."""

    ticket: str
    message: str


class Reason(StrEnum):
    """Why an id is a candidate."""

    PLUS_ADDRESS = "the address it was sent to is signed for this ticket"
    SIGNED = "it answers a message id we signed"
    RETURNED = "it returns a mail we know"
    IN_REPLY_TO = "In-Reply-To names a mail we know"
    REFERENCES = "References name a mail we know"


class Candidate(NamedTuple):
    """One id to look up: a message id, or for PLUS_ADDRESS the ticket's own id."""

    id: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a mail goes and why.

    `ticket_id` is the ticket it joins, None for a new one; `linked_ticket_id` is shown with a
    banner on the new one; `suggestion` is a ticket a person may merge it with. A mail that begins
    a conversation, as most do, has no reason to give.
    """

    ticket_id: str | None
    reason: str
    linked_ticket_id: str | None = None
    suggestion: str | None = None


def sign_message_id(key: bytes, *, store: str, ticket: str, message: str, domain: str) -> str:
    """A Message-ID (without brackets) that proves it is ours: shop.ticket.message.mac@domain.

    The ids are letters, digits, `_` and `-`; anything else is a ValueError. The domain is not
    signed, for it may change.
    """
    return (
        f"shop.{_checked(ticket)}.{_checked(message)}.{_mac(key, store, ticket, message)}@{domain}"
    )


def verify_message_id(key: bytes, message_id: str, *, store: str) -> Signed | None:
    """Whose message it is, if the signature is ours and for this store."""
    parts = message_id.strip("<> ").rpartition("@")[0].split(".")
    if len(parts) != 4 or parts[0].lower() != "shop":
        return None
    _, ticket, message, mac = parts
    is_ours = _is_mac(mac, _mac(key, store, ticket, message))
    return Signed(ticket, message) if is_ours else None


def sign_plus_address(key: bytes, address: str, *, store: str, ticket: str) -> str:
    """The mailbox's address with a signed ticket: support+ticket.mac@shop.example.

    ValueError where it would not fit RFC 5321's 64 characters before the @, or the ticket's id has
    capitals: servers may write the address in lower case.
    """
    local, _, domain = address.rpartition("@")
    tag = f"{_checked(ticket)}.{_mac(key, store, ticket, 'address')[:16]}"
    if len(f"{local}+{tag}") > 64 or tag != tag.lower():
        raise ValueError(f"no signed address for {address}")
    return f"{local}+{tag}@{domain}"


def verify_plus_address(key: bytes, address: str, *, store: str) -> str | None:
    """The ticket an address was signed for, if the signature is ours and for this store."""
    local = address.rpartition("@")[0].lower()
    ticket, dot, mac = local.rpartition("+")[2].rpartition(".")
    if "+" not in local or not dot:
        return None
    return ticket if _is_mac(mac, _mac(key, store, ticket, "address")[:16]) else None


def normalise_subject(subject: str) -> str:
    """The subject for comparing: reply and forward marks, ticket numbers and case removed."""
    rest = " ".join(subject[:1000].split())
    while True:
        shorter = _MARK.sub("", _PREFIX.sub("", rest, count=1), count=1)
        if shorter == rest:
            return rest.casefold()
        rest = shorter


def candidate_ids(
    message: InboundMessage, *, key: bytes | None = None, store: str = ""
) -> list[Candidate]:
    """The ids to look up, best first, each once.

    Signed ones, what a bounce returns, In-Reply-To, then References from the newest. Without a key
    nothing counts as signed.
    """
    named = [message.in_reply_to] if message.in_reply_to else []
    references = list(reversed(message.references))
    returned = returned_id(message)
    known = [*([returned] if returned else []), *named, *references]
    found: list[Candidate] = []
    if key is not None:
        addresses = (each.email for each in (*message.to, *message.cc))
        tickets = (verify_plus_address(key, each, store=store) for each in addresses)
        found += [Candidate(each, Reason.PLUS_ADDRESS) for each in tickets if each]
        ours = (each for each in known if verify_message_id(key, each, store=store))
        found += [Candidate(each, Reason.SIGNED) for each in ours]
    found += [Candidate(returned, Reason.RETURNED)] if returned else []
    found += [Candidate(each, Reason.IN_REPLY_TO) for each in named]
    found += [Candidate(each, Reason.REFERENCES) for each in references]
    best: dict[str, Candidate] = {}
    for candidate in found:
        best.setdefault(candidate.id, candidate)
    return list(best.values())


def returned_id(message: InboundMessage) -> str | None:
    """The Message-ID of the mail that a bounce or a complaint returns, where it says so."""
    if message.bounce is not None:
        return message.bounce.original_message_id
    if message.kind is not MessageKind.COMPLAINT:
        return None
    returned = (each for each in message.attachments if each.content_type in _RETURNED)
    inner = (parse_message(each.content) for each in returned)
    return next((each.message_id for each in inner if not each.message_id_made), None)


def participant_ok(sender: Address | None, participants: Iterable[str]) -> bool:
    """Whether the sender is one of the addresses of a ticket, in any case of letters."""
    if sender is None or not sender.email:
        return False
    return sender.key in {each.strip().casefold() for each in participants}


def decide(
    message: InboundMessage,
    candidates: Sequence[Candidate],
    *,
    found: Mapping[str, str],
    participants: Mapping[str, Collection[str]],
    same_subject: Sequence[str] = (),
    join_same_subject: bool = False,
    own: Collection[str] = (),
) -> Placement:
    """Where the mail goes.

    `found` maps candidate ids to ticket ids (what the alias table of this store knows; merged
    tickets already followed), `participants` a ticket id to its addresses, `same_subject` are
    tickets of the same mailbox, sender and normalised subject within the window, newest first;
    `own` are the addresses of the store's mailboxes.

    The first ticket whose participant the sender is takes the mail. A stranger who only names a
    known mail gets a new ticket linked to it: an id proves that one saw a mail, not who one is.

    An id counts in the whole store: who answers a mail from support@ may write to sales@ and still
    speaks of that mail. A subject counts in its mailbox alone: "Invoice" to sales@ and "Invoice" to
    support@ are seldom one thing. Our own people take part everywhere: a reply of theirs written
    in another program belongs to the ticket it answers.
    """
    known = [(found[each.id], each.reason) for each in candidates if each.id in found]
    for ticket, reason in known:
        if _may_join(message, reason, {*participants.get(ticket, ()), *own}):
            return Placement(ticket, f"{reason.value}, {_standing(message, own)}")
    if known:
        ticket, reason = known[0]
        who = message.sender.email if message.sender else "an unknown sender"
        why = f"{reason.value}, but {who} takes no part in that ticket: a new one, linked to it"
        return Placement(None, why, linked_ticket_id=ticket)
    if same_subject and join_same_subject:
        return Placement(same_subject[0], "same sender and same subject within the window")
    if same_subject:
        why = "it answers no mail we know, but a recent ticket has the same sender and subject"
        return Placement(None, why, suggestion=same_subject[0])
    return Placement(None, "it answers a mail we do not know" if candidates else "")


def _may_join(message: InboundMessage, reason: Reason, participants: Collection[str]) -> bool:
    """Participants, and mail systems that return a mail of ours: a daemon is nobody's customer."""
    is_report = message.kind in _REPORTS and reason in {Reason.SIGNED, Reason.RETURNED}
    return is_report or participant_ok(message.sender, participants)


def _standing(message: InboundMessage, own: Collection[str]) -> str:
    if message.kind in _REPORTS:
        return f"and it is a {_REPORTS[message.kind]}"
    if participant_ok(message.sender, own):
        return "and it was sent from our own address elsewhere"
    return f"and {message.sender.email if message.sender else 'the sender'} takes part in it"


def _checked(name: str) -> str:
    if not _ID.fullmatch(name):
        raise ValueError(f"not an id: {name!r}")
    return name


def _mac(key: bytes, *words: str) -> str:
    """128 bits of HMAC-SHA256 (RFC 2104) in lower-case base32; the words are length-prefixed."""
    text = "".join(f"{len(word)}:{word}" for word in words)
    digest = hmac.new(key, text.encode("utf-8", "replace"), hashlib.sha256).digest()
    return base64.b32encode(digest[:16]).decode().rstrip("=").lower()


def _is_mac(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.lower().encode("utf-8", "replace"), expected.encode())
