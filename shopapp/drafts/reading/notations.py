"""Notations: how people write amounts, percentages, dates, links and numbers, read canonically."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from shopapp.drafts.reading import numerals

Reader = Callable[[re.Match[str]], tuple[str, ...]]

_CURRENCIES = {
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"),
    "US$": ("USD",),
    "CA$": ("CAD",),
    "C$": ("CAD",),
    "A$": ("AUD",),
    "AU$": ("AUD",),
    "NZ$": ("NZD",),
    "HK$": ("HKD",),
    "S$": ("SGD",),
    "MX$": ("MXN",),
    "R$": ("BRL",),
    "$US": ("USD",),
    "$CA": ("CAD",),
    "$AU": ("AUD",),
    "$NZ": ("NZD",),
    "£GB": ("GBP",),
    "€": ("EUR",),
    "£": ("GBP",),
    "¥": ("JPY", "CNY"),
    "CN¥": ("CNY",),
    "₹": ("INR",),
    "₩": ("KRW",),
    "₺": ("TRY",),
    "₽": ("RUB",),
    "zł": ("PLN",),
    "Kč": ("CZK",),
    "kr": ("SEK", "NOK", "DKK"),
    "Fr.": ("CHF",),
    "dollar": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"),
    "buck": ("USD", "CAD", "AUD", "NZD"),
    "euro": ("EUR",),
    "quid": ("GBP",),
    "franken": ("CHF",),
    "kronor": ("SEK", "NOK", "DKK"),
    "kroner": ("NOK", "DKK"),
    "złotych": ("PLN",),
    "yen": ("JPY",),
    "reais": ("BRL",),
}
_CODE = (
    "USD|EUR|GBP|CAD|AUD|NZD|CHF|JPY|CNY|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|INR|KRW|SGD|HKD|MXN"
    "|BRL|ZAR|AED|ILS|THB|TWD|RUB|UAH"
)


def identifier(text: str) -> str:
    """An order name, parcel number, SKU or code without `#`, spaces or case."""
    return re.sub(r"[#\s]", "", text).upper()


def link(text: str) -> str:
    """An address without http(s), `www.` and a final slash; the host in lower case."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", text, flags=re.IGNORECASE).rstrip("/")
    host, slash, path = bare.partition("/")
    return host.lower() + slash + path


def amount(value: Decimal, currency: str = "") -> str:
    """`45.5 USD`: no grouping, no trailing zeros; without a currency the number alone."""
    number = format(value.normalize(), "f")
    return f"{number} {currency}".rstrip()


def decimal(text: str) -> Decimal:
    """A written number with either decimal mark: '1.204,50' and '1,204.50' are the same."""
    digits = re.sub(r"[\s'’]", "", text)
    mark = max(digits.rfind("."), digits.rfind(","))
    if mark < 0 or len(digits) - mark == 4 or digits.count(digits[mark]) > 1:
        return Decimal(re.sub(r"[.,]", "", digits))
    return Decimal(re.sub(r"[.,]", "", digits[:mark]) + "." + digits[mark + 1 :])


def _read_amount(match: re.Match[str]) -> tuple[str, ...]:
    number = decimal(match["number"])
    return tuple(amount(number, currency) for currency in _meant(match["code"] or match["sign"]))


def _meant(written: str) -> tuple[str, ...]:
    """The currencies that a code, sign or word may mean."""
    if re.fullmatch(_CODE, written, re.IGNORECASE):
        return (written.upper(),)
    word = written.lower()
    return next(
        (_CURRENCIES[sign] for sign in (written, word, word.rstrip("s")) if sign in _CURRENCIES),
        (written,),
    )


def _read_worded_amount(match: re.Match[str]) -> tuple[str, ...]:
    number = Decimal(numerals.number(match["words"]) or 0)
    return tuple(amount(number, currency) for currency in _meant(match["sign"]))


def _read_worded_percentage(match: re.Match[str]) -> tuple[str, ...]:
    return (f"{numerals.number(match['words'])}%",)


def _read_half(_match: re.Match[str]) -> tuple[str, ...]:
    return ("50%",)


def _read_part(match: re.Match[str]) -> tuple[str, ...]:
    return ("25%",) if match["part"].lower() == "quarter" else ("33%",)


def _read_bare(match: re.Match[str]) -> tuple[str, ...]:
    return (amount(decimal(match["number"])),)


def _read_percentage(match: re.Match[str]) -> tuple[str, ...]:
    return (amount(decimal(match["number"])) + "%",)


_Pattern = tuple[re.Pattern[str], Reader]


def pattern(read: Reader, *parts: str, flags: re.RegexFlag = re.IGNORECASE) -> _Pattern:
    return re.compile("".join(parts), flags), read


_SPACE = r"[ \u00a0\u202f]"
_NUMBER = (
    r"(?P<number>\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3}){1,4}(?:[.,]\d{1,2})?|\d{1,15}(?:[.,]\d{1,2})?)"
    r"(?!\d|[.,]\d)"
)
_SIGN = "|".join(
    sorted(map(re.escape, (s for s in _CURRENCIES if len(s) < 4)), key=len, reverse=True)
)
_PER_CENT = r"(?:%|per ?cent\b|pct\b|prozent\b|pour ?cent\b|por ciento\b|procent\b)"
_MONEY = r"(?P<sign>(?:dollar|buck|euro)s?|quid|franken|kronor|kroner|kronen|yen|reais|złotych)\b"
_AS_WRITTEN = re.NOFLAG

AMOUNTS = (
    pattern(
        _read_amount,
        rf"(?<!\w)(?P<sign>{_SIGN}|{_CODE}){_SPACE}?-?{_NUMBER}",
        rf"(?:{_SPACE}?(?P<code>{_CODE})\b)?",
        flags=_AS_WRITTEN,
    ),
    pattern(
        _read_amount,
        rf"(?<![\w.,]){_NUMBER}(?:,-|,–)?{_SPACE}?",
        rf"(?:(?P<code>{_CODE})\b|(?P<sign>{_SIGN})(?!\w))",
        flags=_AS_WRITTEN,
    ),
    pattern(_read_amount, rf"(?<![\w.,]){_NUMBER}{_SPACE}?(?P<code>(?!try){_CODE})\b"),
    pattern(_read_amount, rf"(?<![\w.,]){_NUMBER}{_SPACE}?(?:(?P<code>(?!))|{_MONEY})"),
    pattern(_read_worded_amount, rf"\b(?P<words>{numerals.NUMERAL})\s+{_MONEY}"),
    pattern(
        _read_bare,
        r"(?<![\w.,/:-])(?P<number>\d{1,3}(?:[.,]\d{3}){0,4}[.,]\d{2})(?![\w%/:-]|[.,]\d)",
    ),
)
PERCENTAGES = (
    pattern(
        _read_percentage,
        rf"(?<![\w.,])(?P<number>\d{{1,4}}(?:[.,]\d{{1,2}})?){_SPACE}?{_PER_CENT}",
    ),
    pattern(_read_percentage, r"(?<!\w)%\s?(?P<number>\d{1,3}(?:[.,]\d{1,2})?)(?![\w%]|[.,]\d)"),
    pattern(_read_worded_percentage, rf"\b(?P<words>{numerals.NUMERAL})\s+{_PER_CENT}"),
    pattern(_read_part, r"\ba (?P<part>third|quarter) (?:off|of (?:the|its) (?:price|total))\b"),
    pattern(_read_half, r"\bhalf(?: the)?[ -](?:price|off)\b|\bzum halben preis\b"),
)
