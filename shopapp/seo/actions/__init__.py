"""What can be done to an insight; checking.py finds them."""

from __future__ import annotations

from shopapp.seo.actions.undoing import undo
from shopapp.seo.actions.working import (
    add_note,
    assign,
    hold,
    ignore,
    reopen,
    resolve,
    snooze,
    start,
)

__all__ = [
    "add_note",
    "assign",
    "hold",
    "ignore",
    "reopen",
    "resolve",
    "snooze",
    "start",
    "undo",
]
