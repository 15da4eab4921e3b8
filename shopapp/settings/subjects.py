"""What an audit line is about, in words and with its page: looked up for many lines at once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from shopapp.accounts.models import Membership, User
from shopapp.audit.models import AuditEvent
from shopapp.catalog.models import Order
from shopapp.db import Session
from shopapp.flags.models import OrderFlag
from shopapp.imports.models import FileImport
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.mail.models import Mailbox, OutboundMail, RawMail
from shopapp.purchasing.models import PurchaseOrder, Vendor
from shopapp.seo.models import SeoInsight

Ids = Sequence[str]
_ID = re.compile(r"c[a-z0-9]{20,31}")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a line is about: words, and the endpoint and values of its page if it has one."""

    text: str
    endpoint: str = ""
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """The subjects by (table, id), and people's names by id."""

    subjects: Mapping[tuple[str, str], Subject]
    people: Mapping[str, str]

    def subject(self, event: AuditEvent) -> Subject | None:
        """What the line is about; what was deleted meanwhile is known by the line's own words."""
        found = self.subjects.get((event.subject_type, event.subject_id))
        return found or _FIXED.get(event.subject_type) or _remembered(event)

    def readable(self, value: Any) -> Any:
        """A value with the person's name in place of an id."""
        return self.people.get(value, value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class _Kind:
    """How the rows of a table are called: rows of (id, words…) and what to make of one."""

    rows: Callable[[Ids], Any]
    called: Callable[[Any], str]
    page: Callable[[Any], tuple[str, dict[str, str]]] | None = None


def names(session: Session, events: Iterable[AuditEvent]) -> Names:
    """The names that `events` need: one statement for people, one for each table they name."""
    wanted: defaultdict[str, set[str]] = defaultdict(set)
    people: set[str] = set()
    for event in events:
        wanted[event.subject_type].add(event.subject_id)
        values = (*(event.before or {}).values(), *(event.after or {}).values())
        people |= {each for each in values if isinstance(each, str) and _ID.fullmatch(each)}
    subjects = {
        (table, row[0]): _subject(_KINDS[table], row)
        for table, ids in sorted(wanted.items())
        if table in _KINDS
        for row in session.execute(_KINDS[table].rows(sorted(ids)))
    }
    return Names(subjects, _people(session, people))


def _people(session: Session, ids: set[str]) -> dict[str, str]:
    if not ids:
        return {}
    rows = session.execute(select(User.id, User.name, User.email).where(User.id.in_(sorted(ids))))
    return {row[0]: row[1] or row[2] for row in rows}


def _subject(kind: _Kind, row: Any) -> Subject:
    endpoint, values = kind.page(row) if kind.page else ("", {})
    return Subject(kind.called(row), endpoint, tuple(values.items()))


def _remembered(event: AuditEvent) -> Subject | None:
    said = {**(event.before or {}), **(event.after or {})}
    text = next((said[key] for key in ("email", "name", "number", "filename") if said.get(key)), "")
    return Subject(str(text)) if text else None


_FIXED = {
    "store_settings": Subject("Settings", "settings.general"),
    "ai_draft": Subject("Draft", "drafts.overview"),
    "draft_export": Subject("Export of drafts", "drafts.exports"),
    "store": Subject("Store", "settings.general"),
    "model_service": Subject("AI drafts", "settings.ai_drafts"),
    "store_secret": Subject("Mail server", "settings.connections"),
}
_KINDS = {
    "ticket": _Kind(
        lambda ids: select(Ticket.id, Ticket.number, Ticket.subject).where(Ticket.id.in_(ids)),
        lambda row: f"#{row[1]} {row[2]}",
        lambda row: ("inbox.ticket", {"ticket_id": row[0]}),
    ),
    "ticket_message": _Kind(
        lambda ids: (
            select(TicketMessage.id, Ticket.number, Ticket.subject, Ticket.id)
            .join(Ticket, Ticket.id == TicketMessage.ticket_id)
            .where(TicketMessage.id.in_(ids))
        ),
        lambda row: f"#{row[1]} {row[2]}",
        lambda row: ("inbox.ticket", {"ticket_id": row[3]}),
    ),
    "outbound_mail": _Kind(
        lambda ids: select(OutboundMail.id, OutboundMail.subject).where(OutboundMail.id.in_(ids)),
        lambda row: str(row[1]),
    ),
    "raw_mail": _Kind(
        lambda ids: select(RawMail.id, RawMail.received_at).where(RawMail.id.in_(ids)),
        lambda row: f"Mail of {row[1]:%d %b %Y, %H:%M} UTC",
        lambda row: ("inbox.mail", {}),
    ),
    "mailbox": _Kind(
        lambda ids: select(Mailbox.id, Mailbox.address).where(Mailbox.id.in_(ids)),
        lambda row: str(row[1]),
        lambda row: ("settings.mailbox", {"mailbox_id": row[0]}),
    ),
    "order_flag": _Kind(
        lambda ids: (
            select(OrderFlag.id, OrderFlag.flag_type, Order.name)
            .join(Order, Order.id == OrderFlag.order_id, isouter=True)
            .where(OrderFlag.id.in_(ids))
        ),
        lambda row: f"{str(row[1]).replace('_', ' ').capitalize()} {row[2] or ''}".strip(),
        lambda row: ("orders.flag", {"flag_id": row[0]}),
    ),
    "purchase_order": _Kind(
        lambda ids: (
            select(PurchaseOrder.id, PurchaseOrder.number, Vendor.name)
            .join(Vendor, Vendor.id == PurchaseOrder.vendor_id)
            .where(PurchaseOrder.id.in_(ids))
        ),
        lambda row: f"{row[1] or 'Draft'} for {row[2]}",
        lambda row: ("purchasing.order", {"order_id": row[0]}),
    ),
    "vendor": _Kind(
        lambda ids: select(Vendor.id, Vendor.name).where(Vendor.id.in_(ids)),
        lambda row: str(row[1]),
        lambda row: ("purchasing.vendor", {"vendor_id": row[0]}),
    ),
    "seo_insight": _Kind(
        lambda ids: select(SeoInsight.id, SeoInsight.title).where(SeoInsight.id.in_(ids)),
        lambda row: str(row[1]),
        lambda row: ("seo.insight", {"insight_id": row[0]}),
    ),
    "file_import": _Kind(
        lambda ids: select(FileImport.id, FileImport.filename).where(FileImport.id.in_(ids)),
        lambda row: str(row[1]),
        lambda row: ("imports.file", {"import_id": row[0]}),
    ),
    "app_user": _Kind(
        lambda ids: select(User.id, User.name, User.email).where(User.id.in_(ids)),
        lambda row: str(row[1] or row[2]),
        lambda row: ("settings.team", {}),
    ),
    "membership": _Kind(
        lambda ids: (
            select(Membership.id, User.name, User.email)
            .join(User, User.id == Membership.user_id)
            .where(Membership.id.in_(ids))
        ),
        lambda row: str(row[1] or row[2]),
        lambda row: ("settings.team", {}),
    ),
}
