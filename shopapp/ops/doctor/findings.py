"""Findings: what a check found, how bad it is, and what to do about it."""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

from shopapp.ops.doctor.cases import Case


class Status(enum.StrEnum):
    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: a sentence, and what to do unless all is well.

    `key` names the check ("database.revision"); the examination fills it in.
    """

    status: Status
    sentence: str
    fix: str = ""
    key: str = ""


Check = Callable[[Case], Finding | None]
"""None where it does not apply, as a check of PostgreSQL's roles on SQLite."""


@dataclass(frozen=True, slots=True)
class Group:
    """Checks that belong together, under their heading."""

    title: str
    checks: tuple[Check, ...]


def ok(sentence: str) -> Finding:
    """All is well."""
    return Finding(Status.OK, sentence)


def warning(sentence: str, fix: str) -> Finding:
    """It works, and will not for ever."""
    return Finding(Status.WARNING, sentence, fix)


def wrong(sentence: str, fix: str) -> Finding:
    """Somebody has to do something."""
    return Finding(Status.WRONG, sentence, fix)


def unknown(sentence: str, fix: str = "") -> Finding:
    """It could not be found out."""
    return Finding(Status.UNKNOWN, sentence, fix)
