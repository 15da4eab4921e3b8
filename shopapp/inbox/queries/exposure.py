"""Exposure: which addresses of a reply would read of an order that is somebody else's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from shopapp.catalog.models import Fulfillment, Order
from shopapp.db import Session
from shopapp.drafts.learning.reward import score
from shopapp.drafts.locking.disclosure import discloses, orders_named, parcels_named
from shopapp.drafts.models import AiDraft
from shopapp.inbox.models import TicketMessage
from shopapp.inbox.queries import audience, packets, replies
from shopapp.stores.models import Store
from shopapp.stores.queries import settings
from shopapp.stores.registry import is_on
from shopapp.tenancy import store_of

_MOST = 50
_THIRD = 1 / 3


@dataclass(frozen=True, slots=True)
class Exposure:
    """`address` would read facts of `order`, which is `owner`'s ("" when nobody's is known)."""

    address: str
    order: str
    owner: str

    @property
    def key(self) -> str:
        """By which a form says that a person means it."""
        return f"{self.order} {self.address.lower()}"

    def __str__(self) -> str:
        whose = f"which is {self.owner}’s" if self.owner else "which names no customer"
        return f"{self.address} sees facts of order {self.order}, {whose}"


def exposures(session: Session, reply: TicketMessage) -> list[Exposure]:
    """Every address and order, as the reply stands, that no person has said yes to."""
    said = _said(session, reply)
    orders = _orders(session, reply, " \n".join(text for text, _ in said))
    if not orders:
        return []
    store = session.scalars(select(Store).where(Store.id == store_of(session))).one()
    found = []
    for order in orders:
        facts = packets.order_facts(order, store)
        readers = [each for text, people in said if discloses(text, facts) for each in people]
        others = audience.strangers(session, reply.ticket, order, dict.fromkeys(readers))
        found += [Exposure(each, order.name, order.email or "") for each in others]
    return found


def _said(session: Session, reply: TicketMessage) -> list[tuple[str, Sequence[str]]]:
    """Each text the reply rests on, and who reads it.

    An AI draft that used an order counts as it was written while a third of its words stand: edits
    may leave its facts in words that no pattern knows. What is quoted below is news only to those
    who did not get that mail.
    """
    people = audience.of(reply).everybody()
    drafted = session.execute(
        select(AiDraft.content, AiDraft.context_packet).where(AiDraft.reply_id == reply.id)
    ).all()
    said: list[tuple[str, Sequence[str]]] = [(reply.body_text, people)]
    used = [content for content, packet in drafted if (packet or {}).get("order")]
    said += [(text, people) for text in used if _kept(text, reply.body_text) >= _THIRD]
    asked = replies.answered(session, reply)
    if asked is not None and is_on(settings(session), "quote_original"):
        knew = {asked.author_email, *asked.reply_to, *asked.recipients, *asked.cc, *asked.bcc}
        others = tuple(each for each in people if each.lower() not in knew)
        said.append((asked.visible_text or asked.body_text, others))
    return said


def _kept(draft: str, text: str) -> float:
    return score(draft, text, sent=True).kept


def _orders(session: Session, reply: TicketMessage, text: str) -> Sequence[Order]:
    """The ticket's order, and every one the text names by itself or by its parcel."""
    names, parcels = sorted(orders_named(text))[:_MOST], sorted(parcels_named(text))[:_MOST]
    carried = select(Fulfillment.order_id).where(Fulfillment.tracking_number.in_(parcels))
    meant = [Order.shopify_id == (reply.ticket.shopify_order_id or "")]
    meant += [Order.name.in_([*names, *(f"#{name}" for name in names)])] if names else []
    meant += [Order.id.in_(carried)] if parcels else []
    return session.scalars(
        select(Order)
        .options(selectinload(Order.lines), selectinload(Order.fulfillments))
        .where(or_(*meant))
        .order_by(Order.placed_at, Order.id)
        .limit(_MOST)
    ).all()
