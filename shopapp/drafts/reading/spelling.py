"""Spelling: a text as eyes read it, whatever characters it is made of, and the way back."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_LOOKALIKES = str.maketrans(
    "АВЕКМНОРСТУХЅІЈаеорсухіѕјΑΒΕΖΗΙΚΜΝΟΡΤΥΧονі", "ABEKMHOPCTYXSIJaeopcyxisjABEZHIKMNOPTYXovi"
)
_WORD = re.compile(r"[\w-]{1,400}")
_ASCII_SIGN = re.compile(r"[A-Za-z0-9]")
_SPACED = re.compile(
    r"(?<!\w)\d(?: (?:[.,] ?)?\d(?!\d)){2,40}(?!\w)"
    r"|(?<!\S)(?=[A-Z ]{0,40}\d)[A-Z0-9](?: [A-Z0-9]){5,40}(?!\S)"
)
_LETTER_IN_NUMBER = re.compile(r"(?<=\d)[OoIl](?=\d)")
_DIGIT_OF = {"O": "0", "o": "0", "I": "1", "l": "1"}
_NUMBER = re.compile(r"(?<![\w-])\d[\dOoIl]{1,20}\d(?![\w-])")
_DOT = re.compile(
    r"(?<=\w)(?: ?[\[(](?:\.|dot)[\])] ?(?=[a-z])| dot (?=(?:com|net|org|shop|store|io|info)\b))",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Plain:
    """`text` in plain characters; `origin[i]` is where its i-th one stands in the original."""

    text: str
    origin: range | list[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The stretch of the original that `text[start:end]` was read from; it is not empty."""
        return self.origin[start], self.origin[end - 1] + 1


def plain(text: str) -> Plain:
    """`text` without invisible characters, its digits and letters those they look like.

    Digits of any script and full-width forms become ASCII. A letter of another script becomes the
    Latin one it looks like only within a word that has Latin letters or digits too. Digits set
    apart (`1 0 4 2`), a letter O or I within a number and a written-out dot (`shop[.]example`) are
    read as what is meant. Linear in the length of `text`.
    """
    read = Plain(text, range(len(text))) if text.isascii() else _characters(text)
    for pattern, meant in _MEANT:
        if pattern.search(read.text):
            read = _replaced(read, pattern, meant)
    return read


def _characters(text: str) -> Plain:
    kept = [(i, _plain(char)) for i, char in enumerate(text) if unicodedata.category(char) != "Cf"]
    return Plain(_WORD.sub(_latin, "".join(char for _, char in kept)), [i for i, _ in kept])


def _plain(char: str) -> str:
    if char.isascii():
        return char
    form = unicodedata.normalize("NFKC", char)
    return form if len(form) == 1 and form.isascii() else _digit(char)


def _digit(char: str) -> str:
    value = unicodedata.decimal(char, None)
    return char if value is None else str(value)


def _latin(word: re.Match[str]) -> str:
    return word[0].translate(_LOOKALIKES) if _ASCII_SIGN.search(word[0]) else word[0]


def _joined(match: re.Match[str]) -> str:
    return match[0].replace(" ", "")


def _number(match: re.Match[str]) -> str:
    return _LETTER_IN_NUMBER.sub(lambda letter: _DIGIT_OF[letter[0]], match[0])


def _dot(_match: re.Match[str]) -> str:
    return "."


_MEANT = ((_SPACED, _joined), (_NUMBER, _number), (_DOT, _dot))


def _replaced(read: Plain, pattern: re.Pattern[str], meant: object) -> Plain:
    """Each match as it is `meant`, every character of it from the place where it was found."""
    parts: list[str] = []
    origin: list[int] = []
    done = 0
    for match in pattern.finditer(read.text):
        said = meant(match)  # type: ignore[operator]
        parts += [read.text[done : match.start()], said]
        origin += read.origin[done : match.start()]
        origin += _places(read, match, len(said))
        done = match.end()
    parts.append(read.text[done:])
    origin += read.origin[done:]
    return Plain("".join(parts), origin)


def _places(read: Plain, match: re.Match[str], length: int) -> list[int]:
    """The first characters of the match, and its last one at the end, so that spans are whole."""
    places = list(read.origin[match.start() : match.end()])
    return [*places[: length - 1], places[-1]]
