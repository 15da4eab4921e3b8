"""Prompt templates, one file a version; a version that was used is never edited."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

CURRENT = "reply/1"
VENDOR_MAIL = "vendor_mail/1"
SEO_TITLE = "seo_title/1"


@dataclass(frozen=True, slots=True)
class Prompt:
    """A template: `version` names it ("reply/1"), `{fence}` in its text is the data's fence."""

    version: str
    text: str


@cache
def prompt(version: str = CURRENT) -> Prompt:
    """The template called `version`; raises FileNotFoundError."""
    path = Path(__file__).parent / f"{version}.md"
    return Prompt(version, path.read_text("utf-8"))
