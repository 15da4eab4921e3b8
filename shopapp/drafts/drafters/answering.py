"""Answering: what a language model says in the agreed form, read whole or while it is written."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

import msgspec

MOST_SENTENCES = 120
_OPENING = {"none": " ", "line": "\n", "paragraph": "\n\n"}
_CLOSERS = {"{": "}", "[": "]"}
_TOKEN = re.compile(r'[{}\[\]]|"(?:[^"\\]|\\.)*(?:"|(?P<cut>\\?\Z))', re.DOTALL)
_HALF = re.compile(r"((?<!\\)(?:\\\\)*)\\(?:u[0-9a-fA-F]{0,3})?\Z")
_TRIES = 4


class Sentence(msgspec.Struct, frozen=True):
    """One sentence, how it is set off from the one before, and the ids of what it rests on."""

    text: str
    opens: Literal["none", "line", "paragraph"] = "none"
    sources: tuple[str, ...] = ()


class Answered(msgspec.Struct, frozen=True):
    """A model's draft; `language` in two letters, `missing` what it could not answer."""

    sentences: Annotated[tuple[Sentence, ...], msgspec.Meta(max_length=MOST_SENTENCES)] = ()
    language: str = ""
    missing: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The letter the sentences make."""
        return _joined(self.sentences)


class Malformed(ValueError):
    """The answer does not keep the agreed form."""


def answered(text: str) -> Answered:
    """The draft in a whole answer, also when the model wrapped it in a fence or in prose.

    Raises Malformed.
    """
    start, end = text.find("{"), text.rfind("}")
    try:
        return msgspec.json.decode(text[start : end + 1] if start >= 0 else "", type=Answered)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Malformed(str(error)) from None


def so_far(text: str) -> str:
    """The letter in an answer that breaks off; empty while there is nothing to read."""
    start = text.find("{")
    closed = _closed(text[start:]) if start >= 0 else None
    found = closed.get("sentences") if isinstance(closed, dict) else None
    return _joined(_readable(found)) if isinstance(found, list) else ""


def _readable(found: list[object]) -> Iterable[Sentence]:
    for each in found:
        if isinstance(each, dict) and isinstance(each.get("text"), str):
            opens = each.get("opens")
            yield Sentence(each["text"], opens if opens in _OPENING else "none")


def _joined(sentences: Iterable[Sentence]) -> str:
    words = "".join(
        _OPENING[each.opens] + each.text.strip() for each in sentences if each.text.strip()
    )
    return words.strip()


def _closed(text: str) -> object:
    """JSON that breaks off: what was only begun is left out, what is open closed. Else None."""
    for whole, closers in _cuts(text):
        try:
            return json.loads(whole + closers)
        except ValueError:
            continue
    return None


def _cuts(text: str) -> Iterator[tuple[str, str]]:
    """Beginnings of a text at which everything but brackets is complete, the longest first."""
    ends: deque[tuple[int, str, str]] = deque(maxlen=_TRIES)
    opened: list[str] = []
    for token in _TOKEN.finditer(text):
        if token[0] in _CLOSERS:
            opened.append(_CLOSERS[token[0]])
        elif token[0] in ("}", "]") and opened:
            opened.pop()
        whole = token[0] if token["cut"] is None else _HALF.sub(r"\1", token[0]) + '"'
        ends.append((token.start(), whole, "".join(reversed(opened))))
    for start, whole, closers in reversed(ends):
        yield text[:start] + whole, closers
