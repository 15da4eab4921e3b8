"""Roles: what an amount of an order is (total, refund, postage), and what a text takes it for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from shopapp.drafts.grounding import OrderFacts, OrderStatus
from shopapp.drafts.reading import notations
from shopapp.drafts.reading.facts import Fact, FactKind
from shopapp.drafts.reading.sentences import Span

# The first role that is named wins: "we charged 5 for delivery" is about the postage.
_ROLES = {
    "refund": r"refund(?:ed|s|ing)?|reimburs\w+|credited|gave you|gives? back|paid back|repaid"
    r"|(?:go|goes|went|sent|get|got) back|(?:we|i) (?:have |had |)returned|back to (?:your|the)"
    r"|back from us|back(?=\s*$)"
    r"|(?:zurück|rück)?erstatt\w+|zurückgezahlt|zurücküberwiesen|gutgeschrieben|gutschrift"
    r"|rembours\w+|recrédit\w+|reembols\w+|devuelt[oa]|abonad[oa]|rimbors\w+|accreditat[oa]"
    r"|terugbeta\w+|teruggestort",
    "shipping": r"shipping|postage|(?:delivery|for delivery)(?: fee| cost| charge)?|freight"
    r"|versand\w*|porto|lieferkosten|(?:frais de )?port|frais de livraison|frais d['’]envoi"
    r"|(?:gastos de )?envío|spese di spedizione|verzend\w+|bezorgkosten|portes(?: de envio)?",
    "discount": r"discount(?:ed)?|saved?|(?:taken?|takes) off|reduction|rabatt\w*|nachlass|gespart"
    r"|ermäßigung|remise|réduction|économis\w+|descuento|ahorr\w+|sconto|risparmi\w+|korting"
    r"|bespaard|desconto|poup\w+",
    "price": r"prices?|costs|each|apiece|(?:per|a) (?:piece|bag|item|unit|pack)|preis\w*|kostet"
    r"|je stück|pro stück|prix|coûtent?|precio\w*|cuestan?|prezzo|costan?|prijs|kost|preço|custam?",
    "total": r"total|altogether|in all|in sum|order (?:of|worth)|gesamt\w*|insgesamt|summe|montant"
    r"|importe|totale|totaal",
    "paid": r"cost|paid|pay|charged?|debited|came to|comes to|makes|amounts? to|kostete|bezahlt"
    r"|abgebucht|belastet|coûté|payé|débité|costó|pagó|pagado|cobrad[oa]|costato|pagat[oa]"
    r"|addebitat[oa]|kostte|betaald|afgeschreven|custou|pagou",
}
_ROLE = {role: re.compile(rf"\b(?:{words})(?!\w)", re.IGNORECASE) for role, words in _ROLES.items()}
_ANY = re.compile(rf"\b(?:{'|'.join(_ROLES.values())})(?!\w)", re.IGNORECASE)
_BESIDE = re.compile(
    r"\b(?:incl\w*\.?|with|plus|and|mit|inkl\w*\.?|zzgl\.?|y compris|avec|hors|con|incluid[oa]s?"
    rf"|inclusief|exclusief|com|excluding|without|ohne) (?:\w+ ){{0,2}}?(?:{_ROLES['shipping']})",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"\b(?:and|but|which|und|aber|et|mais|y|pero|ma|en|maar|mas)\b|[;:()?!]|,(?!\d)|\.(?!\d)"
    r"|\s[–—-]\s",
    re.IGNORECASE,
)
_STILL_TO_COME = re.compile(
    r"\b(?:will|would|once|when|if|as soon as|after|can|could|should|may|wird|werden|sobald|wenn"
    r"|falls|können|dès que|lorsque|quand|si|sera|pourr\w+|cuando|será|podemos|sarà|als|zodra"
    r"|zullen|assim que|want|wish|ask\w*|request\w*)\b|['’]ll\b",
    re.IGNORECASE,
)


def misplaced(
    text: str, found: Sequence[Fact], spans: Sequence[Span], order: OrderFacts | None
) -> Iterator[Fact]:
    """Those amounts among `found` that are the order's, but not of what the text says they are.

    An amount with no such word beside it in its clause is not judged, nor is a refund that is
    still to come. Linear in the length of `text`.
    """
    amounts = [fact for fact in found if fact.kind is FactKind.AMOUNT]
    if order is None or not amounts:
        return
    known = _amounts(order)
    ours = set().union(*known.values())
    starts = iter(spans)
    span = next(starts, None)
    for before, fact, behind in zip([None, *amounts], amounts, [*amounts[1:], None], strict=False):
        while span is not None and span.end <= fact.start:
            span = next(starts, None)
        if span is None:
            return
        first = max(span.start, before.end if before else 0)
        last = min(span.end, behind.start if behind else len(text))
        said = role(text[first : fact.start], text[fact.end : last], is_cut=last < span.end)
        if said == "refund" and _STILL_TO_COME.search(span.text):
            continue
        numbers = {reading.split(" ", maxsplit=1)[0] for reading in fact.readings}
        if said and numbers & ours and not numbers & known[said]:
            yield fact


def role(before: str, behind: str, *, is_cut: bool = False) -> str:
    """What an amount between these two texts is called; empty when nothing in its clause says.

    `is_cut` when `behind` ends where another amount begins, of which its last words may be.
    """
    own = _BESIDE.sub(" ", _CLAUSE.split(before)[-1])
    then = _BESIDE.sub(" ", _CLAUSE.split(behind, maxsplit=1)[0])
    if is_cut and then == _BESIDE.sub(" ", behind):
        then = ""
    if not _says(_ANY, own, then):
        return ""
    return next((name for name, words in _ROLE.items() if _says(words, own, then)), "")


def _says(words: re.Pattern[str], own: str, then: str) -> bool:
    return bool(words.search(own) or words.search(then))


def told(order: OrderFacts) -> Iterator[tuple[str, Decimal]]:
    """The amounts of an order that are known, each with the field that holds it."""
    yield "total", order.total
    for field in ("refunded", "shipping", "discount"):
        value = getattr(order, field)
        if value:
            yield field, value
    for line in order.lines:
        if line.price is not None:
            yield "lines", line.price
            yield "lines", line.price * line.quantity


def _amounts(order: OrderFacts) -> dict[str, set[str]]:
    """The bare numbers that each role may name; what was refunded whole is the total."""
    known: dict[str, set[str]] = {"refunded": set(), "shipping": set(), "discount": set()}
    for field, value in told(order):
        known.setdefault(field, set()).add(notations.amount(value))
    total, lines = known["total"], known.get("lines", set())
    if order.status is OrderStatus.REFUNDED and order.refunded is None:
        known["refunded"] |= total
    return {
        "refund": known["refunded"],
        "shipping": known["shipping"],
        "discount": known["discount"],
        "price": lines or total,
        "total": total,
        "paid": total | lines,
    }
