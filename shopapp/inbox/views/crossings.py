"""Merges, splits and moves in words, and where each can be undone."""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for

from shopapp.inbox.models import TicketEvent, TicketMessage

_UNDONE_BY_A_CLICK = ("merged", "split", "moved")


def told(event: TicketEvent) -> str:
    """What somebody did, after their name; '' for what is no crossing."""
    number, count = event.detail.get("number"), event.detail.get("count") or 1
    some = f"{count} message{'s' * (count != 1)}"
    return {
        "merged": f"merged #{number} into this",
        "unmerged": f"took #{number} out of this again",
        "split": f"split {some} off as #{number}",
        "split off": f"split this off #{number}",
        "split undone": f"took the split of #{number} back",
        "moved": f"moved {some} to #{number}",
        "moved here": f"moved messages here from #{number}",
        "moved undone": f"took messages back from #{number}",
        "added": f"added {event.detail.get('to')} to this",
    }.get(event.kind, "")


def undo_url(event: TicketEvent) -> str:
    """Where the event is undone; '' when it cannot be, or has been."""
    if event.kind not in _UNDONE_BY_A_CLICK or event.detail.get("undone"):
        return ""
    return url_for("inbox.event_undoing", ticket_id=event.ticket_id, event_id=event.id)


def why(message: TicketMessage, ticket_id: str, events: Sequence[TicketEvent]) -> str:
    """Why the message is here: the merge that shows it, and what brought it to its own ticket."""
    parts = (_origin(message, ticket_id, events), message.threading_reason)
    return "; ".join(filter(None, parts))


def _origin(message: TicketMessage, ticket_id: str, events: Sequence[TicketEvent]) -> str:
    if message.ticket_id == ticket_id:
        return ""
    merges = (e for e in events if e.kind == "merged" and e.detail["other"] == message.ticket_id)
    last = max(merges, key=lambda event: event.id, default=None)
    return f"from #{last.detail['number']}, merged by {last.actor_name}" if last else ""
