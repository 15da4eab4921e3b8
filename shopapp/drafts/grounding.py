"""The context packet: everything a draft may state, typed, frozen and hashed."""

from __future__ import annotations

import hashlib
import json
import string
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import msgspec

from shopapp.drafts.matters import Matter, PageFacts, PurchaseFacts

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


class PassageKind(StrEnum):
    """Where a passage comes from."""

    MACRO = "macro"
    ARTICLE = "article"
    POLICY = "policy"
    APPROVED_REPLY = "approved_reply"


class OrderStatus(StrEnum):
    """What an order's customer can see of it."""

    PREPARING = "preparing"
    PARTLY_SHIPPED = "partly-shipped"
    IN_TRANSIT = "in-transit"
    DELIVERED = "delivered"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class LineFacts:
    """One line of an order; `price` is of one unit."""

    title: str
    quantity: int
    sku: str = ""
    price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class FulfilmentFacts:
    """One parcel; moments are aware and in the store's time zone, so that their day is right."""

    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    shipped_at: datetime | None = None
    estimated_delivery: date | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order as the mirror knew it at `as_of`; Shopify's states are open strings.

    `refunded`, `shipping` and `discount` are parts of the money, None where nobody knows them.
    """

    name: str
    placed_at: datetime
    total: Decimal
    currency: str
    financial_status: str
    fulfillment_status: str
    as_of: datetime
    lines: tuple[LineFacts, ...] = ()
    fulfilments: tuple[FulfilmentFacts, ...] = ()
    cancelled_at: datetime | None = None
    refunded: Decimal | None = None
    shipping: Decimal | None = None
    discount: Decimal | None = None

    @property
    def status(self) -> OrderStatus:
        """One word for where the order stands, from its states and parcels."""
        if self.cancelled_at or self.financial_status == "voided":
            return OrderStatus.CANCELLED
        if self.financial_status == "refunded":
            return OrderStatus.REFUNDED
        if self.fulfillment_status == "partial":
            return OrderStatus.PARTLY_SHIPPED
        if not self.fulfilments and self.fulfillment_status != "fulfilled":
            return OrderStatus.PREPARING
        arrived = bool(self.fulfilments) and all(f.delivered_at for f in self.fulfilments)
        return OrderStatus.DELIVERED if arrived else OrderStatus.IN_TRANSIT


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """Who the reply goes to, how often they ordered, and in how many tickets they wrote before."""

    first_name: str = ""
    name: str = ""
    email: str = ""
    orders_count: int = 0
    tickets_count: int = 0


@dataclass(frozen=True, slots=True)
class BrandVoice:
    """How the store speaks: its name, the agent's, the signature, a locale such as `en` or `de`.

    `voice` is what the store says of its own tone, in its words.
    """

    store_name: str
    agent_name: str = ""
    signature: str = ""
    email: str = ""
    url: str = ""
    locale: str = "en"
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that may answer: a macro, an article, or a reply that a person approved.

    `tags` may name intents ("refund") and order statuses ("in-transit", which limits the passage
    to such orders). Of an approved reply `question` is the mail it answered and `private` the
    words of that customer and order (names, places, products) that must reach nobody else, and
    `rests_on` the id of the macro or article it was made of. `standing` (0 to 1) is what age, edits
    and people's verdicts leave of its weight.
    """

    kind: PassageKind
    id: str
    title: str
    body: str
    tags: tuple[str, ...] = ()
    question: str = ""
    private: tuple[str, ...] = ()
    rests_on: str = ""
    standing: float = 1.0


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier message of the conversation, by the customer or by us; its visible text."""

    is_ours: bool
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Packet:
    """What a draft may rest on. `order` is None unless `may_use_order` allowed it.

    `question` and `subject` are the mail that is answered, `history` what was written before it,
    oldest first: read, but no evidence. Whoever builds it leaves hidden and quoted text out.
    A draft that is no reply is about `purchase` or `page`.
    """

    brand: BrandVoice
    customer: CustomerFacts = CustomerFacts()
    order: OrderFacts | None = None
    passages: tuple[Passage, ...] = ()
    style_rules: tuple[str, ...] = ()
    question: str = ""
    subject: str = ""
    history: tuple[Turn, ...] = ()
    purchase: PurchaseFacts | None = None
    page: PageFacts | None = None

    @property
    def matter(self) -> Matter | None:
        """What it is about where it is no reply."""
        return self.purchase or self.page


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of an order that changed, with both values as text."""

    field: str
    before: str
    after: str


def may_use_order(recipients: Iterable[str], customer_email: str | None) -> bool:
    """True when there is a recipient and each of them (to, cc, bcc) is the order's customer.

    Takes bare addresses. Only ASCII case is folded: full case folding maps different letters, and
    so different mailboxes, to one.
    """
    addresses = {_address(recipient) for recipient in recipients}
    return bool(customer_email) and addresses == {_address(customer_email or "")}


def packet_json(packet: Packet) -> str:
    """The packet as compact JSON with sorted keys: equal packets give equal text."""
    return json.dumps(
        asdict(packet),
        default=_plain,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
    )


def packet_of(stored: Mapping[str, Any]) -> Packet:
    """The packet that `packet_json` wrote, read back; raises ValueError for what is none."""
    return msgspec.convert(stored, Packet, strict=False)


def packet_hash(packet: Packet) -> str:
    """sha256 of `packet_json`, 64 hexadecimal digits."""
    return hashlib.sha256(packet_json(packet).encode("utf-8", "surrogatepass")).hexdigest()


def differences(before: OrderFacts, after: OrderFacts) -> tuple[Difference, ...]:
    """What changed in an order between drafting and sending; the reading time does not count."""
    pairs = [
        (field.name, getattr(before, field.name), getattr(after, field.name))
        for field in fields(OrderFacts)
        if field.name != "as_of"
    ]
    return tuple(Difference(name, str(old), str(new)) for name, old, new in pairs if old != new)


def _address(text: str) -> str:
    return text.strip().translate(_LOWER)


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a packet")
