"""Named refusals: why an action did not do what it was asked, in words a person can act on."""

from __future__ import annotations


class Refused(Exception):
    """An action refused. `str(error)` is one sentence fit for the page."""


class Stale(Refused):
    """The row changed since the person read it; the answer is a 409 with both versions."""


class NotAllowed(Refused):
    """The person may not do this; the answer is a 403."""


class Invalid(Refused):
    """The values do not fit; the answer is a 422 on `field` (or on the whole form)."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field
