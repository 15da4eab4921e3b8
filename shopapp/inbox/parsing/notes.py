"""The notes of one parse: said once each, in order, never too many."""

from __future__ import annotations

from shopapp.inbox.parsing.limits import MAX_NOTES


class Notes:
    """Collects sentences for people about repairs and limits."""

    def __init__(self) -> None:
        self._said: dict[str, None] = {}

    def add(self, note: str | None) -> None:
        """Says a thing once; None says nothing."""
        if note and len(self._said) < MAX_NOTES:
            self._said.setdefault(" ".join(note[:300].split()))

    def all(self) -> tuple[str, ...]:
        return tuple(self._said)
