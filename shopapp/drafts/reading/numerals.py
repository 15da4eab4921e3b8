"""Numerals: numbers written as words, from two to 999, in the languages drafts are written in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_ONES = {
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen",
    "de": "ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
    "fünfzehn sechzehn siebzehn achtzehn neunzehn",
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze "
    "seize dix-sept dix-huit dix-neuf",
    "es": "un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
    "dieciséis diecisiete dieciocho diecinueve",
    "it": "uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici "
    "quindici sedici diciassette diciotto diciannove",
    "nl": "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien "
    "zestien zeventien achttien negentien",
    "pt": "um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze "
    "dezesseis dezessete dezoito dezenove",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
    "fr": "vingt trente quarante cinquante soixante soixante-dix quatre-vingt quatre-vingt-dix",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "it": "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
    "nl": "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
    "pt": "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
}
_JOINED = {
    "en": "{ten}-{one}|{ten} {one}",
    "de": "{one}und{ten}",
    "fr": "{ten}-{one}|{ten} {one}|{ten} et {one}",
    "es": "{ten} y {one}|{ten}{one}",
    "it": "{ten}{one}",
    "nl": "{one}en{ten}|{one}ën{ten}",
    "pt": "{ten} e {one}",
}
_TWENTIES = (
    "veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho "
    "veintinueve"
)
_ARTICLES = {"ein", "un", "uno", "een", "um"}
_HUNDRED = re.compile(r"^(?:(?P<n>[\w-]+) |a )?hundred(?:(?: and)? (?P<rest>.+))?$")


def _numbers() -> Iterator[tuple[str, int]]:
    for language in _ONES:
        yield from _of_language(language)


def _of_language(language: str) -> Iterator[tuple[str, int]]:
    units = list(enumerate(_ONES[language].split(), 1))
    yield from ((word, number) for number, word in units if word not in _ARTICLES)
    for number, ten in zip(range(20, 100, 10), _TENS[language].split(), strict=True):
        yield ten, number
        for form in _JOINED[language].split("|"):
            yield from ((form.format(ten=ten, one=w), number + n) for n, w in units[:9])
    if language == "es":
        yield from ((word, number) for number, word in enumerate(_TWENTIES.split(), 21))


WORDS = dict(_numbers())
_SPOKEN = {language: frozenset(word for word, _ in _of_language(language)) for language in _ONES}


def _tree(words: Iterable[str], depth: int = 3) -> str:
    """The words as a pattern that parts by their first letters: hundreds side by side are slow."""
    by_first: dict[str, list[str]] = {}
    for word in sorted(words, key=len, reverse=True):
        by_first.setdefault(word[:1], []).append(word[1:])
    branches = (
        re.escape(first) + (_tree(rest, depth - 1) if depth > 1 else _flat(rest))
        for first, rest in sorted(by_first.items(), reverse=True)
    )
    return f"(?:{'|'.join(branches)})"


def _flat(words: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, words))})"


_ANY = _tree(WORDS)
NUMERAL = rf"(?:{_ANY}(?: hundred(?:(?: and)? {_ANY})?)?|(?:a )?hundred(?:(?: and)? {_ANY})?)"
"""A pattern, to be used without case: a number in words."""


def number(words: str) -> int | None:
    """The number that `words` say, None when they say none."""
    said = " ".join(words.lower().split())
    hundreds = _HUNDRED.match(said)
    if hundreds is None:
        return WORDS.get(said)
    rest = WORDS.get(hundreds["rest"] or "", 0)
    return 100 * WORDS.get(hundreds["n"] or "", 1) + rest


def is_said_in(words: str, language: str) -> bool:
    """Whether `words` are a number in `language`: "once" is eleven in Spanish, none in English."""
    said = " ".join(words.lower().split())
    return said in _SPOKEN.get(language, ()) or (language == "en" and "hundred" in said)
