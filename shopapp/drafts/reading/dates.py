"""Dates: how people write days, months and spans of time, read canonically."""

from __future__ import annotations

import re
from datetime import date

from shopapp.drafts.reading import numerals
from shopapp.drafts.reading.notations import pattern

_MONTHS = (
    "january jan januar januari janvier enero gennaio janeiro jänner stycznia",
    "february feb februar februari février febrero febbraio fevereiro lutego",
    "march mar märz maart mars marzo março marts marca",
    "april apr avril abril aprile kwietnia",
    "may mai mei mayo maggio maio maj maja",
    "june jun juni juin junio giugno junho czerwca",
    "july jul juli juillet julio luglio julho lipca",
    "august aug augustus août agosto augusti sierpnia",
    "september sep sept septembre septiembre settembre setembro września",
    "october oct oktober octobre octubre ottobre outubro października",
    "november nov novembre noviembre novembro listopada",
    "december dec dezember décembre diciembre dicembre dezembro desember grudnia",
)
_MONTH_OF = {name: n for n, names in enumerate(_MONTHS, 1) for name in names.split()}
_UNITS = {
    "day": "days? tage?n? jours? días? dias? giorn[oi] dag(?:en)?",
    "week": "weeks? wochen? semaines? semanas? settiman[ae] we(?:ek|ken)",
    "month": "months? monate?n? mois mes(?:es)? mes[ei] maand(?:en)?",
    "hour": "hours? stunden? heures? horas? or[ae] uur",
}


def day(year: int, month: int, number: int) -> tuple[str, ...]:
    """One date in ISO form; year 0 means none was written: `--03-12`. Empty if it is no date."""
    try:
        found = date(year or 2000, month, number)
    except ValueError:
        return ()
    return (found.isoformat(),) if year else (found.strftime("--%m-%d"),)


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


def _read_short(match: re.Match[str]) -> tuple[str, ...]:
    """Two numbers without a year: `24/7` means always."""
    if match["a"] + match["s"] + match["b"] == "24/7":
        return ()
    first, second = int(match["a"]), int(match["b"])
    return tuple(dict.fromkeys(day(0, second, first) + day(0, first, second)))


def _read_month(match: re.Match[str]) -> tuple[str, ...]:
    return (f"{match['y']}-{_MONTH_OF[match['m'].lower()]:02}",)


def _read_ordinal(match: re.Match[str]) -> tuple[str, ...]:
    return (f"---{int(match['d']):02}",) if 1 <= int(match["d"]) <= 31 else ()


def _read_worded_day(match: re.Match[str]) -> tuple[str, ...]:
    month = _MONTH_OF.get(match["m"].lower(), 0)
    return day(int(match["y"] or 0), month, _ORDINALS[match["o"].lower().replace(" ", "-")])


def _read_span(match: re.Match[str]) -> tuple[str, ...]:
    unit = next(name for name in _UNITS if match[name])
    first, last = (_count(match[end]) for end in ("from", "to"))
    return (f"{first}-{last} {unit}" if last else f"{first} {unit}",)


def _count(written: str | None) -> str:
    if not written or written.isdecimal():
        return written or ""
    return str(numerals.number(written))


_MONTH = "|".join(sorted(_MONTH_OF, key=len, reverse=True))
_JOIN = r"(?:(?:de|of|del)\s+)?"
_YEAR = rf"(?:,?\s+{_JOIN}(?P<y>[12]\d{{3}})\b)?"
_UNIT = "|".join(f"(?P<{name}>{'|'.join(words.split())})" for name, words in _UNITS.items())
_WORKING = r"(?:(?:business|working|werk|jours ouvrés|días hábiles)[\s-]*)?"
_ON = (
    r"(?:on|by|until|till|before|since|after|from|am|vom|bis|den|dem|zum|seit|ab|le|du|au|el|al|il"
    r"|dal|em|op|tot|vanaf)"
)
_ORDINAL_WORDS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth twenty-first "
    "twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth twenty-seventh "
    "twenty-eighth twenty-ninth thirtieth thirty-first"
)
_ORDINALS = {word: n for n, word in enumerate(_ORDINAL_WORDS.split(), 1)}
_ORDINAL = "|".join(w.replace("-", "[- ]") for w in sorted(_ORDINALS, key=len, reverse=True))
DATES = (
    pattern(_read_iso, r"(?<![\w-])(?P<y>[12]\d{3})-(?P<m>\d\d)-(?P<d>\d\d)(?![\d-])"),
    pattern(
        _read_iso,
        r"(?<![\w./-])(?P<y>20\d\d)(?P<s>[./])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![\w/-]|\.\d)",
    ),
    pattern(_read_iso, r"(?P<y>[12]\d{3})年(?P<m>\d{1,2})月(?P<d>\d{1,2})日"),
    pattern(
        _read_numeric,
        r"(?<![\w./-])(?P<a>\d{1,2})(?P<s>[./-])(?P<b>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})",
        r"(?![\w/-]|\.\d)",
    ),
    pattern(
        _read_named,
        rf"(?<![\w.,])(?P<d>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[\s/-]+{_JOIN}(?P<m>{_MONTH})\b"
        rf"(?:\.?[,/-]?\s*{_JOIN}(?P<y>[12]\d{{3}})\b)?",
    ),
    pattern(
        _read_named,
        rf"\b(?P<m>{_MONTH})\.?[\s-]+(?:the\s+)?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?!\d|[.,]\d)\b{_YEAR}",
    ),
    pattern(_read_worded_day, rf"\b(?P<m>{_MONTH})\s+(?:the\s+)?(?P<o>{_ORDINAL})\b{_YEAR}"),
    pattern(_read_worded_day, rf"\b(?P<o>{_ORDINAL})\s+(?:of\s+)?(?P<m>{_MONTH})\b{_YEAR}"),
    pattern(_read_month, rf"\b(?P<m>{_MONTH})\s+{_JOIN}(?P<y>20\d\d)\b"),
    pattern(
        _read_short,
        rf"\b{_ON}\s+(?P<fact>(?P<a>\d{{1,2}})(?P<s>/)(?P<b>\d{{1,2}}))(?![\w/-])",
    ),
    pattern(
        _read_short,
        rf"\b{_ON}\s+(?P<fact>(?P<a>\d{{1,2}})(?P<s>\.)(?P<b>\d{{1,2}})\.)(?![\w/-])",
    ),
    pattern(_read_ordinal, rf"\b{_ON}\s+(?P<fact>the\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th))\b"),
    pattern(
        _read_span,
        rf"(?<![\w.,$€£])(?P<from>\d{{1,3}}|{numerals.NUMERAL})",
        rf"(?:\s?(?:-|–|to|or|bis|oder|à|a|tot)\s?(?P<to>\d{{1,3}}|{numerals.NUMERAL}))?",
        rf"[\s-]+{_WORKING}(?:{_UNIT})\b",
    ),
)
