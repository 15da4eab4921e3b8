"""What looking a domain up gives: answers of the resolver, and findings for a person."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import Protocol


class Outcome(enum.StrEnum):
    """How a question to the resolver ended."""

    FOUND = "found"
    NOTHING = "nothing"  # the name is there, but has no such record
    NO_NAME = "no such name"
    FAILED = "failed"  # SERVFAIL, no answer in time, nonsense: we do not know


@dataclass(frozen=True, slots=True)
class Answer:
    """The records of one question, their strings joined; `detail` says how it failed."""

    outcome: Outcome
    records: tuple[str, ...] = ()
    detail: str = ""


class Lookup(Protocol):
    """Something that answers: texts, mail hosts (best first), and IP addresses of a name."""

    def txt(self, name: str) -> Answer: ...

    def mx(self, name: str) -> Answer: ...

    def addresses(self, name: str) -> Answer: ...


class Verdict(enum.StrEnum):
    FINE = "fine"
    UNKNOWN = "unknown"
    MISSING = "missing"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found: `says` is a sentence or two; `name` and `value` the record to add.

    `found` is the record as it stands now, '' when there is none.
    """

    check: str
    verdict: Verdict
    says: str
    name: str = ""
    value: str = ""
    found: str = ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends this domain's mail: its SMTP host, and how SPF and DKIM name it."""

    host: str
    title: str = ""
    include: str = ""
    selectors: tuple[str, ...] = ()
    fix: str = ""


def unknown(check: str, name: str, answer: Answer) -> Finding:
    """A check that nobody could make: no verdict on the domain."""
    says = f"{name} could not be looked up ({answer.detail}). Check again later."
    return Finding(check, Verdict.UNKNOWN, says)
