"""Tokens: Unicode words and punctuation, the unit in which texts are compared."""

from __future__ import annotations

import re
import unicodedata

# Scripts written without spaces: there each character is a word of its own.
_ALONE = (
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\U00020000-\U0003ffff]"
)
# `re` leaves combining marks out of \w, which would cut a word of Hindi or Arabic in pieces.
_MARKS = "".join(c for c in map(chr, range(0x300, 0x10000)) if unicodedata.category(c)[0] == "M")
_LETTER = rf"(?!{_ALONE})[\w{_MARKS}]"
_TOKEN = rf"{_ALONE}[{_MARKS}]*|(?:{_LETTER})+(?:['’](?:{_LETTER})+)*|[^\w\s]"
_TOKENS = re.compile(_TOKEN)
_PIECES = re.compile(rf"{_TOKEN}|\s+")


def tokens(text: str) -> list[str]:
    """The words and punctuation marks of `text` in NFC, in order, without white space."""
    return _TOKENS.findall(unicodedata.normalize("NFC", text))


def pieces(text: str) -> list[str]:
    """Tokens and runs of white space as written: joined they are `text` again, exactly."""
    return _PIECES.findall(text)


def numbered(*texts: list[str]) -> list[list[int]]:
    """The same sequences with every distinct token replaced by a small number.

    Distance algorithms compare hashes of items; small integers are their own hash, so two
    different tokens can never be taken for one.
    """
    numbers: dict[str, int] = {}
    return [[numbers.setdefault(token, len(numbers)) for token in text] for text in texts]
