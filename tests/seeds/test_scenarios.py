"""Each scenario brings its state about in every area, through what the pages show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from seeds.scenarios import SCENARIOS
from shopapp import clock
from shopapp.catalog.models import InventoryLevel, Order
from shopapp.cli import data
from shopapp.connections.models import ConnectionEvent, EventStatus
from shopapp.db import Session
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.flags.models import OrderFlag
from shopapp.home.models import Postponement
from shopapp.imports.models import FileImport, ImportState
from shopapp.inbox.models import DeliveryState, Ticket, TicketMessage, TicketStatus
from shopapp.inventory.models import ProductVelocity
from shopapp.jobs.models import Job, JobState
from shopapp.mail.models import OutboundMail, OutboundState, RawMail, RawState
from shopapp.metrics.models import KpiCache
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderStatus, Vendor
from shopapp.seo.models import SeoInsight
from shopapp.stores.models import Store
from tests.seeds.conftest import Garden

STORES = ("harbor", "hill")


def test_the_command_knows_every_scenario() -> None:
    assert set(data.SCENARIOS) == set(SCENARIOS)


@pytest.mark.parametrize("garden", ["warning"], indirect=True)
def test_under_strain_much_is_late_stale_and_low(garden: Garden) -> None:
    now = clock.now()
    for handle in STORES:
        with garden.store(handle) as session:
            count = counting(session)
            past = now - timedelta(hours=12)
            assert count(Ticket, Ticket.status == TicketStatus.OPEN, Ticket.last_message_at < past)
            assert count(Ticket, Ticket.snoozed_until < now)
            assert count(OrderFlag, OrderFlag.snoozed_until < now)
            assert count(SeoInsight, SeoInsight.snoozed_until < now)
            assert count(SeoInsight, SeoInsight.due_at < now)
            assert count(Postponement, Postponement.until < now)
            assert count(ConnectionEvent, ConnectionEvent.status == EventStatus.WARNING)
            assert count(InventoryLevel, InventoryLevel.available > 5) == 0
            assert count(ProductVelocity, ProductVelocity.window_days == 0)
            assert count(Vendor, Vendor.lead_time_mean.is_(None))
            assert count(PurchaseOrder, PurchaseOrder.expected_at < now.date())
            assert count(PurchaseOrder, PurchaseOrder.status == PurchaseOrderStatus.SENT)
            assert count(Order, Order.fulfillment_status == "unfulfilled", Order.placed_at < past)
            assert count(FileImport, FileImport.state == ImportState.CHECKED) == 1
            assert not count(KpiCache, KpiCache.expires_at > now)
            assert session.scalars(select(Store.last_synced_at)).first() < now - timedelta(days=1)


@pytest.mark.parametrize("garden", ["error"], indirect=True)
def test_in_trouble_much_was_refused_lost_or_never_arrived(garden: Garden) -> None:
    for handle in STORES:
        with garden.store(handle) as session:
            count = counting(session)
            refused = OutboundMail.state == OutboundState.FAILED
            assert count(OutboundMail, refused)
            assert count(TicketMessage, TicketMessage.delivery_detail.is_not(None))
            assert count(RawMail, RawMail.state == RawState.QUARANTINED)
            assert count(ConnectionEvent, ConnectionEvent.status == EventStatus.FAILURE) >= 3
            assert count(Job, Job.state == JobState.DEAD, Job.store_id == store_id(session))
            assert count(FileImport, FileImport.state == ImportState.FAILED) == 1
            assert count(FileImport, FileImport.rows_refused == FileImport.rows_total) >= 1
            for model in (InventoryLevel, ProductVelocity, KpiCache):
                assert count(model) == 0
    with garden.store("harbor") as session:
        unknown = counting(session)(
            TicketMessage, TicketMessage.delivery_state == DeliveryState.UNKNOWN
        )
        assert unknown
        assert counting(session)(AiDraft, AiDraft.state == DraftState.FAILED)


@pytest.mark.parametrize("garden", SCENARIOS, indirect=True)
def test_nothing_is_left_for_the_worker_to_trip_over(garden: Garden) -> None:
    for handle in STORES:
        with garden.store(handle) as session:
            due = session.scalars(
                select(Job.name).where(
                    Job.store_id == store_id(session),
                    Job.state == JobState.QUEUED,
                    Job.run_at <= clock.now() - timedelta(minutes=1),
                )
            ).all()
            assert not due


def store_id(session: Session) -> str:
    return str(session.info["store_id"])


def counting(session: Session) -> Callable[..., int]:
    def count(model: Any, *where: Any) -> int:
        return session.scalar(select(func.count(model.id)).where(*where)) or 0

    return count
