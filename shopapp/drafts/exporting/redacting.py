"""Redacting: whoever and whatever names a person becomes a placeholder, the same for the same."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from shopapp.drafts.reading import notations
from shopapp.drafts.reading.facts import FactKind, facts
from shopapp.drafts.reading.mentioned import mentioned
from shopapp.drafts.reading.people import Place, names, places


class Mark(StrEnum):
    """What a placeholder stands for."""

    EMAIL = "EMAIL"
    PHONE = "PHONE"
    LINK = "LINK"
    ORDER = "ORDER"
    TRACKING = "TRACKING"
    ADDRESS = "ADDRESS"
    PERSON = "PERSON"
    NUMBER = "NUMBER"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be named: `titles` are replaced whole, `names` also by each of their words.

    `places` are towns and streets of theirs. One person, one placeholder, however they are named.
    """

    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """What this person is recognised by."""
        return next(iter((*self.emails, *self.names, *self.titles)), "").casefold()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known to be personal in the texts of one draft, beyond what its shape gives away."""

    people: tuple[Person, ...] = ()
    orders: tuple[str, ...] = ()
    parcels: tuple[str, ...] = ()


_Span = tuple[int, int, Mark | None, str]
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"“”„«»|]+@[^\s@<>()\[\],;:\"“”„«»|]*[^\W_][\w-]*")
_ACCOUNT = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{4}){3,7}(?:\s?[A-Z0-9]{1,3})?(?!\w)")
_RUN = re.compile(r"(?<!\w)\+?\(?\d(?:[\s()/.-]{0,3}\d){6,33}(?!\w)")
_MARKS = {
    FactKind.LINK: Mark.LINK,
    FactKind.ORDER: Mark.ORDER,
    FactKind.TRACKING: Mark.TRACKING,
    FactKind.PHONE: Mark.PHONE,
}
_KEPT = (FactKind.AMOUNT, FactKind.DATE, FactKind.PERCENTAGE)
_JOINTS = frozenset(
    "and the of for van von der den de da di la le du del y e und mr mrs ms dr".split()
)
_UNNAMED = frozenset("mr mrs ms miss dr prof sir madam herr frau yours sincerely thanks".split())
_FEWEST_DIGITS = 7
_SHORT_LINE = 4
_NAME = r"[^\W\d_][\w'’-]*"
_BETWEEN = re.compile(r"[\s,]{1,4}(?:[^\W\d_][\w'’-]*[\s,]{1,4}){0,4}")
"""What may stand between two parts of one postal address: a comma, a town."""


class Redactor:
    """The placeholders of one export, numbered as they are met.

    Keeps eight bytes for each different value, and none of the values.
    """

    def __init__(self) -> None:
        self._numbers: dict[tuple[Mark, bytes], int] = {}
        self._last: dict[Mark, int] = {}

    def redact(self, text: str, known: Known) -> str:
        """`text` with a placeholder such as `[EMAIL_1]` for everything that names a person.

        Mail addresses, telephones, links, orders, parcels, postal addresses and long numbers are
        found by their shape, people by what is known of them. Somebody whom nobody knows stays:
        `strangers` tells who of them a text names.
        """
        text = visible(text)
        pieces, end = [], 0
        for start, stop, mark, key in sorted(_spans(text, known)):
            if mark is None:
                continue
            pieces += [text[end:start], self._placeholder(mark, key)]
            end = stop
        return "".join([*pieces, text[end:]])

    def counts(self) -> dict[str, int]:
        """How many different values of each mark were replaced."""
        return {mark.value: self._last[mark] for mark in Mark if mark in self._last}

    def _placeholder(self, mark: Mark, key: str) -> str:
        digest = hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).digest()
        number = self._numbers.get((mark, digest))
        if number is None:
            number = self._last[mark] = self._last.get(mark, 0) + 1
            self._numbers[mark, digest] = number
        return f"[{mark}_{number}]"


def visible(text: str) -> str:
    """`text` in composed form without zero-width and other format characters, which hide names."""
    clean = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    return unicodedata.normalize("NFC", clean)


def leaks(text: str, known: Known) -> bool:
    """Whether a redacted text still holds a mail address, a telephone or a full name it knows."""
    low, digits = text.casefold(), re.sub(r"\D", "", text)
    for person in known.people:
        if any(each.casefold() in low for each in person.emails if each):
            return True
        if any(_core(phone) in digits for phone in person.phones if len(_core(phone)) > 6):
            return True
        if any(" " in each.strip() and _whole(each).search(text) for each in person.names):
            return True
    return False


def _spans(text: str, known: Known) -> Iterator[_Span]:
    """Stretches that do not overlap; earlier finders win. Without a mark they are left as is."""
    taken = bytearray(len(text))
    for start, end, mark, key in _found(text, known):
        if start < end and not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            yield start, end, mark, key


def _found(text: str, known: Known) -> Iterator[_Span]:
    shaped = [*places(text)]
    stated = [fact for fact in facts(text) if fact.kind in (*_MARKS, *_KEPT)]
    yield from ((*m.span(), Mark.EMAIL, m[0].lower()) for m in _EMAIL.finditer(text))
    yield from _shaped(text, shaped, "EMAIL", Mark.EMAIL)
    yield from _numbers(_ACCOUNT, text)
    yield from _telephones(text, known.people)
    yield from ((f.start, f.end, Mark.LINK, f.value) for f in stated if f.kind is FactKind.LINK)
    yield from _identifiers(text, known)
    yield from _addresses(text, shaped)
    yield from ((fact.start, fact.end, _MARKS.get(fact.kind), fact.value) for fact in stated)
    yield from _shaped(text, shaped, "PHONE", Mark.PHONE)
    yield from _people(text, known.people)
    yield from _numbers(_RUN, text)


def _shaped(text: str, shaped: Iterable[Place], kind: str, mark: Mark) -> Iterator[_Span]:
    for place in shaped:
        if place.kind == kind:
            found = text[place.start : place.end]
            yield (
                place.start,
                place.end,
                mark,
                _core(found) if mark is Mark.PHONE else found.lower(),
            )


def _addresses(text: str, shaped: Iterable[Place]) -> Iterator[_Span]:
    """Postal addresses; the parts of one (street, town, postcode) are one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((p.start, p.end) for p in shaped if p.kind == "ADDRESS"):
        if joined and (start <= joined[-1][1] or _BETWEEN.fullmatch(text, joined[-1][1], start)):
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    yield from ((start, end, Mark.ADDRESS, text[start:end].casefold()) for start, end in joined)


def _numbers(pattern: re.Pattern[str], text: str) -> Iterator[_Span]:
    for match in pattern.finditer(text):
        yield *match.span(), Mark.NUMBER, re.sub(r"\W", "", match[0])


def _telephones(text: str, people: Iterable[Person]) -> Iterator[_Span]:
    for phone in (phone for person in people for phone in person.phones):
        core = _core(phone)
        if len(core) >= _FEWEST_DIGITS:
            between = r"[\s()/.-]{0,3}".join(core)
            pattern = re.compile(rf"(?<!\w)(?:[+(\d][\d\s()/.-]{{0,10}})?{between}")
            yield from ((*m.span(), Mark.PHONE, core) for m in pattern.finditer(text))


def _core(phone: str) -> str:
    """The digits of a telephone that every way to write it has: the last nine."""
    return re.sub(r"\D", "", phone)[-9:]


def _identifiers(text: str, known: Known) -> Iterator[_Span]:
    for mark, known_as in ((Mark.ORDER, known.orders), (Mark.TRACKING, known.parcels)):
        for name in known_as:
            bare = notations.identifier(name)
            if len(bare) > 2:
                spelled = r"[\s-]?".join(map(re.escape, bare))
                pattern = re.compile(rf"(?<![\w])#?\s?{spelled}(?!\w)", re.IGNORECASE)
                yield from ((*m.span(), mark, bare) for m in pattern.finditer(text))


def _people(text: str, people: Iterable[Person]) -> Iterator[_Span]:
    parts: dict[str, str] = {}
    for person in people:
        for name in (*person.names, *person.titles):
            if (" " in name.strip() or name in person.titles) and "@" not in name:
                yield from (
                    (*m.span(), Mark.PERSON, person.key) for m in _whole(name).finditer(text)
                )
        for place in filter(_is_telling, person.places):
            found = _whole(place).finditer(text)
            yield from ((*m.span(), Mark.ADDRESS, place.casefold()) for m in found)
        for word in (word for name in person.names if "@" not in name for word in _words(name)):
            parts.setdefault(word.casefold(), person.key)
    yield from _by_words(text, parts)


def _by_words(text: str, parts: dict[str, str]) -> Iterator[_Span]:
    """Single names: written with a capital anywhere, without one where a line is hardly more."""
    if not parts:
        return
    longest = sorted(parts, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)", re.IGNORECASE)
    for match in pattern.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 :].partition("\n")[0]
        if not match[0][0].islower() or len(line.split()) <= _SHORT_LINE:
            yield *match.span(), Mark.PERSON, parts[match[0].casefold()]


def strangers(texts: Iterable[str], ours: str = "") -> tuple[Person, ...]:
    """Whom texts name and nobody may know: in greetings, closings and sentences.

    `ours` are words of the store's own.
    """
    own = _UNNAMED | {word.casefold() for word in re.findall(_NAME, ours)}
    seen = map(visible, texts)
    named = (name for text in seen for name in (*names(text), *mentioned(text)))
    kept = (
        " ".join(w for w in name.split() if w.strip(".").casefold() not in own) for name in named
    )
    return tuple(Person((name,)) for name in dict.fromkeys(kept) if _words(name))


def _words(name: str) -> list[str]:
    return [
        each for each in re.findall(_NAME, name) if len(each) > 1 and each.lower() not in _JOINTS
    ]


def _is_telling(place: str) -> bool:
    return len(place.strip()) > 2


def _whole(name: str) -> re.Pattern[str]:
    spelled = r"[\s,]+".join(map(re.escape, name.split()))
    return re.compile(rf"(?<!\w){spelled}(?!\w)", re.IGNORECASE)
