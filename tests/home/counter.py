"""The counter of Harbor: rows that wait for a decision, planted as the areas would write them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from shopapp import clock
from shopapp.catalog.models import Location, Order, Product, Variant
from shopapp.connections.models import ConnectionEvent, EventStatus
from shopapp.db import Session
from shopapp.drafts.models import AiDraft, DraftState, DraftSubject
from shopapp.flags.models import FlagSeverity, OrderFlag
from shopapp.home.queries import waiting
from shopapp.home.ranking import Decision
from shopapp.inbox.actions import replying
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.inventory.models import ProductVelocity
from shopapp.jobs.models import Job, JobState
from shopapp.mail.models import Mailbox
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderLine, Vendor
from shopapp.seo.models import InsightLane, InsightSeverity, SeoInsight
from shopapp.stores.models import Store
from shopapp.stores.queries import settings
from tests import cast
from tests.conftest import OpenStore


@dataclass
class Counter:
    """A store's rows; `handle` says whose."""

    open_store: OpenStore
    handle: str = "harbor"
    numbers: Iterator[int] = field(default_factory=lambda: iter(range(1, 10_000)))

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session of the store that commits at its end."""
        with self.open_store(self.handle) as session:
            yield session
            session.commit()

    def decisions(self) -> list[Decision]:
        """What Today would list."""
        with self.session() as session:
            store = session.scalars(
                select(Store).where(Store.id == cast.shop(self.handle).id)
            ).one()
            return waiting.decisions(session, waiting.standing_of(store, settings(session), {}))

    def tickets(self) -> list[str]:
        """The ids of the store's tickets, by their number."""
        with self.session() as session:
            return list(session.scalars(select(Ticket.id).order_by(Ticket.number)))

    def close_tickets(self) -> None:
        """Nobody writes."""
        with self.session() as session:
            for ticket in session.scalars(select(Ticket)):
                session.delete(ticket)

    def draft(self, ticket_id: str, text: str = "It swims.", *, facts: int = 1) -> None:
        """An AI draft that is ready, of whose one fact `facts` are known."""
        text = text if facts else f"{text} It costs $99.00."
        with self.session() as session:
            ticket = session.get_one(Ticket, ticket_id)
            asked = session.scalars(
                select(TicketMessage).where(TicketMessage.ticket_id == ticket_id)
            ).one()
            draft = AiDraft(
                subject_type=DraftSubject.TICKET,
                subject_id=ticket_id,
                ticket_message_id=asked.id,
                model="test",
                version="1",
                content=text,
                state=DraftState.PROPOSED,
                facts_supported=facts,
                facts_total=1,
            )
            session.add(draft)
            reply = replying.begin(session, ticket, body=text, by=None, seeded=draft)
            draft.reply_id = reply.id
            ticket.draft_ready = True
            if session.scalar(select(Mailbox.id)) is None:
                session.add(Mailbox(address="help@harbor.example", is_default=True))

    def flag(self, order: str = "490", severity: str = "warning", **more: Any) -> str:
        """An open flag on an order: 401 and 402 have a ticket each, 490 has none; its id."""
        with self.session() as session:
            row = session.scalars(select(Order).where(Order.shopify_id == order)).first()
            row = row or _order(session, order)
            flag = OrderFlag(
                shopify_order_id=order,
                order_id=row.id,
                flag_type=more.pop("kind", "unfulfilled"),
                severity=FlagSeverity(severity),
                evidence={"facts": [{"sentence": "Not shipped after 3 days."}]},
                **more,
            )
            session.add(flag)
            return flag.id

    def runs_out(self, **more: Any) -> str:
        """The thing sells 4 a day and 6 are left; the variant's id."""
        with self.session() as session:
            variant = session.scalars(select(Variant)).one()
            session.add(
                ProductVelocity(
                    location_id=_everywhere(session).id,
                    variant_id=variant.id,
                    sku=variant.sku,
                    recorded_for=more.pop("day", clock.today("Europe/Berlin")),
                    window_days=more.pop("window_days", 0),
                    average_daily_sales=4.0,
                    current_inventory=more.pop("stock", 6),
                    days_of_cover=1.5,
                    recommended_reorder_quantity=more.pop("wanted", 40),
                    method="test",
                    **more,
                )
            )
            return variant.id

    def vendor(self, **more: Any) -> str:
        """A vendor; its id."""
        with self.session() as session:
            vendor = Vendor(name=more.pop("name", "Leaf & Sons"), currency="EUR", **more)
            session.add(vendor)
            return vendor.id

    def purchase(self, quantity: int = 40) -> str:
        """A draft purchase order of the thing; its id."""
        vendor_id = self.vendor()
        with self.session() as session:
            variant = session.scalars(select(Variant)).one()
            order = PurchaseOrder(
                location_id=_everywhere(session).id,
                vendor_id=vendor_id,
                currency="EUR",
                lines=[
                    PurchaseOrderLine(
                        variant_id=variant.id,
                        position=1,
                        title="The thing",
                        quantity=quantity,
                        unit_cost=Decimal(5),
                    )
                ],
            )
            session.add(order)
            return order.id

    def insight(self, **more: Any) -> str:
        """An open finding of the lane Now that may bring 300 clicks a month; its id."""
        with self.session() as session:
            values = {
                "rule": "striking",
                "rule_version": 1,
                "fingerprint": f"page {next(self.numbers)}",
                "title": "“earl grey” stands at 11",
                "severity": InsightSeverity.WARNING,
                "lane": InsightLane.NOW,
                "category": "content",
                "resource_type": "page",
                "impact_low": 200.0,
                "impact_high": 400.0,
                "impact_unit": "clicks a month",
                "detected_at": clock.now() - timedelta(days=1),
            }
            row = SeoInsight(**values | more)
            session.add(row)
            return row.id

    def event(self, status: EventStatus, *, integration: str = "smtp", hours: float = 1) -> None:
        """What a connection told `hours` ago."""
        with self.session() as session:
            session.add(
                ConnectionEvent(
                    integration=integration,
                    status=status,
                    message="The server refused the password.",
                    created_at=clock.now() - timedelta(hours=hours),
                )
            )

    def dead_job(self, name: str = "inbox.draft") -> None:
        """Work that was given up."""
        with self.session() as session:
            session.add(
                Job(
                    store_id=cast.shop(self.handle).id,
                    name=name,
                    state=JobState.DEAD,
                    last_error="It broke",
                    finished_at=clock.now(),
                )
            )


def _everywhere(session: Session) -> Location:
    found = session.scalars(select(Location).where(Location.is_all.is_(True))).first()
    if found is None:
        found = Location(shopify_id="all", name="All locations", is_all=True)
        session.add(found)
        session.flush()
    return found


def _order(session: Session, shopify_id: str) -> Order:
    """An order nobody writes about."""
    now = clock.now()
    order = Order(shopify_id=shopify_id, name="#1090", placed_at=now, synced_at=now)
    order.currency, order.total = "EUR", Decimal(24)
    session.add(order)
    session.flush()
    return order


def product_of(session: Session) -> Product:
    """The cast's one product."""
    return session.scalars(select(Product)).one()


def days_ago(days: int) -> date:
    """A day of Harbor's time zone."""
    return clock.today("Europe/Berlin") - timedelta(days=days)


@pytest.fixture
def counter(store_session: OpenStore) -> Counter:
    """Harbor's counter."""
    return Counter(store_session)
