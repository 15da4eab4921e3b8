"""The warning scenario: an ordinary week in which much is late, stale, low or left half done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import select

from seeds import brought
from seeds.cast import Member
from seeds.stage import Stage
from shopapp.accounts.models import Role, User
from shopapp.catalog.models import InventoryLevel, Order, Variant
from shopapp.connections.models import ConnectionEvent, EventStatus
from shopapp.db import Base
from shopapp.flags.models import FlagStatus, OrderFlag
from shopapp.home.models import Postponement
from shopapp.inbox.models import Ticket, TicketStatus
from shopapp.metrics.models import KpiCache
from shopapp.purchasing.actions import measuring, ordering
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderStatus, Vendor, VendorItem
from shopapp.seo.models import InsightLane, InsightStatus, SeoInsight

Row = TypeVar("Row", bound=Base)
_SLOW = (
    ("shopify", 2_610, "Shopify made us wait: half of the calls were over the limit.", 2.0),
    ("gsc", 1_480, "Search Console reports with three days of delay.", 5.0),
    ("smtp", 6_900, "The mail server took seven seconds to answer.", 9.0),
)


def strain(stage: Stage, now: datetime) -> None:
    """Put a store of the base scenario under strain; nothing in it is broken."""
    _late_tickets(stage, now)
    _snoozes_over(stage, now)
    _stale(stage, now)
    _scarce(stage, now)
    _waiting_on_vendors(stage, now)
    _unshipped(stage, now)
    _half_imported(stage)


def boss(stage: Stage) -> User:
    """The store's first admin."""
    member: Member = next(each for each in stage.shop.members if each.role is Role.ADMIN)
    return stage.people[member.email.partition("@")[0]]


def some(stage: Stage, model: type[Row], count: int, *where: Any) -> Sequence[Row]:
    """The first rows, oldest first."""
    return stage.session.scalars(select(model).where(*where).order_by(model.id).limit(count)).all()


def _late_tickets(stage: Stage, now: datetime) -> None:
    """Two thirds of the open tickets have waited for days."""
    waiting = some(stage, Ticket, 100, Ticket.status == TicketStatus.OPEN)
    for at, ticket in enumerate(waiting):
        if at % 3:
            ticket.last_message_at -= timedelta(days=1 + at % 4)
            ticket.first_response_due_at = ticket.last_message_at + timedelta(hours=12)


def _snoozes_over(stage: Stage, now: datetime) -> None:
    """Somebody wanted to see these again an hour ago."""
    past = now - timedelta(hours=1)
    for ticket in some(stage, Ticket, 3, Ticket.status == TicketStatus.OPEN):
        ticket.status, ticket.snoozed_until = TicketStatus.SNOOZED, past
    for flag in some(stage, OrderFlag, 1, OrderFlag.status == FlagStatus.OPEN):
        flag.status, flag.snoozed_until = FlagStatus.SNOOZED, past
    for insight in some(stage, SeoInsight, 1, SeoInsight.status == InsightStatus.OPEN):
        insight.status, insight.snoozed_until = InsightStatus.SNOOZED, past
    for insight in some(stage, SeoInsight, 2, SeoInsight.status == InsightStatus.OPEN):
        insight.lane, insight.due_at = InsightLane.NOW, now - timedelta(days=2)
    ticket_ids = [each.id for each in some(stage, Ticket, 1, Ticket.status == TicketStatus.OPEN)]
    for ticket_id in ticket_ids:
        later = Postponement(decision=f"ticket:{ticket_id}", until=past)
        later.postponed_by_id = boss(stage).id
        stage.session.add(later)


def _stale(stage: Stage, now: datetime) -> None:
    """Nothing was synced since yesterday, and the key figures are from then."""
    stage.store.last_synced_at = now - timedelta(hours=26)
    stage.mailbox.last_synced_at = now - timedelta(hours=9)
    for figure in stage.session.scalars(select(KpiCache)):
        figure.refreshed_at = now - timedelta(hours=26)
        figure.expires_at = now - timedelta(hours=20)
    for integration, latency, message, hours in _SLOW:
        stage.session.add(
            ConnectionEvent(
                integration=integration,
                status=EventStatus.WARNING,
                latency_ms=latency,
                message=message,
                created_at=now - timedelta(hours=hours),
            )
        )


def _scarce(stage: Stage, now: datetime) -> None:
    """What sells is nearly gone; one vendor gave no lead time, another has no address."""
    for at, level in enumerate(some(stage, InventoryLevel, 100)):
        level.available = min(level.available, at % 4)
        level.on_hand, level.as_of = level.available, now - timedelta(hours=26)
    first, *others = some(stage, Vendor, 2)
    first.lead_time_mean = first.lead_time_sd = None
    for vendor in others:
        vendor.email = None
    for item in some(stage, VendorItem, 2):
        item.cost = None
    for variant in some(stage, Variant, 1):
        variant.sku = None
    stage.session.flush()
    measuring.measure_at_once(stage.session)


def _waiting_on_vendors(stage: Stage, now: datetime) -> None:
    """An order went out two weeks ago and should have come; another waits to be sent."""
    by = boss(stage)
    drafts = some(stage, PurchaseOrder, 2, PurchaseOrder.status == PurchaseOrderStatus.DRAFT)
    for at, order in enumerate(drafts):
        stage.session.refresh(order, ["vendor", "lines"])
        ordering.approve(stage.session, order, by=by)
        if at == 0:
            ordering.mark_sent(stage.session, order, by=by)
            order.submitted_at = now - timedelta(days=16)
            order.expected_at = (now - timedelta(days=4)).date()


def _unshipped(stage: Stage, now: datetime) -> None:
    """Paid orders that nobody packed."""
    for order in some(stage, Order, 3, Order.fulfillment_status == "unfulfilled"):
        order.placed_at -= timedelta(days=6)


def _half_imported(stage: Stage) -> None:
    """A file was checked and waits for somebody's word; two of its rows are refused."""
    rows = (*brought.GOOD, *brought.BAD)
    brought.checked(stage, rows, filename="from-the-warehouse.csv", by=boss(stage))
