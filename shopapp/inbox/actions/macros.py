"""Writing macros, and filling one for a ticket."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.drafts import variables
from shopapp.drafts.reading.words import language
from shopapp.inbox.actions import resting
from shopapp.inbox.models import Macro, Ticket
from shopapp.inbox.queries import macros as queries
from shopapp.inbox.queries import packets
from shopapp.refusals import Invalid, Stale

_SLOT = re.compile(r"\{\{\s*([^{}|]*?)\s*(?:\|[^{}]*)?\}\}")


@dataclass(frozen=True, slots=True)
class Typed:
    """A macro as typed."""

    title: str
    body: str
    tags: tuple[str, ...] = ()
    is_active: bool = True


class Overtaken(Stale):
    """Somebody else saved the macro meanwhile."""


def create(session: Session, typed: Typed, *, by: User) -> Macro:
    """Add a macro; raises Invalid for a title that is taken."""
    _check(session, typed, "")
    row = Macro()
    _fill(row, typed)
    session.add(row)
    session.flush()
    record(session, "macro.created", row, by=by, after={"title": row.title})
    return row


def change(session: Session, row: Macro, typed: Typed, *, version: int, by: User) -> Macro:
    """Save a macro over the version it was opened at; raises Overtaken, Invalid."""
    if row.version != version:
        message = "Somebody changed this macro while you were writing."
        raise Overtaken(message)
    _check(session, typed, row.id)
    before = {"title": row.title, "body": row.body}
    _fill(row, typed)
    if row.body != before["body"] or not row.is_active:
        resting.text_changed(session, row.id, f"The macro “{row.title}” changed.")
    record(
        session,
        "macro.changed",
        row,
        by=by,
        before=before,
        after={"title": row.title, "body": row.body},
    )
    return row


def remove(session: Session, row: Macro, *, by: User) -> None:
    """Delete a macro; replies that were made from it stay as they are."""
    record(session, "macro.removed", row, by=by, before={"title": row.title, "body": row.body})
    session.delete(row)


def filled(
    session: Session, row: Macro, ticket: Ticket, voice: packets.Voice, *, by: User
) -> variables.Rendered:
    """The macro for this ticket; what the ticket does not know stays in it as a variable."""
    facts = packets.facts(session, ticket, voice)
    brand = replace(facts.brand, agent_name=by.name or by.email)
    locale = variables.locale_of(brand.locale, language(row.body))
    return variables.render(row.body, replace(facts, brand=brand), locale)


def unknown_variables(body: str) -> list[str]:
    """The variables of a text that shopapp cannot fill for anybody, each once."""
    names = dict.fromkeys(_SLOT.findall(body))
    return [name for name in names if name not in variables.VARIABLES]


def _check(session: Session, typed: Typed, own_id: str) -> None:
    if queries.is_taken(session, typed.title, by_other_than=own_id):
        message = "Another macro has this title. Choose one that tells them apart."
        raise Invalid(message, "title")


def _fill(row: Macro, typed: Typed) -> None:
    row.title, row.body, row.is_active = typed.title, typed.body, typed.is_active
    row.intents = list(typed.tags)
