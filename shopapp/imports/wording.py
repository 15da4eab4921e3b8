"""How an import's kind, state and numbers are said, and what undoing one came to."""

from __future__ import annotations

from collections.abc import Mapping

from shopapp.imports import kinds, queries
from shopapp.imports.models import FileImport, ImportState
from shopapp.jobs.models import Job
from shopapp.sheets.importing import Undone

STATES = {
    ImportState.CHECKING: ("Being checked", "info"),
    ImportState.CHECKED: ("Waits for you", "caution"),
    ImportState.RUNNING: ("Importing", "info"),
    ImportState.DONE: ("Imported", "success"),
    ImportState.FAILED: ("Failed", "critical"),
    ImportState.CANCELLED: ("Cancelled", "neutral"),
}
_RANK = {"new": 1, "updated": 2, "changed": 2, "stock": 3, "removed": 3, "unchanged": 4}
_NAMED = 5
STOPPED = "The worker stopped in the middle of it. Nothing of the file was imported."


def label(kind: str) -> str:
    """What a kind is called."""
    found = kinds.importer(kind)
    return found.label if found else kind


def state(row: FileImport, job: Job | None) -> tuple[str, str]:
    """The state's words and tone; an import nobody works on has failed."""
    if row.undone_at is not None:
        return "Undone", "neutral"
    return STATES[ImportState.FAILED if queries.is_stuck(row, job) else row.state]


def failure(row: FileImport, job: Job | None) -> str:
    """Why it failed, "" when it has not."""
    if row.state is ImportState.FAILED:
        return row.error or STOPPED
    return STOPPED if queries.is_stuck(row, job) else ""


def numbers(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """The counts with their labels, what changes first."""
    rank = ("new", "updated", "stock", "unchanged")
    places = {
        word: next((n for n, w in enumerate(rank) if word.startswith(w)), 9) for word in counts
    }
    ordered = sorted(counts, key=lambda word: (places[word], list(counts).index(word)))
    return [(word[:1].upper() + word[1:], counts[word]) for word in ordered]


def narrowed(sample: list[list[str]]) -> list[list[str]]:
    """The sample's columns that say something."""
    if len(sample) < 2:
        return []
    kept = [number for number in range(len(sample[0])) if any(row[number] for row in sample[1:])]
    return [[row[number] for number in kept] for row in sample]


def undone(what: Undone) -> str:
    """What undoing came to: '2 archived, 1 restored; changed since and left alone: “Tea”'."""
    done = ((what.removed, "archived"), (what.restored, "put back as before"))
    said = ", ".join(f"{number:,} {word}" for number, word in done if number) or "Nothing to undo"
    if not what.left_alone:
        return said
    names = ", ".join(f"“{name}”" for name in what.left_alone[:_NAMED])
    more = len(what.left_alone) - _NAMED
    left = f"{names} and {more:,} more" if more > 0 else names
    return f"{said}; changed since and left alone: {left}"
