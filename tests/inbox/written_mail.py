"""The mails and pieces of mail in `written/`: our own words in the forms of many programs."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent / "written"

NEW = "It has arrived, thank you!"
"""What somebody answers."""

OLD = "Your order is on its way."
"""What the answer quotes."""


def sections(name: str) -> list[tuple[str, str]]:
    """(title, text) of a file whose sections begin with a line `%% title`."""
    text = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    parts = (each.partition("\n") for each in f"\n{text}".split("\n%% ")[1:])
    return [(title, body.rstrip("\n")) for title, _, body in parts]


def lines(name: str) -> list[str]:
    """The lines of a file."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def attacks() -> list[str]:
    """HTML that has done harm somewhere; control characters are written as Python's escapes."""
    return [each.encode("ascii").decode("unicode_escape") for each in lines("attacks")]
