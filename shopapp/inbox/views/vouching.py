"""What the evidence panel of a reply shows: each sentence, its sources, what is to be confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from flask import url_for

from shopapp.drafts.grounding import Difference
from shopapp.drafts.locking import evidence as pure
from shopapp.drafts.locking.origins import Origin, OriginKind
from shopapp.drafts.locking.rechecking import order_hash
from shopapp.drafts.models import AiDraft
from shopapp.drafts.queries.confirmations import confirmed
from shopapp.drafts.reading.facts import Fact
from shopapp.inbox.actions import checking
from shopapp.inbox.models import DeliveryState, Ticket, TicketMessage
from shopapp.inbox.queries import grounds, replies
from shopapp.inbox.queries.withheld import Withheld, withheld
from shopapp.web.access import Scope

KNOWN_BY = (
    "I looked it up in the shop",
    "I asked the carrier or supplier",
    "I agreed it with the customer",
    "It is our policy",
)
"""The reasons a person can choose from when they confirm a fact."""
_GLYPHS = {
    OriginKind.ORDER: "package",
    OriginKind.CUSTOMER: "user",
    OriginKind.STORE: "store",
    OriginKind.POLICY: "scale",
    OriginKind.ARTICLE: "book-open",
    OriginKind.MACRO: "message-square-text",
}
_FIELDS = {"tracking_number": "tracking", "tracking_url": "tracking link", "lines": "items"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A source of a sentence: the fields of an order read `as_of`, a policy, an article."""

    title: str
    glyph: str
    url: str = ""
    as_of: datetime | None = None
    fields: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence: its text in pieces (True: unsupported), its sources, what was confirmed."""

    pieces: tuple[tuple[str, bool], ...]
    chips: list[Chip]
    confirmed: list[str]


@dataclass(frozen=True, slots=True)
class Panel:
    """What `_facts.html` shows; `has_draft` is False for a reply that only people wrote."""

    has_draft: bool = False
    is_open: bool = False
    known: int = 0
    total: int = 0
    as_of: datetime | None = None
    lines: list[Line] = field(default_factory=list)
    open: list[tuple[str, str, str]] = field(default_factory=list)
    changes: tuple[Difference, ...] = ()
    order_hash: str = ""
    old: str = ""
    withheld: Withheld | None = None
    reasons: tuple[str, ...] = KNOWN_BY
    error: str = ""


def panel(here: Scope, row: Ticket, *, text: str | None = None, error: str = "") -> Panel:
    """The evidence of the ticket's reply, of `text` where that is what was typed."""
    reply = replies.in_writing(here.session, row)
    draft = replies.draft_behind(here.session, reply) if reply else None
    if reply is None or draft is None:
        return Panel(error=error)
    said = reply.body_text if text is None else text
    return _panel(here, reply, draft, said, error)


def _panel(here: Scope, reply: TicketMessage, draft: AiDraft, said: str, error: str) -> Panel:
    packet = grounds.packet_behind(draft)
    found = pure.evidence(said, packet, confirmed(here.session, draft.id))
    fresh = grounds.fresh_order(here.session, draft)
    stale = checking.old_order(here.session, draft, said)
    return Panel(
        has_draft=True,
        is_open=reply.delivery_state is DeliveryState.DRAFT,
        known=found.coverage.supported,
        total=found.coverage.total,
        as_of=fresh.as_of if fresh else None,
        lines=[_line(reply.ticket, sentence) for sentence in found.sentences],
        open=[_open(fact) for fact in found.open],
        changes=checking.open_changes(here.session, draft, said),
        order_hash=order_hash(fresh),
        old=checking.old(stale) if stale else "",
        withheld=withheld(here.session, reply.ticket, packet),
        error=error,
    )


def key_of(written: str) -> tuple[str, str]:
    """The family and value that a Confirm button names."""
    family, _, value = written.partition("|")
    return family, value


def _open(fact: Fact) -> tuple[str, str, str]:
    return f"{fact.family}|{fact.value}", fact.text, _KINDS.get(fact.kind.value, fact.kind.value)


_KINDS = {
    "state": "what happened to the order",
    "promise": "a promise",
    "negation": "the opposite of a policy",
    "tracking": "tracking number",
    "sku": "SKU",
    "order": "order name",
    "date": "date or time",
    "number": "a number",
}


def _line(ticket: Ticket, sentence: pure.Vouched) -> Line:
    return Line(
        sentence.pieces, _chips(ticket, sentence.origins), [f.text for f in sentence.confirmed]
    )


def _chips(ticket: Ticket, origins: Iterable[Origin]) -> list[Chip]:
    """One chip a source; the fields of an order are told together."""
    fields: dict[Origin, list[str]] = {}
    for origin in origins:
        whole = Origin(origin.kind, origin.id, origin.title, as_of=origin.as_of)
        fields.setdefault(whole, []).append(_FIELDS.get(origin.field, origin.field))
    return [_chip(ticket, whole, named) for whole, named in fields.items()]


def _chip(ticket: Ticket, origin: Origin, fields: list[str]) -> Chip:
    told = ", ".join(dict.fromkeys(name.replace("_at", "").replace("_", " ") for name in fields))
    title = origin.title
    if origin.kind in (OriginKind.POLICY, OriginKind.ARTICLE, OriginKind.MACRO):
        title = f"{origin.kind.value.capitalize()}: {origin.title}"
    return Chip(title, _GLYPHS[origin.kind], _url(ticket, origin), origin.as_of, told)


def _url(ticket: Ticket, origin: Origin) -> str:
    if origin.kind is OriginKind.MACRO:
        return url_for("inbox.macro", macro_id=origin.id)
    if origin.kind in (OriginKind.POLICY, OriginKind.ARTICLE):
        return url_for("inbox.article", article_id=origin.id)
    if origin.kind is OriginKind.ORDER:
        return url_for("inbox.ticket_customer", ticket_id=ticket.id)
    return ""
