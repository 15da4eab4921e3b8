"""The timeline's words for what people, rules and the clock do to a ticket."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from shopapp.inbox.models import TicketEvent
from shopapp.inbox.promises import LABELS
from shopapp.web.access import scope

GLYPHS = {
    "resolved": "circle-check",
    "prioritised": "flag",
    "tagged": "tag",
    "untagged": "tag",
    "snoozed": "clock",
    "woken": "clock",
    "spam": "ban",
    "not spam": "shield-check",
    "breached": "timer",
    "rule": "zap",
    "rated": "star",
    "survey": "send",
    "shown": "eye",
    "source changed": "book-open",
}
_WORDS = {
    "resolved": "resolved this",
    "prioritised": "set the priority to {to}",
    "tagged": "added the tag {to}",
    "untagged": "took the tag {to} off",
    "woken": "brought this back",
    "spam": "marked this as spam",
    "not spam": "marked this as no spam",
    "rule": "proposes the macro “{to}”",
    "survey": "asked {to} how we did",
    "rated": "rated this {to}",
    "shown": "lets {to} read of order {order}",
    "source changed": "looks at the draft again. {to}",
}


def words(event: TicketEvent) -> str:
    """What happened, without who did it and why; '' for what is worded elsewhere."""
    if event.kind == "snoozed":
        return _snoozed(event.detail)
    if event.kind == "breached":
        missed = LABELS.get(str(event.detail.get("target")), "A response").lower()
        return f"notes that the {missed} was due {moment(event.detail.get('due'))}"
    return _WORDS.get(event.kind, "").format(
        to=event.detail.get("to"), order=event.detail.get("order")
    )


def moment(text: Any) -> str:
    """An ISO moment in the store's zone: 'Mon 23 Nov 09:50'."""
    try:
        local = datetime.fromisoformat(str(text)).astimezone(ZoneInfo(scope().store.timezone))
    except ValueError:
        return "some time"
    return format_datetime(local, "EEE d MMM HH:mm", locale="en")


def _snoozed(detail: dict[str, Any]) -> str:
    awaits, until = detail.get("awaits"), detail.get("until")
    if not awaits:
        return f"snoozed this until {moment(until)}"
    latest = f", {moment(until)} at the latest" if until else ""
    return f"snoozed this until {awaits}{latest}"
