"""Wrong facts planted into true replies, by kind; `HELD_OUT` were not looked at while tuning."""

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


def planted(kind: str, letter: Letter, dice: random.Random) -> Planted | None:
    """`letter` with a wrong fact of `kind`; None when it has nothing to get wrong that way."""
    return KINDS[kind](kind, letter, dice)


Plant = Callable[[str, Letter, random.Random], Planted | None]


def _swap(said: str, change: Callable[[Letter, str, random.Random], str | None]) -> Plant:
    """Change the text of a fact of one of these kinds."""

    def plant(kind: str, letter: Letter, dice: random.Random) -> Planted | None:
        fitting = [fact for fact in letter.said if fact.kind in said.split()]
        dice.shuffle(fitting)
        for fact in fitting:
            wrong = change(letter, fact.text, dice)
            if wrong is not None and wrong != fact.text:
                return _replaced(kind, letter, fact, wrong)
        return None

    return plant


def _replaced(kind: str, letter: Letter, fact: Said, wrong: str) -> Planted:
    text = letter.with_said(fact, wrong)
    return Planted(kind, letter, text, fact.start, fact.start + len(wrong))


def _add(*sentences: str) -> Plant:
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


def _not_when(plant: Plant, *statuses: str) -> Plant:
    def planted_then(kind: str, letter: Letter, dice: random.Random) -> Planted | None:
        assert letter.packet.order
        held = letter.packet.order.status in statuses
        return None if held else plant(kind, letter, dice)

    return planted_then


def _digit(_letter: Letter, text: str, dice: random.Random) -> str | None:
    """Another digit for one of them."""
    places = [m.start() for m in re.finditer(r"\d", text)]
    place = dice.choice(places)
    other = str((int(text[place]) + dice.randint(1, 9)) % 10)
    changed = text[:place] + other + text[place + 1 :]
    return changed if changed[0] != "0" else None


def _missing(_letter: Letter, text: str, dice: random.Random) -> str | None:
    places = [m.start() for m in re.finditer(r"\d", text)]
    place = dice.choice(places[1:-1])
    return text[:place] + text[place + 1 :]


def _other_day(letter: Letter, text: str, dice: random.Random) -> str | None:
    """A day that none of the order's is, in the letter's own words."""
    from tests.drafts.bars.tickets import Writer

    order = letter.packet.order
    assert order
    day = order.placed_at.date() + timedelta(days=dice.randint(40, 200))
    writer = Writer(dice.randint(0, 10_000))
    writer.language = letter.language
    return writer._day(day)


def _currency(_letter: Letter, text: str, _dice: random.Random) -> str | None:
    others = {"USD": "EUR", "CAD": "GBP", "AUD": "EUR", "MXN": "EUR", "CHF": "USD", "GBP": "USD"}
    others |= {"EUR": "CHF", "A$": "£", "€": "£", "£": "€", "$": "€", "Fr.": "€"}
    sign = next(sign for sign in others if sign in text)
    return text.replace(sign, others[sign])


def _host(_letter: Letter, text: str, dice: random.Random) -> str | None:
    return re.sub(
        r"//[^/]+", f"//{dice.choice(('evil.example', 'track.example.co', '10.0.0.7'))}", text
    )


def _path(_letter: Letter, text: str, dice: random.Random) -> str | None:
    return dice.choice((f"{text}/x", text[:-1], re.sub(r"/[pt]", "/login", text, count=1)))


def _zero_width(letter: Letter, text: str, dice: random.Random) -> str | None:
    wrong = _digit(letter, text, dice)
    return wrong and "\u200b".join(wrong)


def _full_width(letter: Letter, text: str, dice: random.Random) -> str | None:
    wrong = _digit(letter, text, dice)
    return wrong and re.sub(r"\d", lambda m: chr(0xFF10 + int(m[0])), wrong)


def _spaced(letter: Letter, text: str, dice: random.Random) -> str | None:
    wrong = _digit(letter, text, dice)
    return wrong and "#" + " ".join(re.sub(r"\D", "", wrong))


def _span(letter: Letter, text: str, dice: random.Random) -> str | None:
    return re.sub(
        r"\d+(?= (?:days|Tag|jours|días))", lambda m: str(int(m[0]) + dice.randint(2, 90)), text
    )


def _worded(letter: Letter, text: str, _dice: random.Random) -> str | None:
    return re.sub(r"\d+(?= (?:days|Tag|jours|días))", _NUMBERS[letter.language], text)


def _percent(_letter: Letter, text: str, dice: random.Random) -> str | None:
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


def _negated(letter: Letter, text: str, _dice: random.Random) -> str | None:
    for pattern, turned in _TURNS[letter.language]:
        text = re.sub(pattern, turned, text)
    return text


def _lookalike(_letter: Letter, text: str, dice: random.Random) -> str | None:
    host = text.index("//") + 2
    places = [i for i in range(host, host + 8) if text[i] in _CYRILLIC]
    if not places:
        return None
    place = dice.choice(places)
    return text[:place] + _CYRILLIC[text[place]] + text[place + 1 :]


def _lookalike_number(letter: Letter, text: str, dice: random.Random) -> str | None:
    """A wrong number with a letter for a digit, or a Cyrillic letter for a Latin one."""
    wrong = _digit(letter, text, dice)
    if wrong is None:
        return None
    for latin, other in (("H", "Н"), ("T", "Т"), ("E", "Е"), ("B", "В")):
        wrong = wrong.replace(latin, other)
    return re.sub(r"(?<=\d)0(?=\d)", "O", wrong)


def _arabic(letter: Letter, text: str, dice: random.Random) -> str | None:
    wrong = _digit(letter, text, dice)
    return wrong and re.sub(r"\d", lambda m: chr(0x0660 + int(m[0])), wrong)


def _query(_letter: Letter, text: str, _dice: random.Random) -> str | None:
    return text + ("&" if "?" in text else "?") + "next=evil.example"


def _subdomain(_letter: Letter, text: str, _dice: random.Random) -> str | None:
    return text.replace("//", "//login.")


def _undefanged(_letter: Letter, text: str, dice: random.Random) -> str | None:
    return dice.choice(("evil[.]example/track", "evil (dot) com", "hxxps://evil.example/t"))


def _scale(letter: Letter, _text: str, dice: random.Random) -> str | None:
    order = letter.packet.order
    assert order
    wrong = f"{order.total * dice.choice((10, 100)):.2f}"
    return f"{order.currency} {wrong.replace('.', ',') if letter.language != 'en' else wrong}"


def _event(letter: Letter, _text: str, _dice: random.Random) -> str | None:
    """The day it was ordered for the day it left."""
    order = letter.packet.order
    assert order
    return order.placed_at.date().isoformat()


def _lower(letter: Letter, text: str, dice: random.Random) -> str | None:
    wrong = _digit(letter, text, dice)
    return wrong and wrong.lower()


TUNED: dict[str, Plant] = {
    "amount: a digit": _swap("total", _digit),
    "order: a digit": _swap("order", _digit),
    "tracking: a digit": _swap("tracking", _digit),
    "sku: a digit": _swap("sku", _digit),
    "date: another day": _swap("placed shipped due arrived", _other_day),
    "amount: another currency": _swap("total", _currency),
    "link: another host": _swap("url", _host),
    "link: another path": _swap("url", _path),
    "order: zero-width": _swap("order", _zero_width),
    "amount: full-width": _swap("total", _full_width),
    "order: spaced digits": _swap("order", _spaced),
    "rule: other days": _swap("policy", _span),
    "rule: days in words": _swap("policy", _worded),
    "rule: other percent": _swap("policy", _percent),
    "rule: turned round": _swap("policy", _negated),
    "state: delivered": _not_when(
        _add(
            "Your order has already been delivered.",
            "Ihre Bestellung wurde bereits zugestellt.",
            "Votre commande a déjà été livrée.",
            "Su pedido ya ha sido entregado.",
        ),
        "delivered",
    ),
    "state: refunded": _not_when(
        _add(
            "We have refunded your money.",
            "Wir haben Ihnen den Betrag erstattet.",
            "Nous vous avons remboursé.",
            "Le hemos reembolsado el importe.",
        ),
        "refunded",
    ),
    "promise: free": _add(
        "The replacement is free of charge.",
        "Der Ersatz ist für Sie kostenlos.",
        "Le remplacement est gratuit.",
        "El cambio es gratuito.",
    ),
}
HELD_OUT: dict[str, Plant] = {
    "tracking: a digit missing": _swap("tracking", _missing),
    "tracking: lower case": _swap("tracking", _lower),
    "link: a look-alike letter": _swap("url", _lookalike),
    "link: a query": _swap("url", _query),
    "link: a subdomain": _swap("url", _subdomain),
    "link: written around": _swap("url", _undefanged),
    "order: look-alike letters": _swap("order", _lookalike_number),
    "order: Arabic digits": _swap("order", _arabic),
    "amount: another scale": _swap("total", _scale),
    "date: of another event": _swap("shipped due arrived", _event),
    "state: cancelled": _add(
        "We have cancelled the order for you.",
        "Ich habe die Bestellung für Sie storniert.",
        "Votre commande a bien été annulée.",
        "Hemos cancelado su pedido.",
    ),
    "state: not sent": _not_when(
        _add(
            "Your parcel hasn't been dispatched so far.",
            "Ihr Paket ist leider noch nicht verschickt worden.",
            "Votre colis n'est pas encore expédié.",
            "Su paquete aún no fue enviado.",
        ),
        "preparing",
    ),
    "promise: tomorrow": _add(
        "It will reach you tomorrow.",
        "Es kommt morgen bei Ihnen an.",
        "Vous le recevrez demain.",
        "Lo recibirá mañana.",
    ),
    "percent: in words": _add(
        "We gladly give you fifteen percent off.",
        "Wir geben Ihnen gern fünfzehn Prozent Rabatt.",
        "Nous vous offrons quinze pour cent de remise.",
        "Le damos un quince por ciento de descuento.",
    ),
    "code: made up": _add("Use the code THANKYOU15 next time."),
    "amount: in words": _add(
        "We will send you twenty-five dollars.",
        "Wir überweisen Ihnen fünfundzwanzig Euro.",
        "Nous vous versons vingt-cinq euros.",
        "Le enviamos veinticinco euros.",
    ),
    "phone: made up": _add("Call us on +1 503 555 0188."),
    "order: without its sign": _add(
        "This is about order 70777 of yours.",
        "Es geht um Ihre Bestellung 70777.",
        "Il s'agit de la commande 70777.",
        "Se trata del pedido 70777.",
    ),
    "date: short": _add(
        "You will have it by 12/30.",
        "Sie haben es bis 30.12. bei sich.",
        "Vous l'aurez le 30/12 au plus tard.",
        "Lo tendrá el 30/12 como muy tarde.",
    ),
    "span: in words": _add(
        "It takes nine weeks at most.",
        "Es dauert höchstens neun Wochen.",
        "Cela prend neuf semaines au plus.",
        "Tarda nueve semanas como mucho.",
    ),
    "amount: whole": _add(
        "That leaves 61 bucks to pay.",
        "Es bleiben 61 Euro zu zahlen.",
        "Il reste 61 euros à payer.",
        "Quedan 61 euros por pagar.",
    ),
    "percent: half": _add("You get it at half price."),
    "replacement: sent": _add("We have sent you a replacement."),
    "return: received": _add("We have received your return."),
    "link: bare": _add("See harbor-tracking.xyz for more."),
    "address: made up": _add("Write to refunds@harb0r.example instead."),
}
KINDS = {**TUNED, **HELD_OUT}


def plants(kinds: dict[str, Plant], letters: list[Letter], count: int, seed: int) -> list[Planted]:
    """So many plants, the kinds in turn, over the letters in turn."""
    dice = random.Random(seed)
    found: list[Planted] = []
    names = list(kinds)
    turn = 0
    while len(found) < count:
        kind, letter = names[turn % len(names)], letters[dice.randrange(len(letters))]
        plant = kinds[kind](kind, letter, dice)
        if plant is not None:
            found.append(plant)
            turn += 1
    return found
