"""The worlds of the blind set: what six orders are, and their values as a language writes them."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date

from shopapp import money
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

RULES = {
    "en": "Unopened items can be returned within 30 days. Refunds take 5 to 10 working days. "
    "Parcels arrive in 3 to 5 working days. Opened bags cost a restocking fee of 15 %. "
    "Orders over 75 ship free of charge. Machines carry a warranty of 2 years. "
    "The code tea10 takes 10 % off. Call us on +1 503 555 0144 from 9 am to 5 pm. "
    "Steep it for 3 minutes at 80 degrees with 2 spoons. A size 42 fits a foot of 26.5 cm. "
    "See https://harbor.example/returns and https://harbor.example/sizes?of=shoes.",
    "de": "Rückgabe innerhalb von 30 Tagen. Erstattungen dauern 5 bis 10 Werktage. Pakete kommen "
    "in 3 bis 5 Werktagen an. Garantie 2 Jahre. Der Code tee10 spart 10 %. 3 Minuten bei 80 Grad.",
    "fr": "Retour sous 30 jours. Remboursement en 5 à 10 jours ouvrés. Livraison en 3 à 5 jours "
    "ouvrés. Garantie 2 ans. Le code the10 offre 10 %. 3 minutes à 80 degrés.",
    "es": "Devoluciones en 30 días. Los reembolsos tardan de 5 a 10 días hábiles. Entrega en 3 a 5 "
    "días hábiles. Garantía de 2 años. El código te10 descuenta un 10 %. 3 minutos a 80 grados.",
    "it": "Resi entro 30 giorni. Consegna in 3 o 5 giorni. Garanzia 2 anni. 3 minuti a 80 gradi.",
    "nl": "Retour binnen 30 dagen. Levering in 3 tot 5 werkdagen. 2 jaar garantie. 3 minuten op "
    "80 graden.",
    "pt": "Devoluções em 30 dias. Entrega em 3 a 5 dias úteis. Garantia de 2 anos. 3 minutos a "
    "80 graus.",
}
QUESTION = (
    "I ordered 2 bags and only 1 was in the box. The shoes in size 42 are too small, can I have 43 "
    "instead? I live in flat 12 and my old order was paid with the card ending in 8826. "
    "I called 3 times, waited 20 minutes each, and want my 17 back."
)


def _at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T09:00:00").replace(tzinfo=UTC)


def _parcel(
    carrier: str, number: str, sent: str, due: str | None, arrived: str | None = None
) -> FulfilmentFacts:
    return FulfilmentFacts(
        carrier,
        number,
        f"https://track.example/p/{number}",
        _at(sent),
        date.fromisoformat(due) if due else None,
        _at(arrived) if arrived else None,
    )


_KNOWN: dict[str, dict[str, Any]] = {
    "two": {
        "name": "#HB2071",
        "placed_at": _at("2026-11-02"),
        "total": Decimal(136),
        "refunded": Decimal(45),
        "shipping": Decimal(8),
        "discount": Decimal(12),
        "currency": "USD",
        "financial_status": "partially_refunded",
        "fulfillment_status": "fulfilled",
        "as_of": _at("2026-11-09"),
        "lines": (
            ("Ethiopia Guji 250 g", 2, "HCR-ETH-250", 18),
            ("Hario V60 dripper", 1, "HAR-V60-02", 34),
            ("Filter papers, 100 pieces", 3, "HAR-FIL-100", 26),
        ),
        "fulfilments": (
            _parcel("UPS", "1Z999AA10123456784", "2026-11-03", "2026-11-06", "2026-11-06"),
            _parcel("DHL", "JJD014600003511792", "2026-11-05", "2026-11-13"),
        ),
    },
    "transit": {
        "name": "#5120",
        "placed_at": _at("2026-11-08"),
        "total": Decimal("89.90"),
        "shipping": Decimal("4.90"),
        "currency": "EUR",
        "financial_status": "paid",
        "fulfillment_status": "fulfilled",
        "as_of": _at("2026-11-12"),
        "lines": (("Assam", 5, "TEA-ASM-500", 17),),
        "fulfilments": (_parcel("DHL", "00340434161094022115", "2026-11-10", "2026-11-18"),),
    },
    "arrived": {
        "name": "#HB880",
        "placed_at": _at("2026-10-24"),
        "total": Decimal("64.50"),
        "shipping": Decimal("3.50"),
        "currency": "GBP",
        "financial_status": "paid",
        "fulfillment_status": "fulfilled",
        "as_of": _at("2026-11-01"),
        "lines": (("Teapot", 1, "POT-RED-1L", 61),),
        "fulfilments": (
            _parcel("Royal Mail", "RR123456785GB", "2026-10-26", "2026-10-30", "2026-10-29"),
        ),
    },
    "packing": {
        "name": "#3310",
        "placed_at": _at("2026-11-09"),
        "total": Decimal(72),
        "shipping": Decimal(6),
        "discount": Decimal(4),
        "currency": "USD",
        "financial_status": "paid",
        "fulfillment_status": "unfulfilled",
        "as_of": _at("2026-11-10"),
        "lines": (("Sencha", 4, "TEA-SEN-100", 14), ("Tea towel", 1, "TOW-BLU", 14)),
    },
    "refunded": {
        "name": "#4471",
        "placed_at": _at("2026-10-12"),
        "total": Decimal(58),
        "refunded": Decimal(58),
        "currency": "USD",
        "financial_status": "refunded",
        "fulfillment_status": "fulfilled",
        "as_of": _at("2026-11-02"),
        "lines": (("Grinder", 1, "GRI-01", 58),),
        "fulfilments": (
            _parcel("FedEx", "770012348911", "2026-10-14", "2026-10-19", "2026-10-20"),
        ),
    },
    "shoes": {
        "name": "#HB915",
        "placed_at": _at("2026-11-04"),
        "total": Decimal("118.40"),
        "refunded": Decimal("23.40"),
        "shipping": Decimal("5.40"),
        "currency": "EUR",
        "financial_status": "partially_refunded",
        "fulfillment_status": "fulfilled",
        "as_of": _at("2026-11-09"),
        "lines": (("Trail shoe, size 42", 1, "SHO-TR-42", 90), ("Socks", 2, "SOC-GR", 14)),
        "fulfilments": (_parcel("GLS", "GLS50071189220", "2026-11-06", "2026-11-11"),),
    },
}
WORLDS = tuple(_KNOWN)


def packet(world: str, language: str) -> Packet:
    """What a draft in `language` about the order of `world` may rest on."""
    return Packet(
        brand=BrandVoice("Harbor", signature="Mia\nHarbor", email="help@harbor.example"),
        customer=CustomerFacts("Anna", "Anna Berg", "anna@mail.example", 3),
        order=_order(world),
        passages=(Passage(PassageKind.POLICY, "p1", "Rules", RULES[language]),),
        question=QUESTION,
    )


def _order(world: str) -> OrderFacts:
    known = dict(_KNOWN[world])
    known["lines"] = tuple(
        LineFacts(title, quantity, sku, **_fitting(LineFacts, {"price": Decimal(price)}))
        for title, quantity, sku, price in known["lines"]
    )
    return OrderFacts(**_fitting(OrderFacts, known))


def _fitting(kind: type, known: dict[str, Any]) -> dict[str, Any]:
    """Those of the values that a packet holds."""
    held = {field.name for field in fields(kind)}
    return {name: value for name, value in known.items() if name in held}


def values(world: str, language: str) -> dict[str, str]:
    """The words for the gaps of a statement; what an order does not have is missing."""
    known, locale = _KNOWN[world], {"en": "en_US", "pt": "pt_PT"}.get(language, language)
    said = {"order": known["name"], "digits": known["name"].strip("#HB"), "carrier": ""}
    for name in ("total", "refunded", "shipping", "discount"):
        if name in known:
            said[name] = money.formatted(known[name], known["currency"], locale)
            said[f"{name}_bare"] = f"{known[name].normalize():f}".replace(
                ".", "." if language == "en" else ","
            )
    said |= _days("placed", known["placed_at"], locale)
    said["units"] = str(sum(line[1] for line in known["lines"]))
    said["quantity"], said["price"] = (
        str(known["lines"][0][1]),
        money.formatted(Decimal(known["lines"][0][3]), known["currency"], locale),
    )
    for number, parcel in enumerate(known.get("fulfilments", ()), 1):
        which = "" if len(known["fulfilments"]) == 1 else str(number)
        said |= {
            f"parcel{which}": parcel.tracking_number,
            f"tail{which}": parcel.tracking_number[-4:],
            f"url{which}": parcel.tracking_url,
            f"carrier{which}": parcel.carrier,
        }
        said |= _days(f"sent{which}", parcel.shipped_at, locale)
        said |= _days(f"due{which}", parcel.estimated_delivery, locale)
        if parcel.delivered_at:
            said |= _days(f"came{which}", parcel.delivered_at, locale)
    return {name: text for name, text in said.items() if text}


def _days(name: str, day: date, locale: str) -> dict[str, str]:
    short = format_date(day, "d MMMM" if locale != "en_US" else "MMMM d", locale=locale)
    if locale in ("es", "pt_PT"):
        short = format_date(day, "d 'de' MMMM", locale=locale)
    return {
        name: short.replace(" 1 ", " 1. ") if locale == "de" else short,
        f"{name}_long": format_date(day, "long", locale=locale),
        f"{name}_weekday": format_date(day, "EEEE", locale=locale),
        f"{name}_iso": f"{day:%Y-%m-%d}",
    }
