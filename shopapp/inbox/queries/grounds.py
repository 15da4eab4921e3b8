"""What the AI draft behind a reply rests on: its packet, and its order as it is known now."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.catalog.models import Order
from shopapp.db import Session
from shopapp.drafts.grounding import BrandVoice, Difference, OrderFacts, Packet, packet_of
from shopapp.drafts.locking.rechecking import changes
from shopapp.drafts.models import AiDraft
from shopapp.inbox.queries import packets, sources
from shopapp.stores.models import Store


def packet_behind(draft: AiDraft) -> Packet:
    """What a draft may state; a draft without a packet may state nothing."""
    return packet_of(draft.context_packet) if draft.context_packet else Packet(BrandVoice(""))


def fresh_order(session: Session, draft: AiDraft) -> OrderFacts | None:
    """The order of the draft's packet as the mirror knows it now; None when there is none."""
    known = packet_behind(draft).order
    if known is None:
        return None
    found = session.scalar(
        select(Order.shopify_id).where(Order.name == known.name).order_by(Order.id.desc()).limit(1)
    )
    order = sources.order(session, found)
    if order is None:
        return None
    store = session.scalars(select(Store).where(Store.id == draft.store_id)).one()
    return packets.order_facts(order, store)


def changed(session: Session, draft: AiDraft, text: str) -> tuple[Difference, ...]:
    """What of the order is otherwise than `text`, which this draft seeded, says or supposes."""
    packet = packet_behind(draft)
    return changes(text, packet, fresh_order(session, draft)) if packet.order else ()
