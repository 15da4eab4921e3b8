"""Where people stand in a text: their names, e-mail addresses, phone numbers, postal addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shopapp.drafts.reading.facts import FactKind, facts
from shopapp.drafts.reading.letters import split_letter

_BIG = r"[^\W\d_a-z][\w.'’-]*"
_SMALL = r"(?:(?:van|von|de|der|da|di|la|le|el|bin)[ \t]+)*"
_NAME = rf"{_BIG}(?:[ \t]+{_SMALL}{_BIG}){{0,3}}"
_CAPITAL = r"[A-ZÄÖÜÉÈÀÇÑÁÍÓÚ][\w'’-]+"
_EMAIL = r"[\w.+%-]{1,64}\s?(?:@|%40|[(\[]\s?at\s?[)\]])\s?(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}"
_GROUPED = r"(?<![\w+.#-])(?:\+|00)?\(?\d{1,5}\)?(?:[ ().\/-]{1,3}\d{1,8}){1,6}(?![\w-])"
_PHONE = rf"{_GROUPED}|(?<![\w+#])\+?\d{{7,15}}(?!\w)"
# 12 rose street; 12 Rose St; Flat 3; PO Box 7
_PLAIN = (
    r"\b\d{1,5}[a-z]?,?\s{1,2}(?:[\w.'’-]+\s){0,3}?"
    r"(?:street|road|avenue|lane|drive|boulevard|terrace|crescent)\b"
)
_SHORT = (
    r"(?:st|rd|ave|ln|dr|blvd|court|ct|place|pl|square|sq|way|close|highway|hwy|parkway|pkwy"
    r"|circle|row|gardens|grove|hill|mews|walk|quay)"
)
_ENGLISH = rf"\b\d{{1,5}}[a-z]?,?\s{{1,2}}(?-i:(?:{_CAPITAL}\s){{1,4}}){_SHORT}\b\.?"
_UNIT = r"\b(?:flat|apt\.?|apartment|unit|suite)\s?#?\d{1,4}[a-z]?\b"
_BOX = r"\b(?:p\.?\s?o\.?\s?box|postfach|apartado|casella postale)\s{1,2}\d{1,6}\b"
# Rosenweg 5a, Prinsengracht 12, Am Markt 5
_JOINED = (
    r"\b[\wäöüß.-]{2,30}(?:straße|strasse|str\.|weg|platz|allee|gasse|damm|ufer|straat|laan|plein"
    r"|gracht|kade|dijk)\s{0,2}\d{1,4}\s?[a-z]?\b"
)
_AT = r"(?-i:Am|Im|An der|In der|Unter den|Auf dem|Zum|Zur|Straße des)"
_GERMAN = rf"\b{_AT}\s(?-i:{_CAPITAL})\s\d{{1,4}}\b"
# 12 rue de la Paix, Calle Mayor 7, Via Roma, 3
_FRENCH = (
    r"\b\d{1,4}(?:\s?(?:bis|ter))?,?\s"
    r"(?:rue|avenue|boulevard|allée|impasse|place|chemin|quai|cours|route)\s"
    r"(?:(?:de|du|des|la|le|les)\s|[dl]['’]){0,2}[\w'’-]+(?:\s(?-i:[A-ZÉ])[\w'’-]+){0,3}"
)
_SOUTHERN = (
    r"\b(?:calle|avenida|avda\.?|plaza|paseo|carrer|via|viale|corso|piazza|rua|travessa|largo)\s"
    r"(?:(?:de|del|della|la|las|los|da|do|dos)\s){0,2}[\w'’-]+(?:\s[\w'’-]+){0,2},?\s\d{1,4}\b"
)
_STREET = "|".join((_PLAIN, _ENGLISH, _UNIT, _BOX, _JOINED, _GERMAN, _FRENCH, _SOUTHERN))
# London SW1A 1AA; Salem, OR 97301; 10115 Berlin, 1012 AB Amsterdam
_BRITISH = rf"\b(?:{_CAPITAL},?\s){{0,2}}[A-Z]{{1,2}}\d[A-Z\d]?\s\d[A-Z]{{2}}\b"
_AMERICAN = rf"\b{_CAPITAL}(?:\s{_CAPITAL}){{0,2}},?\s[A-Z]{{2}}\s\d{{5}}(?:-\d{{4}})?\b"
_CODED = rf"(?<![\w#.,-])(?:[A-Z]{{1,2}}-)?\d{{4,5}}\s(?:[A-Z]{{2}}\s)?{_CAPITAL}"
_TOWN = rf"{_BRITISH}|{_AMERICAN}|{_CODED}(?:[ -]{_CAPITAL}){{0,2}}"
_SAYING = (
    r"(?i:my name is|my name's|i am|i'm|this is|ich bin|ich hei(?:ß|ss)e|mein name ist"
    r"|je m['’]appelle|je suis|me llamo|soy|mi chiamo|ik ben|o meu nome é)"
)
_EMAILS = re.compile(_EMAIL, re.IGNORECASE)
_PHONES = re.compile(_PHONE)
_STREETS = re.compile(_STREET, re.IGNORECASE)
_TOWNS = re.compile(_TOWN)
_INTRODUCED = re.compile(rf"{_SAYING}[ \t]+(?P<name>{_NAME})")
_GREETED = re.compile(rf"[^\W\d_]+[ \t]+(?P<name>{_NAME})[ \t]*[,!:，！]*\s*")
_SIGNED = re.compile(rf"\W*(?P<name>{_NAME})\W*")
_NOBODY = re.compile(
    r"(?:there|all|again|team|sir|madam|everyone|folks|support|customer|service|sent from"
    r"|regards|best|kind|warm|thanks?|cheers|grüße|gruß|zusammen|damen|herren)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_NO_PHONES = frozenset(
    {FactKind.LINK, FactKind.ORDER, FactKind.DATE, FactKind.AMOUNT, FactKind.PERCENTAGE}
)
_FEWEST, _MOST = 7, 15
"""Digits of a phone number; the most is E.164's."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch `[start, end)` of a text that tells of a person; `kind` is what it is."""

    start: int
    end: int
    kind: str


def places(text: str) -> Iterator[Place]:
    """E-mail addresses, postal addresses and phone numbers, wherever they stand; they may overlap.

    Found by their shape, in the notations of about eight countries. Amounts, dates, order names
    and links are no phone numbers.
    """
    for kind, pattern in (("EMAIL", _EMAILS), ("ADDRESS", _STREETS)):
        yield from (Place(*match.span(), kind) for match in pattern.finditer(text))
    taken = [(fact.start, fact.end) for fact in facts(text) if fact.kind in _NO_PHONES]
    for kind, pattern in (("ADDRESS", _TOWNS), ("PHONE", _PHONES)):
        for match in pattern.finditer(text):
            if kind == "PHONE" and not _FEWEST <= sum(map(str.isdigit, match[0])) <= _MOST:
                continue
            if not any(start < match.end() and match.start() < end for start, end in taken):
                yield Place(*match.span(), kind)


def names(text: str) -> Iterator[str]:
    """Names a mail gives away itself: whom it greets, who signs it, who says "my name is"."""
    letter = split_letter(text)
    found = [*_INTRODUCED.finditer(text)]
    found += filter(None, [_GREETED.fullmatch(letter.greeting)])
    found += filter(None, map(_SIGNED.fullmatch, letter.signature.splitlines()))
    yield from (match["name"] for match in found if not _NOBODY.match(match["name"]))
