"""Numbers: those of a text that no notation knows, each with its unit if it has one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from shopapp.drafts.locking import roles
from shopapp.drafts.reading import notations, numerals
from shopapp.drafts.reading.facts import Fact, FactKind
from shopapp.drafts.reading.words import language

PIECE, PARCEL, LINE = "piece", "parcel", "line"
"""Units of which an order has so many itself."""
_UNITS = {
    PIECE: r"items?|pieces?|pcs|articles?|units?|bags?|packs?|packets?|sachets?|stücke?|artikel"
    r"|packungen|beutel|tüten|pièces?|artículos?|unidades|bolsas?|piezas?|pezz[io]|articol[io]"
    r"|bust[ae]|stuks?|zakjes?|zakken|peças?|artigos?|pacotes?|[x×](?= )",
    PARCEL: r"parcels?|packages?|shipments?|boxes|paket(?:en?)?|pakete?|sendungen|päckchen|colis"
    r"|paquetes?|envíos|pacch?[oi]|pakket(?:ten|je|jes)?|encomendas?",
    LINE: r"lines?|positions?|products|positionen|produkte|produits|productos|prodotti|producten"
    r"|produtos",
    "minute": r"minutes?|mins?|minuten?|minut[io]|minutos?|minuut",
    "second": r"seconds?|secs?|sekunden?|secondes?|segundos?|second[oi]|seconden",
    "year": r"years?|yrs?|jahre?n?|ans?|années?|años?|ann[oi]|jaar|jaren|anos?",
    "degree": r"degrees?|°\s?[cf]?|grade?|degrés?|grados?|grad[oi]|graden|graus?",
    "%": r"%",
    "cm": r"cm|centimet(?:er|re)s?|zentimeter",
    "mm": r"mm",
    "m": r"m|met(?:er|re)s?|metros?|metri",
    "inch": r"inch(?:es)?|zoll|pouces?|pulgadas?",
    "kg": r"kg|kilos?|kilogram(?:s|m)?",
    "g": r"g|gr|grams?|gramm|grammes?|gramos?|grammi",
    "ml": r"ml",
    "l": r"l|lit(?:er|re)s?|litros?|litri",
    "oz": r"oz|ounces?",
}
_UNIT_OF = "|".join(f"(?P<u{at}>{words})" for at, words in enumerate(_UNITS.values()))
_NAMES = tuple(_UNITS)
_DIGITS = r"\d{1,9}(?:[.,]\d{1,2})?"
_SIDE = rf"(?:{_DIGITS}|{numerals.NUMERAL})"
_NUMBER = re.compile(
    rf"(?<![\w.,:/&#+@°-])(?P<from>{_SIDE})"
    rf"(?:\s?(?:-|–|to|or|bis|oder|à|ou|a|o|tot|of)\s?(?P<to>{_SIDE}))?"
    rf"(?:[\s-]?(?:(?:\w{{3,9}}\s)?(?:{_UNIT_OF}))(?!\w)|(?![\w/]|[.,:-]\d))",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"(?<![\w.,:/-])(?P<hour>[012]?\d)(?:[:.](?P<minute>[0-5]\d))?\s?"
    r"(?P<half>[ap]\.?m\b\.?|uhr\b|o['’]clock)"
    r"|(?<![\w.,:/-])(?P<h>[012]?\d)[:h](?P<m>[0-5]\d)(?![\w:/]|[.,]\d)",
    re.IGNORECASE,
)
_PERIOD = re.compile(
    r"\b(?P<n>half a|a|an|one|ein(?:en|em)?(?: halbes)?|une?|una?|een|uma?|medio|demi-)\s?"
    r"(?P<unit>month|year|week|fortnight|monat|jahr|woche|mois|an|année|semaine|mes|año|semana"
    r"|mese|anno|settimana|maand|week|mês|ano)\b(?! ago| of)",
    re.IGNORECASE,
)
_LASTS = re.compile(
    r"\b(?:take|takes|lasts?|for|within|in|open|dauert|dauern|innerhalb|prend|sous|tarda|entro"
    r"|binnen)(?:\s\w+)?\s$",
    re.IGNORECASE,
)
_LENGTHS = {
    "month": "month monat mois mes mese maand mês",
    "year": "year jahr an année año anno ano",
    "week": "week woche semaine semana settimana",
    "fortnight": "fortnight",
}
_POINTED = re.compile(
    r"\b(?:these|those|the|my|our|your|other|either|any|first|last|next|following|of|die|diese|der"
    r"|den|beiden|les|ces|mes|vos|nos|los|las|estos|estas|mis|sus|le|i|gli|questi|queste|de|deze"
    r"|os|as|estes|estas)\s$",
    re.IGNORECASE,
)
_OF_GOODS = re.compile(r"\s+[a-zà-ÿ]{3,}s\b")
_WISHED = re.compile(
    r"\b(?:you (?:want|wanted|wish|asked|request)\w*|sie (?:möchten|wünschen|fordern)"
    r"|vous (?:souhaitez|demandez|voulez)|(?:quiere|pide|solicita)|(?:desidera|chiede)|u wilt)\b",
    re.IGNORECASE,
)
_LOOK, _CLAUSE = 24, 60


def numbers(text: str, found: Sequence[Fact]) -> Iterator[Fact]:
    """The numbers of `text` outside the facts `found`, in digits or in words of its language.

    A value is the number and its unit in the singular ("3 minute", "2 piece"), a time of day
    "17:00", a number without a unit itself; one that a word of money stands beside is an amount.
    One and marks of lists are none. Linear in the length of `text`.
    """
    rest = _without(text, found)
    for match in _TIME.finditer(rest):
        yield _fact(FactKind.NUMBER, rest, *match.span(), _hour(match))
    rest = _TIME.sub(_blank, rest)
    for match in _PERIOD.finditer(rest):
        if _LASTS.search(rest, max(match.start() - _LOOK, 0), match.start()):
            yield _fact(FactKind.DATE, rest, *match.span(), _length(match))
    spoken = language(text)
    for match in _NUMBER.finditer(rest):
        for side in ("from", "to"):
            if match[side] and _counts(rest, match, side, spoken):
                yield _number(rest, match, side)


def _without(text: str, found: Sequence[Fact]) -> str:
    rest = list(text)
    for fact in found:
        rest[fact.start : fact.end] = "\0" * (fact.end - fact.start)
    return "".join(rest)


def _blank(match: re.Match[str]) -> str:
    return "\0" * len(match[0])


def _counts(text: str, match: re.Match[str], side: str, spoken: str) -> bool:
    said, start = match[side], match.start(side)
    if not said[0].isdigit():
        is_bare = match.lastgroup in ("from", "to")
        pointed = is_bare and _POINTED.search(text, max(start - _LOOK, 0), start)
        is_said = numerals.is_said_in(said, spoken or ("en" if is_bare else ""))
        return not pointed and (is_said or not (spoken or is_bare)) and numerals.number(said) != 1
    if said == "1":
        return False
    is_item = text[match.end(side) : match.end(side) + 1] in (".", ")") and _begins(text, start)
    return not is_item


def _begins(text: str, start: int) -> bool:
    """Whether a line or a sentence begins there."""
    return text[max(start - 4, 0) : start].rstrip(" \t")[-1:] in ("", *"\n.!?:;")


def _number(text: str, match: re.Match[str], side: str) -> Fact:
    said = match[side]
    value = notations.amount(notations.decimal(said)) if said[0].isdigit() else _spelled(said)
    named = match.lastgroup or ""
    start, end = match.span(side)
    if named.startswith("u"):
        unit = _NAMES[int(named[1:])]
        end = match.end() if side == "to" or not match["to"] else end
        return _fact(FactKind.NUMBER, text, start, end, (f"{value} {unit}",))
    if _is_money(text, start, match.end()):
        return _fact(FactKind.AMOUNT, text, start, end, (value,))
    return _fact(FactKind.NUMBER, text, start, end, (value,))


def _spelled(said: str) -> str:
    return str(numerals.number(said))


def _is_money(text: str, start: int, end: int) -> bool:
    first = max(start - _CLAUSE, 0)
    before = text[max(text.rfind("\n", first, start) + 1, first) : start].rpartition("\0")[2]
    behind = text[end : end + 30]
    if _OF_GOODS.match(behind) or _WISHED.search(before):
        return False
    return roles.role(before, behind) not in ("", "total")


def _hour(match: re.Match[str]) -> tuple[str, ...]:
    hour, minute = int(match["hour"] or match["h"]), match["minute"] or match["m"] or "00"
    half = (match["half"] or "").lower()
    hour += 12 if half.startswith("p") and hour < 12 else 0
    return (f"{hour}:{minute}",)


def _length(match: re.Match[str]) -> tuple[str, ...]:
    unit = next(name for name, words in _LENGTHS.items() if match["unit"].lower() in words.split())
    if unit == "fortnight":
        return ("14 day", "2 week")
    is_half = any(word in match["n"].lower() for word in ("half", "halb", "medio", "demi"))
    if is_half:
        return ("6 month",) if unit == "year" else ("2 week",)
    return (f"1 {unit}",)


def _fact(kind: FactKind, text: str, start: int, end: int, readings: tuple[str, ...]) -> Fact:
    return Fact(kind, text[start:end], start, end, readings)
