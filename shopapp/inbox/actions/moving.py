"""Moving in from another help desk: its macros, its tags and its past conversations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import select

from shopapp.db import Session
from shopapp.inbox.actions import sorting, ticketing
from shopapp.inbox.actions.arriving import remember_ids
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import (
    AuthorType,
    DeliveryState,
    Direction,
    Macro,
    MessageAlias,
    Ticket,
    TicketMessage,
    TicketStatus,
    TicketTag,
)
from shopapp.inbox.moving import READERS, Author, MovedMacro, MovedMessage, MovedTicket, Refusal
from shopapp.inbox.queries import threads
from shopapp.inbox.quoting import split_reply
from shopapp.sheets.importing import Field, Importer, Progress, Report

_EVERY = 50
_KINDS = {
    Author.CUSTOMER: (AuthorType.CUSTOMER, Direction.IN, DeliveryState.RECEIVED),
    Author.STAFF: (AuthorType.STAFF, Direction.OUT, DeliveryState.SENT),
    Author.NOTE: (AuthorType.STAFF, Direction.OUT, DeliveryState.NOTE),
}


@dataclass(slots=True)
class _Move:
    """One export on its way in; `taken` are the titles of macros that are here, with their text."""

    session: Session
    desk: str
    with_open: bool
    write: bool
    report: Report
    taken: dict[str, str]

    def take(self, number: int, item: MovedMacro | MovedTicket | Refusal) -> None:
        """Count what becomes of an item, and do it when asked to."""
        self.report.rows += 1
        if isinstance(item, Refusal):
            self.report.refuse(number, "", item.message)
        elif isinstance(item, MovedMacro):
            self._macro(number, item)
        else:
            self._ticket(number, item)

    def _macro(self, number: int, macro: MovedMacro) -> None:
        title = self._title(macro)
        self.report.keep({"What": "Macro", "Title": title, "Text": macro.body})
        for name in macro.missed:
            why = f"“{macro.title}” uses {{{{{name}}}}}, which shopapp does not know: fill it in."
            self.report.warn(number, "Variable", why)
        if self.taken.get(title) == macro.body:
            self.report.count("unchanged macros")
            return
        self.report.count("new macros")
        self.taken[title] = macro.body
        if self.write:
            row = Macro(title=title, body=macro.body, is_active=macro.is_active)
            row.intents = list(macro.tags)
            self.session.add(row)

    def _title(self, macro: MovedMacro) -> str:
        """Its own title, or with the desk's name when another macro bears it."""
        if self.taken.get(macro.title, macro.body) == macro.body:
            return macro.title
        return f"{macro.title} ({DESKS[self.desk]})"

    def _ticket(self, number: int, moved: MovedTicket) -> None:
        self.report.keep({"What": "Ticket", "Title": moved.subject, "Text": moved.messages[0].text})
        if not moved.is_closed and not self.with_open:
            self.report.count("open tickets left out")
        elif not moved.customer_email:
            self.report.refuse(number, "Customer", f"Ticket {moved.key} names no address.")
        elif self._is_here(moved):
            self.report.count("unchanged tickets")
        else:
            self.report.count("new tickets")
            self.report.count("new messages", len(moved.messages))
            if self.write:
                self._written(moved)

    def _is_here(self, moved: MovedTicket) -> bool:
        alias = MessageAlias.message_id == self._id(moved.key)
        return self.session.scalar(select(MessageAlias.id).where(alias).limit(1)) is not None

    def _id(self, key: str, number: int | None = None) -> str:
        """An id for a ticket, or for a message that has none of its own."""
        return f"{key}.{'ticket' if number is None else number}@{self.desk}.moved"

    def _written(self, moved: MovedTicket) -> None:
        ticket = _ticket(self.session, moved)
        ids: list[str | None] = [self._id(moved.key)]
        question = ""
        for number, message in enumerate(moved.messages):
            row = _message(ticket, message, message.message_id or self._id(moved.key, number))
            row.in_reply_to = (question or None) if message.author is Author.STAFF else None
            row.notes = [_left_behind(message.files, DESKS[self.desk])] if message.files else []
            question = row.message_id or "" if message.author is Author.CUSTOMER else question
            ids.append(row.message_id)
            self.session.add(row)
        remember_ids(self.session, ticket, ids)
        _tag(self.session, ticket, moved.tags)
        there = f"{DESKS[self.desk]}, number {moved.key}"
        note_event(self.session, ticket, "moved in", by=None, reason=there)


def _tag(session: Session, ticket: Ticket, names: tuple[str, ...]) -> None:
    tidy = (sorting.tidy(name)[: sorting.LONGEST_TAG].strip() for name in names)
    for name in dict.fromkeys(filter(None, tidy)):
        row = sorting.find_or_make(session, name)
        session.add(TicketTag(ticket_id=ticket.id, tag_id=row.id))


def bring(
    desk: str,
    session: Session,
    content: bytes,
    options: Mapping[str, str],
    *,
    write: bool,
    progress: Progress,
) -> Report:
    """Say what an export would bring, or bring it; what is here already is left alone."""
    macros: dict[str, Any] = dict(session.execute(select(Macro.title, Macro.body)).all())
    move = _Move(session, desk, options.get("tickets") == "all", write, Report(), macros)
    for done, (number, item) in enumerate(READERS[desk](content), 1):
        move.take(number, item)
        if not done % _EVERY:
            progress(done, None)
    return move.report


def _ticket(session: Session, moved: MovedTicket) -> Ticket:
    known = threads.customers_by_email(session, [moved.customer_email])
    last = moved.messages[-1]
    open_since = last.sent_at if last.author is Author.CUSTOMER else None
    ticket = Ticket(
        number=ticketing.next_number(session),
        subject=moved.subject or "(no subject)",
        status=TicketStatus.CLOSED if moved.is_closed else TicketStatus.OPEN,
        customer_email=moved.customer_email,
        customer_name=moved.customer_name or moved.customer_email,
        customer_id=known.get(moved.customer_email),
        preview=" ".join(last.text.split())[: ticketing.PREVIEW],
        last_message_at=last.sent_at,
        waiting_since=None if moved.is_closed else open_since,
        closed_at=last.sent_at if moved.is_closed else None,
    )
    session.add(ticket)
    session.flush()
    return ticket


def _message(ticket: Ticket, message: MovedMessage, message_id: str) -> TicketMessage:
    author, direction, state = _KINDS[message.author]
    parts = split_reply(message.text)
    is_note = message.author is Author.NOTE
    return TicketMessage(
        ticket_id=ticket.id,
        author_type=author,
        author_name=message.name or message.email or ticket.customer_name,
        author_email=message.email,
        direction=direction,
        kind="note" if is_note else "normal",
        recipients=[ticket.customer_email] if message.author is Author.STAFF else [],
        subject=ticket.subject,
        message_id=message_id,
        body_html=message.html,
        body_text=message.text,
        visible_text=parts.visible,
        quoted_text=parts.quoted,
        signature_text=parts.signature,
        is_internal_note=is_note,
        delivery_state=state,
        sent_at=message.sent_at,
    )


def _left_behind(files: int, desk: str) -> str:
    return f"{files} file{'s' * (files != 1)} of this message stayed in {desk}."


def _importer(desk: str, name: str, explanation: str) -> Importer:
    which = Field(
        "tickets",
        "Tickets",
        "select",
        choices=(("closed", "Closed tickets only"), ("all", "Open tickets too")),
        value="closed",
        hint="Open ones usually arrive through your mailbox as well.",
    )
    return Importer(desk, name, explanation, (which,), partial(bring, desk), is_sheet=False)


DESKS = {"gorgias": "Gorgias", "zendesk": "Zendesk", "helpscout": "Help Scout"}
IMPORTERS = (
    _importer("gorgias", "Gorgias", "Macros, tags and tickets from Gorgias, as JSON or CSV."),
    _importer("zendesk", "Zendesk", "Macros, tags and tickets from Zendesk’s JSON export."),
    _importer("helpscout", "Help Scout", "Saved replies, tags and conversations, as JSON."),
)
