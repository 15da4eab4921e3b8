"""A seeded grammar of tickets: an order, rules of a shop, and a reply whose facts are all known.

It writes dates, amounts, names and links by its own means, so that the lock's readers are measured
against other hands than their own.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from shopapp.drafts.grounding import (
    BrandVoice,
    CustomerFacts,
    FulfilmentFacts,
    LineFacts,
    OrderFacts,
    Packet,
    Passage,
    PassageKind,
)
from tests.drafts.bars import phrases

_CURRENCIES = {"en": "USD GBP CAD AUD", "de": "EUR CHF", "fr": "EUR CAD", "es": "EUR MXN"}
_SIGNS = {"USD": "$", "CAD": "$", "AUD": "A$", "MXN": "$", "GBP": "£", "EUR": "€", "CHF": "Fr."}
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"


@dataclass(frozen=True)
class Said:
    """A true fact of a reply: what it is, how it is written, where."""

    kind: str
    text: str
    start: int


@dataclass(frozen=True)
class Letter:
    """A ticket's packet and a reply that states only what is true of it."""

    language: str
    packet: Packet
    text: str
    said: tuple[Said, ...]

    def with_said(self, fact: Said, wrong: str) -> str:
        """The reply with one of its facts replaced."""
        return self.text[: fact.start] + wrong + self.text[fact.start + len(fact.text) :]


class Writer:
    """Writes one ticket, the same for the same seed."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.language = self.dice.choice(tuple(_CURRENCIES))
        self.packet = self._packet()
        self.said: list[Said] = []
        self.text = ""

    def letter(self) -> Letter:
        """The reply: a greeting, four to seven true sentences, a closing."""
        words = phrases.WORDS[self.language]
        self.text = words["hello"].format(name=self.packet.customer.first_name) + "\n\n"
        assert self.packet.order
        status = str(self.packet.order.status)
        pool = [*phrases.ALWAYS[self.language], *phrases.WHEN[self.language][status]]
        for template in self.dice.sample(pool, min(len(pool), self.dice.randint(4, 7))):
            self._sentence(template)
            self.text += self.dice.choice((" ", " ", "\n\n"))
        self._rule()
        self.text += "\n\n" + words["bye"]
        return Letter(self.language, self.packet, self.text, tuple(self.said))

    def _sentence(self, template: str) -> None:
        for part in template.split("|"):
            if part.startswith("!"):
                self._say("state", part[1:])
            elif part in self._values:
                self._say(part, self._values[part](self))
            else:
                self.text += part

    def _rule(self) -> None:
        policy = self.dice.choice(self.packet.passages)
        self._say("policy", policy.body)

    def _say(self, kind: str, text: str) -> None:
        self.said.append(Said(kind, text, len(self.text)))
        self.text += text

    def _packet(self) -> Packet:
        dice = self.dice
        currency = dice.choice(_CURRENCIES[self.language].split())
        days = dice.randint(10, 60)
        chosen = dice.sample(phrases.RULES[self.language], 2)
        passages = [
            Passage(kind, f"p{n}", "Rule", body.format(days=days + n, percent=dice.randint(5, 40)))
            for n, (kind, body) in enumerate(
                zip((PassageKind.POLICY, PassageKind.ARTICLE), chosen, strict=True)
            )
        ]
        return Packet(
            brand=BrandVoice("Harbor", signature="Mia", email="help@harbor.example"),
            customer=CustomerFacts("Anna", "Anna Berg", "anna@mail.example"),
            order=self._order(currency),
            passages=tuple(passages),
        )

    def _order(self, currency: str) -> OrderFacts:
        dice = self.dice
        placed = datetime(2026, dice.randint(1, 12), dice.randint(1, 28), 9, tzinfo=UTC)
        shipped = placed + timedelta(days=dice.randint(1, 4))
        due = (shipped + timedelta(days=dice.randint(5, 9))).date()
        number = self._parcel_number()
        parcel = FulfilmentFacts(
            carrier="DHL",
            tracking_number=number,
            tracking_url=self.dice.choice(
                (f"https://track.example/p/{number}", f"https://www.post.example/t?id={number}")
            ),
            shipped_at=shipped,
            estimated_delivery=due,
        )
        state = dice.choice(("preparing", "in-transit", "in-transit", "delivered", "refunded"))
        if state == "delivered":
            parcel = replace(parcel, delivered_at=shipped + timedelta(days=dice.randint(10, 12)))
        return OrderFacts(
            name=dice.choice(("#{}", "#HB{}", "#{}-EU")).format(dice.randint(1001, 98999)),
            placed_at=placed,
            total=Decimal(dice.randint(1_000, 250_000)) / 100,
            currency=currency,
            financial_status="refunded" if state == "refunded" else "paid",
            fulfillment_status="unfulfilled" if state == "preparing" else "fulfilled",
            as_of=shipped + timedelta(days=1),
            lines=(LineFacts("Assam", 2, f"TEA-{dice.randint(100, 999)}-{dice.choice('AB')}X"),),
            fulfilments=() if state == "preparing" else (parcel,),
        )

    def _parcel_number(self) -> str:
        digits = "".join(str(self.dice.randint(0, 9)) for _ in range(22))
        pair = "".join(self.dice.sample(_LETTERS, 2))
        return self.dice.choice(
            (f"1Z{pair}{digits[:14]}", digits, f"{pair}{digits[:9]}DE", f"JJD{digits[:16]}")
        )

    def _day(self, day: date) -> str:
        month = phrases.MONTHS[self.language][day.month - 1]
        forms = {
            "en": (
                f"{month} {day.day}, {day.year}",
                f"{day.day} {month} {day.year}",
                f"{month} {day.day}",
                f"{month[:3]} {day.day}, {day.year}",
                f"{day.isoformat()}",
                f"{month} {day.day}{_suffix(day.day)}",
                f"{day.day:02}-{month[:3]}-{day.year}",
            ),
            "de": (
                f"{day.day}. {month} {day.year}",
                f"{day.day}. {month}",
                f"{day.day:02}.{day.month:02}.{day.year}",
                f"{day.day}.{day.month}.{day.year % 100}",
            ),
            "fr": (
                f"{day.day} {month} {day.year}",
                f"{day.day} {month}",
                f"{day.day:02}/{day.month:02}/{day.year}",
            ),
            "es": (
                f"{day.day} de {month} de {day.year}",
                f"{day.day} de {month}",
                f"{day.day:02}/{day.month:02}/{day.year}",
            ),
        }
        return self.dice.choice(forms[self.language])

    def _total(self) -> str:
        assert self.packet.order
        order, sign = self.packet.order, _SIGNS[self.packet.order.currency]
        whole, cents = divmod(int(order.total * 100), 100)
        if self.language == "en":
            grouped = f"{whole:,}.{cents:02}"
            forms = (
                f"{sign}{grouped}",
                f"{grouped} {order.currency}",
                f"{order.currency} {whole}.{cents:02}",
            )
        else:
            gap = {"de": ".", "fr": "\u202f", "es": "."}[self.language]
            grouped = f"{whole:,}".replace(",", gap) + f",{cents:02}"
            forms = (
                f"{grouped} {order.currency}",
                f"{grouped}\u00a0{sign}",
                f"{whole},{cents:02} {sign}",
            )
        return self.dice.choice(forms)

    def _name(self) -> str:
        assert self.packet.order
        return self.packet.order.name

    def _number(self) -> str:
        assert self.packet.order
        number = self.packet.order.fulfilments[0].tracking_number
        if number.isdigit():
            spaced = " ".join(number[i : i + 4] for i in range(0, len(number), 4))
            return self.dice.choice((number, spaced))
        return number

    def _url(self) -> str:
        assert self.packet.order
        return self.packet.order.fulfilments[0].tracking_url

    def _of_parcel(self, field: str) -> str:
        assert self.packet.order
        value = getattr(self.packet.order.fulfilments[0], field)
        return self._day(value.date() if isinstance(value, datetime) else value)

    def _placed(self) -> str:
        assert self.packet.order
        return self._day(self.packet.order.placed_at.date())

    def _sku(self) -> str:
        assert self.packet.order
        return self.packet.order.lines[0].sku

    _values = {
        "order": _name,
        "total": _total,
        "placed": _placed,
        "tracking": _number,
        "url": _url,
        "sku": _sku,
        "shipped": lambda self: self._of_parcel("shipped_at"),
        "due": lambda self: self._of_parcel("estimated_delivery"),
        "arrived": lambda self: self._of_parcel("delivered_at"),
    }


def _suffix(day: int) -> str:
    return "th" if 10 < day < 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def letters(count: int, seed: int = 2026) -> list[Letter]:
    """So many tickets, the same each time."""
    return [Writer(seed * 1000 + n).letter() for n in range(count)]
