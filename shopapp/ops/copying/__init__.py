"""Moving an installation's database to the other dialect: whole, compared, or not at all."""

from __future__ import annotations


class CannotCopy(Exception):
    """The copy is refused or was undone; the message says what to do."""
