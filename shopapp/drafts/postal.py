"""Postal addresses: streets, boxes and postcodes of a dozen countries, found by their shape."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CAPITAL = r"[A-ZÄÖÜÉÈÅØÆÀÇ][\w'’-]{0,30}"
_STEM = r"[A-ZÄÖÜÅØÆ][\w-]{0,30}?"
_ENGLISH = (
    r"street|st|road|rd|avenue|ave|lane|ln|drive|dr|boulevard|blvd|way|court|ct|place|pl|square|sq"
    r"|terrace|close|crescent|gardens|grove|row|mews|parade|quay|hill|walk|highway|hwy|parkway|pkwy"
)
_GERMANIC = (
    r"straße|strasse|str\.?|weg|platz|allee|gasse|ring|damm|ufer|chaussee"
    r"|straat|laan|plein|gracht|kade|singel|vej|gade|gatan|vägen|gata|veien"
)
_ROMANCE = (
    r"rue|avenue|boulevard|bd|place|chemin|allée|impasse|quai|calle|c/|avenida|avda\.?|paseo|plaza"
    r"|via|viale|piazza|corso|vicolo|rua|praça|travessa"
)
_JOINT = r"(?:(?:de|du|des|del|della|dei|la|le|les|el|los|das|dos|da|do)\s|[dl]['’])"
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b\d{{1,5}}[A-Za-z]?(?:\s?[-/]\s?\d{{1,4}})?,?\s(?:{_CAPITAL}\s){{1,4}}(?i:{_ENGLISH})\b\.?",
        rf"\b(?:{_CAPITAL}[ -]){{0,3}}{_STEM}\s?(?i:{_GERMANIC})\s?\d{{1,4}}\s?[a-zA-Z]?\b",
        rf"\b\d{{1,4}}(?:\s?(?:bis|ter))?,?\s(?i:{_ROMANCE})\s{_JOINT}{{0,3}}(?:{_CAPITAL}\s?){{1,4}}",
        rf"\b(?i:{_ROMANCE})\s{_JOINT}{{0,3}}(?:{_CAPITAL}\s?){{1,4}},?\s?(?:n\.?º?\s?)?\d{{1,4}}\b",
        r"\b(?i:flat|apartment|apt\.?|suite)\s(?:no\.?\s)?#?\d{1,4}[A-Za-z]?\b",
        r"\b(?i:p\.?\s?o\.?\s?box|postfach|apartado|boîte postale|bp)\s\d{1,7}\b",
        # postcodes: GB, CA, NL, US with its state, and five or four digits before a town
        r"\b(?i:[A-Z]{1,2}\d[A-Z\d]?\s?\d[ABD-HJLNP-UW-Z]{2})\b",
        r"\b[ABCEGHJ-NPRSTVXY]\d[A-Z]\s?\d[A-Z]\d\b",
        r"\b[1-9]\d{3}\s?(?!AM|PM)[A-Z]{2}\b",
        rf"\b(?:{_CAPITAL}\s){{0,2}}{_CAPITAL},?\s[A-Z]{{2}}\s\d{{5}}(?:-\d{{4}})?\b",
        rf"\b(?:[A-Z]{{1,2}}-)?\d{{5}}\s(?:{_CAPITAL})(?:[ -]{_CAPITAL}){{0,2}}",
    )
)
_BETWEEN = re.compile(r"[\s,]{1,4}(?:[^\W\d_][\w'’.-]*[\s,]{1,4}){0,4}")


def addresses(text: str) -> list[tuple[int, int]]:
    """Spans `(start, end)` of postal addresses, ascending and apart.

    The parts of one address (street, town, postcode) are one span. Shapes alone: a town that
    stands without a street or a postcode is not found.
    """
    joined: list[tuple[int, int]] = []
    for start, end in sorted(_parts(text)):
        if joined and (start <= joined[-1][1] or _BETWEEN.fullmatch(text, joined[-1][1], start)):
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined


def _parts(text: str) -> Iterator[tuple[int, int]]:
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield match.start(), match.start() + len(match[0].rstrip())
