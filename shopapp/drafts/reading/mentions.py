"""Mentions: what points at a parcel, a card or a code without being written in full."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shopapp.drafts.reading import notations
from shopapp.drafts.reading.facts import Fact, FactKind

CARRIERS = (
    "UPS",
    "DHL",
    "FedEx",
    "USPS",
    "Royal Mail",
    "GLS",
    "DPD",
    "Hermes",
    "Evri",
    "PostNL",
    "Deutsche Post",
    "La Poste",
    "Colissimo",
    "Chronopost",
    "Mondial Relay",
    "Correos",
    "SEUR",
    "MRW",
    "BRT",
    "Poste Italiane",
    "bpost",
    "CTT",
    "Canada Post",
    "Australia Post",
    "Purolator",
    "Parcelforce",
    "Yodel",
    "OnTrac",
    "TNT",
    "InPost",
)
_CARRIER = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, CARRIERS))})(?!\w)")
_ENDING = (
    r"(?:ending|ends?|finishing) (?:in|with|on)|last (?:\w{2,6} )?(?:digits|numbers?)"
    r"|final digits|endziffern?|endet (?:auf|mit)|endend auf|letzten (?:\w{2,6} )?ziffern"
    r"|(?:finissant|finit|terminant|termine) par"
    r"|(?:termina|terminad[oa]|acaba|acabad[oa]) (?:en|em)"
    r"|(?:finisce|termina) (?:con|per)|eindig(?:end|t) op"
)
_PARCEL = (
    r"(?:parcel|package|shipment|paket|sendung|colis|paquete|pacco|pakket|encomenda)"
    r"(?:s?nummer| number| no\.?| nr\.?| n[°º]| número| numero| id)"
)
_TAIL = re.compile(
    rf"\b(?:{_ENDING}|{_PARCEL})[\s:]{{1,3}}(?:(?:are|is|sind|sont|son|of)\s)?(?P<fact>\d{{3,8}})(?!\w)"
    r"|(?:…|\.{3}|\*{2,8}|x{3,8})\s?(?P<hidden>\d{3,8})(?!\w)",
    re.IGNORECASE,
)
_WHOSE = re.compile(
    r"\b(?:(?P<parcel>parcel|package|shipment|tracking|paket|sendung\w*|colis|suivi|paquete"
    r"|seguimiento|pacco|pakket)|(?P<order>order|bestell\w+|commande|pedido|ordine)"
    r"|(?P<card>card|karte|carte|tarjeta|carta|kaart|cartão))\b",
    re.IGNORECASE,
)
_NEAR = 40
_CODE = re.compile(
    r"(?<![\w@./-])(?P<fact>[a-z]{3,16}\d{1,4})(?![\w@/-]|\.\w)"
    r"|\b(?i:code|coupon|voucher|promo|gutschein(?:code)?|rabattcode|código|cupón|codice)\s?:?\s{1,3}"
    r"(?:(?:is|lautet|ist|est|es|è) )?"
    r"(?:(?P<said>(?=[a-z-]{0,29}\d)[a-z0-9][a-z0-9-]{2,29})|[\"'“„«](?P<quoted>[\w-]{3,30})[\"'”“»])"
    r"|[\"'“„«](?P<typed>[\w-]{3,30})[\"'”“»](?=(?: \w+){0,3} (?:code|coupon|voucher))"
)
_PHONE = re.compile(
    r"(?<![\w.,:/#+-])(?:\d{1,4}(?:[ ()/-]{1,2}\d{2,4}){2,4}|\d{3}[ -]\d{4})(?![\w/-]|[.,]\d| \d)"
)
_DIALLED = range(7, 16)
_ALPHABETIC = re.compile(r"(?:covid|mp|version|step|page|level|size|part|no|nr)\d", re.IGNORECASE)


def mentions(text: str) -> Iterator[Fact]:
    """Last digits ("…4417"), codes in lower case, carriers, short phone numbers; in any order.

    Values of last digits hold an ellipsis, those of carriers are their names in capitals.
    Linear in the length of `text`.
    """
    for match in _CARRIER.finditer(text):
        yield Fact(FactKind.CARRIER, match[0], *match.span(), (carrier(match[0]),))
    for match in _TAIL.finditer(text):
        yield _fact(FactKind.TRACKING, match, f"{_told(text, match)}…")
    for match in _PHONE.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if len(digits) in _DIALLED:
            yield Fact(FactKind.PHONE, match[0], *match.span(), (digits,))
    for match in _CODE.finditer(text):
        if not _ALPHABETIC.match(match[match.lastgroup or 0]):
            yield _fact(FactKind.CODE, match)


def carrier(name: str) -> str:
    """A carrier's name by which two spellings of it are one: "DHL Express" is DHL."""
    known = _CARRIER.search(name)
    return (known[0] if known else name).upper()


def tails(number: str, whose: str) -> Iterator[str]:
    """The values of the last three to eight digits of a number; `whose` is "parcel" or "order".

    Each with and without the word: a text may say whose digits it means.
    """
    digits = re.sub(r"\D", "", number)
    for length in range(3, min(8, len(digits)) + 1):
        yield f"…{digits[-length:]}"
        yield f"{whose}…{digits[-length:]}"


def _told(text: str, match: re.Match[str]) -> str:
    """Whose last digits these are, as the words before them say."""
    first, last = max(match.start() - _NEAR, 0), match.start(match.lastgroup or 0)
    said = [each.lastgroup or "" for each in _WHOSE.finditer(text, first, last)]
    return said[-1] if said else ""


def _fact(kind: FactKind, match: re.Match[str], mark: str = "") -> Fact:
    group = match.lastgroup or 0
    value = mark + notations.identifier(match[group])
    return Fact(kind, match[group], *match.span(group), (value,))
