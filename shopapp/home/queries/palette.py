"""What the palette finds: one bounded statement a kind, exact matches before the newest others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from shopapp.catalog.models import Order, Product, Variant
from shopapp.db import Session
from shopapp.inbox.models import Ticket
from shopapp.purchasing.models import PurchaseOrder, Vendor
from shopapp.seo.models import SeoInsight

MOST = 5  # hits of a kind
RECENT = 2000  # rows of a kind that are read for words that are in no index
_NUMBER = re.compile(r"#?(\d{1,9})")
Text = InstrumentedAttribute[str] | InstrumentedAttribute[str | None]


@dataclass(frozen=True, slots=True)
class Hit:
    """One row: `at` are the values of its page's address."""

    title: str
    detail: str
    at: dict[str, Any]
    is_exact: bool


Search = Callable[[Session, str], Sequence[Hit]]


def tickets(session: Session, words: str) -> Sequence[Hit]:
    """By number and address; by subject and name among the recent ones."""
    number = _NUMBER.fullmatch(words)
    exact = [Ticket.customer_email == words.lower()]
    exact += [Ticket.number == int(number[1])] if number else []
    recent = select(Ticket.id).order_by(Ticket.number.desc()).limit(RECENT)
    texts = (Ticket.subject, Ticket.customer_name)
    rows = session.execute(
        select(Ticket.id, Ticket.number, Ticket.subject, Ticket.customer_name, _is(exact))
        .where(
            _among(Ticket.id, exact, recent, texts, words, starts=Ticket.customer_email),
            Ticket.merged_into_id.is_(None),
        )
        .order_by(_is(exact).desc(), Ticket.last_message_at.desc(), Ticket.id)
        .limit(MOST)
    )
    return [
        Hit(subject, f"Ticket #{number} · {name}", {"ticket_id": id_}, bool(is_exact))
        for id_, number, subject, name, is_exact in rows
    ]


def orders(session: Session, words: str) -> Sequence[Hit]:
    """By name (#1042 or 1042) and address; by the receiver's name among the recent ones."""
    number = _NUMBER.fullmatch(words)
    names = {words, f"#{number[1]}", number[1]} if number else {words}
    exact = [Order.name.in_(sorted(names)), Order.email == words.lower()]
    recent = select(Order.id).order_by(Order.placed_at.desc()).limit(RECENT)
    texts = (Order.name, Order.shipping_name)
    rows = session.execute(
        select(Order.id, Order.name, Order.email, Order.shipping_name, _is(exact))
        .where(_among(Order.id, exact, recent, texts, words, starts=Order.email))
        .order_by(_is(exact).desc(), Order.placed_at.desc(), Order.id)
        .limit(MOST)
    )
    return [
        Hit(f"Order {name}", receiver or email or "", {"order_id": id_}, bool(is_exact))
        for id_, name, email, receiver, is_exact in rows
    ]


def variants(session: Session, words: str) -> Sequence[Hit]:
    """By SKU; by SKU and the product's title among the first ones."""
    exact = [Variant.sku == words, Variant.sku == words.upper()]
    first = select(Variant.id).order_by(Variant.sku).limit(RECENT)
    texts = (Variant.sku, Product.title)
    rows = session.execute(
        select(Product.title, Variant.title, Variant.sku, _is(exact))
        .join(Variant.product)
        .where(_among(Variant.id, exact, first, texts, words, joined=Variant.product))
        .order_by(_is(exact).desc(), Product.title, Variant.sku, Variant.id)
        .limit(MOST)
    )
    return [
        Hit(f"{product} {title}".strip(), sku or "No SKU", {"q": sku or product}, bool(is_exact))
        for product, title, sku, is_exact in rows
    ]


def insights(session: Session, words: str) -> Sequence[Hit]:
    """By the words of their title among the recent ones."""
    recent = select(SeoInsight.id).order_by(SeoInsight.detected_at.desc()).limit(RECENT)
    rows = session.execute(
        select(SeoInsight.id, SeoInsight.title, SeoInsight.status)
        .where(_among(SeoInsight.id, [], recent, (SeoInsight.title,), words))
        .order_by(SeoInsight.detected_at.desc(), SeoInsight.id)
        .limit(MOST)
    )
    return [
        Hit(title, f"Insight · {status.value.replace('_', ' ')}", {"insight_id": id_}, False)
        for id_, title, status in rows
    ]


def purchase_orders(session: Session, words: str) -> Sequence[Hit]:
    """By number; by number and vendor among the recent ones."""
    exact = [PurchaseOrder.number == words.upper()]
    recent = select(PurchaseOrder.id).order_by(PurchaseOrder.created_at.desc()).limit(RECENT)
    texts = (PurchaseOrder.number, Vendor.name)
    rows = session.execute(
        select(
            PurchaseOrder.id, PurchaseOrder.number, Vendor.name, PurchaseOrder.status, _is(exact)
        )
        .join(PurchaseOrder.vendor)
        .where(_among(PurchaseOrder.id, exact, recent, texts, words, joined=PurchaseOrder.vendor))
        .order_by(_is(exact).desc(), PurchaseOrder.created_at.desc(), PurchaseOrder.id)
        .limit(MOST)
    )
    return [
        Hit(
            f"{number or 'Draft'} · {vendor}",
            f"Purchase order · {status.value.replace('_', ' ')}",
            {"order_id": id_},
            bool(is_exact),
        )
        for id_, number, vendor, status, is_exact in rows
    ]


def _is(exact: Sequence[ColumnElement[bool]]) -> ColumnElement[int]:
    return case((or_(*exact), 1), else_=0)


def _among(
    key: InstrumentedAttribute[str],
    exact: Iterable[ColumnElement[bool]],
    recent: Select[Any],
    texts: Sequence[Text],
    words: str,
    *,
    starts: Text | None = None,
    joined: Any = None,
) -> ColumnElement[bool]:
    """Rows an index finds by `exact`, and those of `recent` in which every word stands.

    A word stands in one of `texts` or begins the address in `starts`. Each is a select of its own,
    so that each takes its own index.
    """
    held = [_holds(word, texts, starts) for word in words.split()]
    among = select(key) if joined is None else select(key).join(joined)
    among = among.where(key.in_(select(recent.subquery().c[0])), and_(*held))
    return key.in_(union_all(*(select(key).where(each) for each in exact), among))


def _holds(word: str, texts: Sequence[Text], starts: Text | None) -> ColumnElement[bool]:
    ways = [text.icontains(word, autoescape=True) for text in texts]
    begins = [] if starts is None else [starts.istartswith(word, autoescape=True)]
    return or_(*ways, *begins)
