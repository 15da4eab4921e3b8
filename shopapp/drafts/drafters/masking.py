"""Masking: people are taken out of what leaves, and put back into what comes in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shopapp.drafts.reading.mentioned import mentioned
from shopapp.drafts.reading.people import Place, names, places

_KINDS = "NAME|EMAIL|PHONE|ADDRESS|TEXT"
_MARK = re.compile(
    rf"\\?[\[(<{{]\s*(?P<kind>{_KINDS})[\s\\_-]*(?P<number>\d{{1,6}})\s*\\?[\])>}}]"
    rf"|(?<!\w)(?P<bare>{_KINDS})\\?_(?P<digits>\d{{1,6}})(?!\w)",
    re.IGNORECASE,
)
_UNFINISHED = re.compile(r"\\?[\[(<{][A-Za-z]{0,7}[\s\\_-]{0,2}\d{0,6}\s?\Z")
_PARTICLES = frozenset("de der den da di du la le el bin van von zu the and und et y of".split())
# A name that is also a word of a language is a name only when it is written as one.
_ALSO_WORDS = frozenset(
    "will may mark grace hope joy rose art bill sue pat april june august summer faith dawn ivy "
    "drew rob chase grant wade miles rich frank norm chip guy jack max lane price young king long "
    "short white black brown green gray day week order store tea coffee page hall wood stone field "
    "good best best you your me my i in on at to is it so do an as no".split()
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the people in a conversation: their `names`, and `places` such as a town.

    `kept` are texts that are no secret and stay: order names, parcel numbers, the store's name.
    """

    names: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


class Mask:
    """Placeholders such as `[NAME_1]` for what tells of a person, the same for the same words.

    One mask serves one prompt with its answer: numbers go by first use, so the same texts in the
    same order always give the same prompt.
    """

    def __init__(self, known: Known = Known()) -> None:
        self._places = _any_of(known.places)
        self._names = _any_of(_parted(known.names))
        self._known = known
        self._kept = frozenset(map(_folded, known.kept))
        self._marks: dict[str, str] = {}
        self._words: dict[tuple[str, int], str] = {}

    def learn(self, *texts: str) -> None:
        """Take the names that mails give away: whom they greet, who signs, whom they mention."""
        said = [name for text in texts for name in (*names(text), *mentioned(text))]
        found = [name for name in said if _folded(name) not in self._kept]
        self._known = Known((*self._known.names, *found), self._known.places)
        self._names = _any_of(_parted(self._known.names))

    def hide(self, text: str) -> str:
        """`text` with placeholders; `restored` gives it back exactly.

        What already looks like a placeholder is replaced too, so that nobody can write one.
        """
        written, at = [], 0
        for place in _apart(self._found(text)):
            written += [
                text[at : place.start],
                self._mark(place.kind, text[place.start : place.end]),
            ]
            at = place.end
        return "".join((*written, text[at:]))

    def restored(self, text: str) -> str:
        """`text` with every placeholder made by this mask replaced by what it stands for.

        A model may change their case, their spacing, or leave the brackets out.
        """
        return _MARK.sub(self._word, text)

    def restored_so_far(self, text: str) -> str:
        """The same for a text that is still being written: an unfinished placeholder waits."""
        return self.restored(_UNFINISHED.sub("", text))

    def _found(self, text: str) -> Iterator[Place]:
        yield from (Place(*match.span(), "TEXT") for match in _MARK.finditer(text))
        for place in places(text):
            if _folded(text[place.start : place.end]) not in self._kept:
                yield place
        for kind, pattern in (("ADDRESS", self._places), ("NAME", self._names)):
            for match in pattern.finditer(text):
                if match[0].lower() not in _ALSO_WORDS or not match[0].islower():
                    yield Place(*match.span(), kind)

    def _mark(self, kind: str, words: str) -> str:
        if words not in self._marks:
            number = sum(each == kind for each, _ in self._words) + 1
            self._marks[words] = f"[{kind}_{number}]"
            self._words[kind, number] = words
        return self._marks[words]

    def _word(self, match: re.Match[str]) -> str:
        kind, number = match["kind"] or match["bare"], match["number"] or match["digits"]
        return self._words.get((kind.upper(), int(number)), match[0])


def without(text: str, words: Iterable[str]) -> str:
    """`text` with `words`, whom it mentions and every address and number blotted out, for good."""
    found = [*places(text)]
    words = [*words, *mentioned(text)]
    found += [Place(*match.span(), "") for match in _any_of(words).finditer(text)]
    written, at = [], 0
    for place in _apart(iter(found)):
        written += [text[at : place.start], "[…]"]
        at = place.end
    return "".join((*written, text[at:]))


def _apart(found: Iterator[Place]) -> Iterator[Place]:
    """Places that do not overlap: those that do become one, of the first one's kind."""
    last: Place | None = None
    for place in sorted(found, key=lambda each: (each.start, -each.end)):
        if last is not None and place.start < last.end:
            last = Place(last.start, max(last.end, place.end), last.kind)
            continue
        if last is not None:
            yield last
        last = place
    if last is not None:
        yield last


def _parted(full: Iterable[str]) -> Iterator[str]:
    """Whole names and their parts that are no particles."""
    for name in full:
        yield name
        parts = [part.strip(".,'’-") for part in name.split()]
        yield from (part for part in parts if len(part) > 1 and part.lower() not in _PARTICLES)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Any of `words` as whole words, the longest first; nothing at all for none."""
    known = sorted(
        {" ".join(word.split()) for word in words if word.strip()}, key=len, reverse=True
    )
    each = (re.escape(word).replace(r"\ ", r"\s+") for word in known)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)" if known else r"(?!)", re.IGNORECASE)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
