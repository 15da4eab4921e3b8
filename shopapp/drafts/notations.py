"""Notations: how people write amounts, percentages, dates, links and numbers, read canonically."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

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
    "dollar": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"),
    "euro": ("EUR",),
}
_CODE = (
    "USD|EUR|GBP|CAD|AUD|NZD|CHF|JPY|CNY|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|TRY|INR|KRW|SGD|HKD|MXN"
    "|BRL|ZAR|AED|ILS|THB|TWD|RUB|UAH"
)
_MONTHS = (
    "january jan januar januari janvier enero gennaio janeiro jänner",
    "february feb februar februari février febrero febbraio fevereiro",
    "march mar märz maart mars marzo março",
    "april apr avril abril aprile",
    "may mai mei mayo maggio maio",
    "june jun juni juin junio giugno junho",
    "july jul juli juillet julio luglio julho",
    "august aug augustus août agosto",
    "september sep sept septembre septiembre settembre setembro",
    "october oct oktober octobre octubre ottobre outubro",
    "november nov novembre noviembre novembro",
    "december dec dezember décembre diciembre dicembre dezembro",
)
_MONTH_OF = {name: n for n, names in enumerate(_MONTHS, 1) for name in names.split()}
_UNITS = {
    "day": "days? tage?n? jours? días? dias? giorn[oi] dag(?:en)?",
    "week": "weeks? wochen? semaines? semanas? settiman[ae] we(?:ek|ken)",
    "month": "months? monate?n? mois mes(?:es)? mes[ei] maand(?:en)?",
    "hour": "hours? stunden? heures? horas? or[ae] uur",
}


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


def day(year: int, month: int, number: int) -> tuple[str, ...]:
    """One date in ISO form; year 0 means none was written: `--03-12`. Empty if it is no date."""
    try:
        found = date(year or 2000, month, number)
    except ValueError:
        return ()
    return (found.isoformat(),) if year else (found.strftime("--%m-%d"),)


def _read_amount(match: re.Match[str]) -> tuple[str, ...]:
    number = decimal(match["number"])
    written = match["code"] or match["sign"]
    if re.fullmatch(_CODE, written):
        return (amount(number, written),)
    sign = written.lower().rstrip("s") if len(written) > 3 else written
    return tuple(amount(number, currency) for currency in _CURRENCIES.get(sign, (written,)))


def _read_bare(match: re.Match[str]) -> tuple[str, ...]:
    return (amount(decimal(match["number"])),)


def _read_percentage(match: re.Match[str]) -> tuple[str, ...]:
    return (amount(decimal(match["number"])) + "%",)


def _read_iso(match: re.Match[str]) -> tuple[str, ...]:
    return day(int(match["y"]), int(match["m"]), int(match["d"]))


def _read_numeric(match: re.Match[str]) -> tuple[str, ...]:
    first, second, year = int(match["a"]), int(match["b"]), int(match["y"])
    year += 2000 if year < 100 else 0
    readings = day(year, second, first) + day(year, first, second)
    return tuple(dict.fromkeys(readings))


def _read_named(match: re.Match[str]) -> tuple[str, ...]:
    month = _MONTH_OF.get(match["m"].lower())
    return day(int(match["y"] or 0), month, int(match["d"])) if month else ()


def _read_span(match: re.Match[str]) -> tuple[str, ...]:
    unit = next(name for name in _UNITS if match[name])
    last = f"-{match['to']}" if match["to"] else ""
    return (f"{match['from']}{last} {unit}",)


_Pattern = tuple[re.Pattern[str], Reader]


def _pattern(read: Reader, *parts: str, flags: re.RegexFlag = re.IGNORECASE) -> _Pattern:
    return re.compile("".join(parts), flags), read


_SPACE = r"[ \u00a0\u202f]"
_NUMBER = (
    r"(?P<number>\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3}){1,4}(?:[.,]\d{1,2})?|\d{1,15}(?:[.,]\d{1,2})?)"
    r"(?!\d|[.,]\d)"
)
_SIGN = "|".join(
    sorted(map(re.escape, (s for s in _CURRENCIES if len(s) < 4)), key=len, reverse=True)
)
_MONTH = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_JOIN = r"(?:(?:de|of|del)\s+)?"
_YEAR = rf"(?:,?\s+{_JOIN}(?P<y>[12]\d{{3}})\b)?"
_UNIT = "|".join(f"(?P<{name}>{'|'.join(words.split())})" for name, words in _UNITS.items())
_WORKING = r"(?:(?:business|working|werk|jours ouvrés|días hábiles)[\s-]*)?"
_PER_CENT = r"(?:%|per ?cent\b|prozent\b|pour ?cent\b|por ciento\b)"
_AS_WRITTEN = re.NOFLAG

AMOUNTS = (
    _pattern(
        _read_amount,
        rf"(?<!\w)(?P<sign>{_SIGN}|{_CODE}){_SPACE}?-?{_NUMBER}",
        rf"(?:{_SPACE}?(?P<code>{_CODE})\b)?",
        flags=_AS_WRITTEN,
    ),
    _pattern(
        _read_amount,
        rf"(?<![\w.,]){_NUMBER}(?:,-|,–)?{_SPACE}?",
        rf"(?:(?P<code>{_CODE})\b|(?P<sign>{_SIGN}|(?:[Dd]ollar|[Ee]uro)s?\b)(?!\w))",
        flags=_AS_WRITTEN,
    ),
    _pattern(
        _read_bare,
        r"(?<![\w.,/:-])(?P<number>\d{1,3}(?:[.,]\d{3}){0,4}[.,]\d{2})(?![\w%/:-]|[.,]\d)",
    ),
)
PERCENTAGES = (
    _pattern(
        _read_percentage,
        rf"(?<![\w.,])(?P<number>\d{{1,4}}(?:[.,]\d{{1,2}})?){_SPACE}?{_PER_CENT}",
    ),
)
DATES = (
    _pattern(_read_iso, r"(?<![\w-])(?P<y>[12]\d{3})-(?P<m>\d\d)-(?P<d>\d\d)(?![\d-])"),
    _pattern(_read_iso, r"(?P<y>[12]\d{3})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日"),
    _pattern(
        _read_numeric,
        r"(?<![\w./-])(?P<a>\d{1,2})(?P<s>[./-])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})",
        r"(?![\w/-]|\.\d)",
    ),
    _pattern(
        _read_named,
        rf"(?<![\w.,])(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?\s+{_JOIN}(?P<m>{_MONTH})\b\.?{_YEAR}",
    ),
    _pattern(
        _read_named,
        rf"\b(?P<m>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|[.,]\d)\b{_YEAR}",
    ),
    _pattern(
        _read_span,
        r"(?<![\w.,$€£])(?P<from>\d{1,3})",
        r"(?:\s?(?:-|–|to|or|bis|oder|à|a|tot)\s?(?P<to>\d{1,3}))?",
        rf"[\s-]+{_WORKING}(?:{_UNIT})\b",
    ),
)
