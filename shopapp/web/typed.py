"""Typed text as it is stored."""

from __future__ import annotations


def line_ends(text: str | None) -> str:
    """The text with its line ends as they are stored; browsers post two characters for each."""
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")
