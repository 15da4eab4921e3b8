"""Unreadable: why a file is no sheet, in a sentence for the person who brought it."""

from __future__ import annotations


class Unreadable(Exception):
    """Refused as a whole; the message says why and what to do."""


class SeveralSheets(Unreadable):
    """A zip with more than one CSV file; an importer may know which one it wants."""
