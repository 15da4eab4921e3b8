"""Lines of the audit log as the page and the file show them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from shopapp.audit.models import AuditEvent
from shopapp.audit.queries import Filter, log
from shopapp.db import Session
from shopapp.drafts.learning.diff import marked
from shopapp.settings import wording
from shopapp.settings.subjects import Names, Subject, names

HEADER = "when who what about action source before after request".split()
LONG = 80  # characters from which a change is shown word by word
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after; of long texts `parts` says word by word what happened."""

    label: str
    before: str
    after: str
    parts: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log."""

    event: AuditEvent
    what: str
    subject: Subject | None
    changes: Sequence[Change]


def lines(session: Session, events: Sequence[AuditEvent]) -> list[Line]:
    """The lines of a page, with names in place of ids."""
    known = names(session, events)
    return [
        Line(event, wording.what(event.action), known.subject(event), _changes(event, known))
        for event in events
    ]


def rows(session: Session, wanted: Filter) -> Iterator[list[object]]:
    """Every line asked for, newest first, as a file's rows (see HEADER)."""
    newest = log(wanted).order_by(AuditEvent.created_at.desc(), AuditEvent.id.desc())
    found = iter(session.scalars(newest))
    while batch := list(islice(found, _BATCH)):
        known = names(session, batch)
        yield from (_row(event, known) for event in batch)
        for event in batch:
            session.expunge(event)


def _row(event: AuditEvent, known: Names) -> list[object]:
    subject = known.subject(event)
    return [
        event.created_at.isoformat(timespec="seconds"),
        event.actor_name,
        wording.what(event.action),
        subject.text if subject else "",
        event.action,
        event.source,
        _json(event.before, known),
        _json(event.after, known),
        event.request_id or "",
    ]


def _changes(event: AuditEvent, known: Names) -> list[Change]:
    before, after = event.before or {}, event.after or {}
    names = {**before, **after}
    shown = [key for key in names if key != "version" and f"{key}_id" not in names]
    return [_change(key, before, after, known) for key in shown]


def _change(key: str, before: dict[str, Any], after: dict[str, Any], known: Names) -> Change:
    old, new = known.readable(before.get(key)), known.readable(after.get(key))
    is_long = isinstance(old, str) and isinstance(new, str) and len(old) + len(new) > LONG
    parts = marked(old, new) if is_long else []
    return Change(
        wording.label(key.removesuffix("_id")),
        wording.said(old) if key in before else "",
        wording.said(new) if key in after else "",
        parts if old else (),
    )


def _json(values: dict[str, Any] | None, known: Names) -> str:
    if not values:
        return ""
    readable = {key: known.readable(value) for key, value in values.items()}
    return json.dumps(readable, ensure_ascii=False)
