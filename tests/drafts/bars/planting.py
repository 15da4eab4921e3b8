"""Planting: how a true fact of a reply is made wrong."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from tests.drafts.bars.tickets import Letter, Said

_CYRILLIC = {"a": "а", "e": "е", "o": "о", "p": "р", "c": "с", "x": "х"}
_NUMBERS = {
    "en": "seventy-two",
    "de": "zweiundsiebzig",
    "fr": "soixante-deux",
    "es": "setenta y dos",
}
_DAYS = {"en": "days", "de": "Tagen", "fr": "jours", "es": "días"}


@dataclass(frozen=True)
class Planted:
    """A reply with one wrong fact, which stands at `start` to `end`."""

    kind: str
    letter: Letter
    text: str
    start: int
    end: int


Plant = Callable[[str, Letter, random.Random], Planted | None]


def swap(said: str, change: Callable[[Letter, str, random.Random], str | None]) -> Plant:
    """Change the text of a fact of one of these kinds."""

    def plant(kind: str, letter: Letter, dice: random.Random) -> Planted | None:
        fitting = [fact for fact in letter.said if fact.kind in said.split()]
        dice.shuffle(fitting)
        for fact in fitting:
            wrong = change(letter, fact.text, dice)
            if wrong is not None and wrong != fact.text:
                return replaced(kind, letter, fact, wrong)
        return None

    return plant


def replaced(kind: str, letter: Letter, fact: Said, wrong: str) -> Planted:
    text = letter.with_said(fact, wrong)
    return Planted(kind, letter, text, fact.start, fact.start + len(wrong))


def add(*sentences: str) -> Plant:
    """One of these sentences, by the letter's language in en, de, fr, es order, or one for all."""

    def plant(kind: str, letter: Letter, dice: random.Random) -> Planted | None:
        place = ["en", "de", "fr", "es"].index(letter.language)
        said = sentences[place if len(sentences) == 4 else 0]
        if not said:
            return None
        start = letter.text.index("\n\n") + 2
        text = f"{letter.text[:start]}{said} {letter.text[start:]}"
        return Planted(kind, letter, text, start, start + len(said))

    return plant


def not_when(plant: Plant, *statuses: str) -> Plant:
    def planted_then(kind: str, letter: Letter, dice: random.Random) -> Planted | None:
        assert letter.packet.order
        held = letter.packet.order.status in statuses
        return None if held else plant(kind, letter, dice)

    return planted_then


def digit(_letter: Letter, text: str, dice: random.Random) -> str | None:
    """Another digit for one of them."""
    places = [m.start() for m in re.finditer(r"\d", text)]
    place = dice.choice(places)
    other = str((int(text[place]) + dice.randint(1, 9)) % 10)
    changed = text[:place] + other + text[place + 1 :]
    return changed if changed[0] != "0" else None


def missing(_letter: Letter, text: str, dice: random.Random) -> str | None:
    places = [m.start() for m in re.finditer(r"\d", text)]
    place = dice.choice(places[1:-1])
    return text[:place] + text[place + 1 :]


def other_day(letter: Letter, text: str, dice: random.Random) -> str | None:
    """A day that none of the order's is, in the letter's own words."""
    from tests.drafts.bars.tickets import Writer

    order = letter.packet.order
    assert order
    day = order.placed_at.date() + timedelta(days=dice.randint(40, 200))
    writer = Writer(dice.randint(0, 10_000))
    writer.language = letter.language
    return writer._day(day)


def currency(_letter: Letter, text: str, _dice: random.Random) -> str | None:
    others = {"USD": "EUR", "CAD": "GBP", "AUD": "EUR", "MXN": "EUR", "CHF": "USD", "GBP": "USD"}
    others |= {"EUR": "CHF", "A$": "£", "€": "£", "£": "€", "$": "€", "Fr.": "€"}
    sign = next(sign for sign in others if sign in text)
    return text.replace(sign, others[sign])


def host(_letter: Letter, text: str, dice: random.Random) -> str | None:
    return re.sub(
        r"//[^/]+", f"//{dice.choice(('evil.example', 'track.example.co', '10.0.0.7'))}", text
    )


def path(_letter: Letter, text: str, dice: random.Random) -> str | None:
    return dice.choice((f"{text}/x", text[:-1], re.sub(r"/[pt]", "/login", text, count=1)))


def zero_width(letter: Letter, text: str, dice: random.Random) -> str | None:
    wrong = digit(letter, text, dice)
    return wrong and "\u200b".join(wrong)


def full_width(letter: Letter, text: str, dice: random.Random) -> str | None:
    wrong = digit(letter, text, dice)
    return wrong and re.sub(r"\d", lambda m: chr(0xFF10 + int(m[0])), wrong)


def spaced(letter: Letter, text: str, dice: random.Random) -> str | None:
    wrong = digit(letter, text, dice)
    return wrong and "#" + " ".join(re.sub(r"\D", "", wrong))


def span(letter: Letter, text: str, dice: random.Random) -> str | None:
    return re.sub(
        r"\d+(?= (?:days|Tag|jours|días))", lambda m: str(int(m[0]) + dice.randint(2, 90)), text
    )


def worded(letter: Letter, text: str, _dice: random.Random) -> str | None:
    return re.sub(r"\d+(?= (?:days|Tag|jours|días))", _NUMBERS[letter.language], text)


def percent(_letter: Letter, text: str, dice: random.Random) -> str | None:
    return re.sub(r"\d+(?= ?%)", lambda m: str(int(m[0]) + dice.randint(1, 9)), text)


_TURNS = {
    "en": (
        (r"You can ", "You cannot "),
        (r"We (replace|accept)", r"We do not \1"),
        ("Subscribers", "No subscribers"),
    ),
    "de": (
        ("zurückgeben", "nicht zurückgeben"),
        ("ersetzen wir", "ersetzen wir nicht"),
        ("sparen Sie", "sparen Sie nicht"),
    ),
    "fr": (
        ("pouvez retourner", "ne pouvez pas retourner"),
        ("Nous remplaçons", "Nous ne remplaçons pas"),
        ("économisent", "n'économisent pas"),
    ),
    "es": (
        ("Puede devolver", "No puede devolver"),
        ("Reemplazamos", "No reemplazamos"),
        ("ahorran", "no ahorran"),
    ),
}


def negated(letter: Letter, text: str, _dice: random.Random) -> str | None:
    for pattern, turned in _TURNS[letter.language]:
        text = re.sub(pattern, turned, text)
    return text


def lookalike(_letter: Letter, text: str, dice: random.Random) -> str | None:
    host = text.index("//") + 2
    places = [i for i in range(host, host + 8) if text[i] in _CYRILLIC]
    if not places:
        return None
    place = dice.choice(places)
    return text[:place] + _CYRILLIC[text[place]] + text[place + 1 :]


def lookalike_number(letter: Letter, text: str, dice: random.Random) -> str | None:
    """A wrong number with a letter for a digit, or a Cyrillic letter for a Latin one."""
    wrong = digit(letter, text, dice)
    if wrong is None:
        return None
    for latin, other in (("H", "Н"), ("T", "Т"), ("E", "Е"), ("B", "В")):
        wrong = wrong.replace(latin, other)
    return re.sub(r"(?<=\d)0(?=\d)", "O", wrong)


def arabic(letter: Letter, text: str, dice: random.Random) -> str | None:
    wrong = digit(letter, text, dice)
    return wrong and re.sub(r"\d", lambda m: chr(0x0660 + int(m[0])), wrong)


def query(_letter: Letter, text: str, _dice: random.Random) -> str | None:
    return text + ("&" if "?" in text else "?") + "next=evil.example"


def subdomain(_letter: Letter, text: str, _dice: random.Random) -> str | None:
    return text.replace("//", "//login.")


def undefanged(_letter: Letter, text: str, dice: random.Random) -> str | None:
    return dice.choice(("evil[.]example/track", "evil (dot) com", "hxxps://evil.example/t"))


def scale(letter: Letter, _text: str, dice: random.Random) -> str | None:
    order = letter.packet.order
    assert order
    wrong = f"{order.total * dice.choice((10, 100)):.2f}"
    return f"{order.currency} {wrong.replace('.', ',') if letter.language != 'en' else wrong}"


def event(letter: Letter, _text: str, _dice: random.Random) -> str | None:
    """The day it was ordered for the day it left."""
    order = letter.packet.order
    assert order
    return order.placed_at.date().isoformat()


def lower(letter: Letter, text: str, dice: random.Random) -> str | None:
    wrong = digit(letter, text, dice)
    return wrong and wrong.lower()
