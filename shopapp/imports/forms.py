"""What the upload form accepts: a file, and what its kind asks beside it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from shopapp.sheets.importing import Field, Importer

LONGEST = 200


def options(importer: Importer, form: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The answers to the kind's questions, and a sentence for each that does not fit."""
    said = {each.name: form.get(each.name, "").strip()[:LONGEST] for each in importer.fields}
    wrong = {each.name: _wrong(each, said[each.name]) for each in importer.fields}
    return said, {name: sentence for name, sentence in wrong.items() if sentence}


def _wrong(asked: Field, said: str) -> str:
    if not said:
        return f"{asked.label} is needed." if asked.required else ""
    if asked.kind == "select" and said not in dict(asked.choices):
        return f"Choose one of the list for {asked.label}."
    if asked.kind == "date" and not _is_day(said):
        return f"{asked.label} is a day, like 2026-03-29."
    if asked.kind == "number" and not said.replace(".", "", 1).isascii():
        return f"{asked.label} is a number."
    return ""


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
