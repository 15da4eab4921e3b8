"""Critical facts in a text: amounts, dates, orders, parcels, links, codes, negations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from shopapp.drafts.reading import dates, notations, spelling


class FactKind(StrEnum):
    """What a fact is; all `facts` finds are critical in the reward, negations are not locked.

    States and promises are found by `claims`, carriers by `mentions`, numbers by `numbers`.
    """

    LINK = "link"
    EMAIL = "email"
    ORDER = "order"
    AMOUNT = "amount"
    PERCENTAGE = "percentage"
    DATE = "date"
    TRACKING = "tracking"
    SKU = "sku"
    CODE = "code"
    PHONE = "phone"
    NEGATION = "negation"
    STATE = "state"
    PROMISE = "promise"
    CARRIER = "carrier"
    NUMBER = "number"


IDENTIFIERS = frozenset({FactKind.ORDER, FactKind.TRACKING, FactKind.SKU, FactKind.CODE})
"""Kinds that one name space holds: a bare number may be an order or a parcel."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A stretch `text[start:end]` that states a fact.

    `readings` are its canonical forms, most likely first: `03/04/2025` is two dates, `$5` may be
    in several currencies. Spans of one text never overlap and ascend.
    """

    kind: FactKind
    text: str
    start: int
    end: int
    readings: tuple[str, ...]

    @property
    def value(self) -> str:
        """The canonical form by which two notations of one fact are the same."""
        return self.readings[0]

    @property
    def family(self) -> str:
        """The name space of the value: identifiers share one, other kinds have their own."""
        return "identifier" if self.kind in IDENTIFIERS else self.kind.value


@lru_cache(maxsize=64)
def facts(text: str) -> tuple[Fact, ...]:
    """Every critical fact of `text` in order of appearance.

    Dates include spans of time ("within 14 days"); words such as "tomorrow" and numbers without
    a unit are not facts. Characters are read as they look (`spelling.plain`), but for links and
    addresses, which lead where their characters say. Linear in the length of `text`.
    """
    read_as = spelling.plain(text)
    taken = bytearray(len(read_as.text))
    found = [
        (kind, *read_as.span(first, last), readings)
        for kind, pattern, read in _PATTERNS
        for first, last, readings in _free(pattern, read, read_as.text, taken)
    ]
    return tuple(
        Fact(kind, text[start:end], start, end, _as_typed(kind, text[start:end]) or readings)
        for kind, start, end, readings in sorted(found, key=lambda each: each[1])
    )


def _free(
    pattern: re.Pattern[str], read: _Read, text: str, taken: bytearray
) -> Iterator[tuple[int, int, tuple[str, ...]]]:
    for match in pattern.finditer(text):
        start, end = match.span("fact") if "fact" in pattern.groupindex else match.span()
        readings = read(match)
        if readings and not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            yield start, end, readings


def _as_typed(kind: FactKind, raw: str) -> tuple[str, ...]:
    if kind is FactKind.LINK:
        return (notations.link(raw),)
    return (raw.lower(),) if kind is FactKind.EMAIL else ()


_Read = Callable[[re.Match[str]], tuple[str, ...]]


def _identifier(match: re.Match[str]) -> tuple[str, ...]:
    return (notations.identifier(match["fact"]),)


def _order(match: re.Match[str]) -> tuple[str, ...]:
    """`#1042 3 bags` may be 1042 or 10423: every beginning of digits set apart is a reading."""
    parts = re.split(r"(?<=\d) ", match["fact"])
    names = ("".join(parts[: n + 1]) for n in range(len(parts)))
    return tuple(notations.identifier(name) for name in names)


def _parcel(match: re.Match[str]) -> tuple[str, ...]:
    whole = notations.identifier(match["fact"])
    return tuple(dict.fromkeys((whole, whole.replace("-", ""))))


def _link(match: re.Match[str]) -> tuple[str, ...]:
    return (notations.link(match["fact"]),)


def _lower(match: re.Match[str]) -> tuple[str, ...]:
    return (match[0].lower(),)


def _digits(match: re.Match[str]) -> tuple[str, ...]:
    digits = re.sub(r"\D", "", match[0])
    return tuple(dict.fromkeys((digits, digits.lstrip("0") or digits)))


def _negation(match: re.Match[str]) -> tuple[str, ...]:
    return ("not",)


_TOP = (
    r"(?:(?:com|net|org|io|co|shop|store|info|biz|app|dev|example|online|site|club|xyz|top|link"
    r"|click|live|icu|test|de|fr|es|nl|pt|uk|eu|ca|au|ch|ly|ru|cn|tk|ml|se|dk|fi|pl|cz|jp|br|nz)"
    r"|(?-i:it|at|be|us|me|pro|IT|AT|BE|US|ME))\b"
)
_PATH = r"[^\s<>\"'“”)\]]{0,2000}[^\s<>\"'“”)\].,;:!?]"
_LINK = (
    rf"(?P<fact>(?<!\w)(?:\w{{1,20}}://|www\.){_PATH}"
    rf"|(?<![\w@.-])(?:[\w-]{{1,63}}\.){{1,4}}"
    rf"(?:{_TOP}(?!@)(?:/(?:{_PATH})?)?|[a-z]{{2,18}}/{_PATH}))"
)
_ORDER = (
    r"(?P<fact>(?<![\w&])#\s?[A-Z]{0,6}-?(?:\d{3,12}|\d{1,4}(?: \d{1,4}){1,3})"
    r"(?:-[A-Z0-9]{1,9}){0,3}\b)"
)
_SAID_ORDER = (
    r"\b(?:order|bestell(?:ung|ing)|commande|pedido|encomenda|ordine)(?:s?nummer)?"
    r"(?:\s{1,3}(?:number|no\.?|nr\.?|n[°º]|id|número|numéro|name))?(?:\s{1,3}(?:is|ist))?[\s:]{1,3}"
    r"(?P<fact>(?:[A-Z]{1,6}-?)?\d{4,9}(?:-[A-Z0-9]{1,4})?)\b(?![.,]\d)"
)
_TRACKING = (
    r"(?<![\w-])(?P<fact>(?i:1Z ?(?:[0-9A-Z] ?){15}[0-9A-Z]|TBA\d{12}|J(?:JD|VGL)[0-9A-Z]{8,24}"
    r"|[A-Z]{2} ?\d{3} ?\d{3} ?\d{3} ?[A-Z]{2}|(?:GM|LX|RX|H)\d{12,20})"
    r"|\d{4}(?:[ -]\d{4}){2,5}(?:[ -]\d{1,4})?|\d{10,34})(?![\w-])"
)
_SAID_TRACKING = (
    r"\b(?:tracking|sendungs(?:verfolgungs)?nummer|trackingnummer|numéro de suivi"
    r"|número de (?:seguimiento|rastreio)|codice di (?:tracciamento|spedizione)|trackingcode)"
    r"(?:\s{1,3}(?:number|code|id|no\.?))?(?:\s{1,3}(?:is|ist|est|es|è))?[\s:#]{1,4}"
    r"(?P<fact>(?=[A-Z-]{0,34}\d)[A-Z0-9][A-Z0-9-]{6,34})(?![\w-])"
)
_SKU = (
    r"(?<![\w-])(?P<fact>(?=[0-9-]{0,34}[A-Z])(?:(?=[A-Z-]{0,34}\d)[A-Z0-9]{2,12}"
    r"(?:-[A-Z0-9]{1,12}){1,6}|[A-Z]{2,12}(?:-[A-Z]{1,12}){2,6}))(?![\w-])"
)
_CODE = (
    r"(?<![\w-])(?P<fact>(?=[A-Z]{0,29}\d)(?=\d{0,29}[A-Z])"
    r"(?!\d+(?:G|KG|ML|OZ|MM|CM|LBS?|L|W|V)\b)[A-Z0-9]{5,30})(?![\w-])"
)
_SAID_CODE = (
    r"\b(?i:code|coupon|voucher|promo|gutschein(?:code)?|rabattcode|código|cupón|codice)\s?:?\s{1,3}"
    r"[\"'“]?(?P<fact>[A-Z0-9][A-Z0-9-]{2,29})(?![\w-])"
)
_EMAIL = r"[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,6}[a-z]{2,24}"
_PHONE = (
    r"(?<![\w+])(?:\+\d{1,3}|\(?0\d{1,5}\)?|\(\d{3}\)|\d{3}(?=-\d{3}-\d{4}))"
    r"(?:[ ()/-]{0,2}\d{2,5}){2,5}(?!\w)"
)
_NEGATION = (
    r"\b(?:not|no|never|cannot|without|none|neither|nor|\w{1,9}n['’]t|nicht|keine?[mnrs]?|nie|niemals"
    r"|ohne|pas|jamais|sans|aucune?|non|senza|nunca|jamás|tampoco|sin|niet|geen|nooit|zonder|não|nem"
    r"|sem)\b"
)


def _any_case(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# Earlier kinds win where two match: the digits of a link are no parcel.
_PATTERNS: tuple[tuple[FactKind, re.Pattern[str], _Read], ...] = (
    (FactKind.LINK, _any_case(_LINK), _link),
    (FactKind.EMAIL, _any_case(_EMAIL), _lower),
    (FactKind.ORDER, re.compile(_ORDER), _order),
    (FactKind.ORDER, _any_case(_SAID_ORDER), _identifier),
    *((FactKind.DATE, pattern, read) for pattern, read in dates.DATES),
    *((FactKind.PERCENTAGE, pattern, read) for pattern, read in notations.PERCENTAGES),
    *((FactKind.AMOUNT, pattern, read) for pattern, read in notations.AMOUNTS),
    (FactKind.TRACKING, re.compile(_TRACKING), _parcel),
    (FactKind.TRACKING, _any_case(_SAID_TRACKING), _parcel),
    (FactKind.PHONE, re.compile(_PHONE), _digits),
    (FactKind.SKU, re.compile(_SKU), _identifier),
    (FactKind.CODE, re.compile(_SAID_CODE), _identifier),
    (FactKind.CODE, re.compile(_CODE), _identifier),
    (FactKind.NEGATION, _any_case(_NEGATION), _negation),
)
