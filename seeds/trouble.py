"""The error scenario: an ordinary week in which things were refused, lost or never arrived."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from seeds import brought
from seeds.stage import Stage
from seeds.story import Answers, Fate
from seeds.strain import boss, some
from shopapp.catalog.models import InventoryLevel
from shopapp.connections.models import ConnectionEvent, EventStatus
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.inbox.models import Ticket, TicketStatus
from shopapp.inventory.models import ProductVelocity, StockSnapshot
from shopapp.jobs.models import Job, JobState
from shopapp.mail.models import RawMail, RawState
from shopapp.metrics.models import KpiCache
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderLine, PurchaseOrderStatus
from shopapp.seo.models import SearchMetric

_BROKEN = (
    ("shopify", None, "Shopify refused the access token. Connect the store again.", 3.0),
    ("shopify", None, "Shopify refused the access token. Connect the store again.", 27.0),
    ("smtp", 10_000, "The mail server did not answer within ten seconds.", 0.5),
    ("gsc", None, "Search Console no longer lists this property.", 40.0),
)
_DEAD = (
    ("purchasing.measure", "OverflowError: a day has more sales than a number can hold"),
    ("metrics.kpis", "OperationalError: the database was busy for too long"),
)


def trouble(stage: Stage, now: datetime) -> None:
    """Let what can go wrong go wrong in a store of the base scenario."""
    _refused_mail(stage)
    _failed_drafts(stage)
    _broken_connections(stage, now)
    _dead_jobs(stage, now)
    _unreadable(stage, now)
    _failed_imports(stage)
    _no_figures(stage)
    _priceless(stage)


def _refused_mail(stage: Stage) -> None:
    """Two replies are refused, one more may or may not have arrived."""
    who = boss(stage).email.partition("@")[0]
    ready = Ticket.draft_ready.is_(True)
    for at, ticket in enumerate(some(stage, Ticket, 3, ready, Ticket.status == TicketStatus.OPEN)):
        name = f"refused-{at}"
        stage.tickets[name] = ticket
        fate = Fate.UNKNOWN if at == 2 else Fate.RETURNED
        Answers(who, fate=fate).play(stage, name)
        stage.work()


def _failed_drafts(stage: Stage) -> None:
    """The drafter gave up on these questions."""
    waiting = AiDraft.state == DraftState.FAILED
    for draft in some(stage, AiDraft, 2, waiting):
        draft.error = "The drafter stopped: its answer named facts that nobody gave it."


def _broken_connections(stage: Stage, now: datetime) -> None:
    stage.store.last_synced_at = now - timedelta(days=6)
    stage.mailbox.last_synced_at = now - timedelta(days=2)
    for integration, latency, message, hours in _BROKEN:
        stage.session.add(
            ConnectionEvent(
                integration=integration,
                status=EventStatus.FAILURE,
                latency_ms=latency,
                message=message,
                created_at=now - timedelta(hours=hours),
            )
        )


def _dead_jobs(stage: Stage, now: datetime) -> None:
    for name, error in _DEAD:
        died = now - timedelta(hours=5)
        stage.session.add(
            Job(
                store_id=stage.store.id,
                name=name,
                state=JobState.DEAD,
                run_at=died,
                attempts=8,
                last_error=error,
                started_at=died,
                finished_at=died,
            )
        )


def _unreadable(stage: Stage, now: datetime) -> None:
    """A mail that could not be read is kept byte for byte."""
    content = b"Content-Type: multipart/mixed; boundary=\x00\r\n\r\n--\x00"
    stage.session.add(
        RawMail(
            mailbox_id=stage.mailbox.id,
            sha256="f" * 64,
            size=len(content),
            content=content,
            origin="broken.eml",
            state=RawState.QUARANTINED,
            error="The parts of this mail cannot be told apart.",
            received_at=now - timedelta(hours=7),
        )
    )


def _failed_imports(stage: Stage) -> None:
    """One file broke off, of another every row is refused; nothing of either was imported."""
    by = boss(stage)
    brought.broken(stage, filename="products-export.csv", by=by)
    brought.checked(stage, brought.BAD, filename="price-list.csv", by=by)


def _no_figures(stage: Stage) -> None:
    """No stock is known, nothing was measured, no search engine reports, no figure is kept."""
    for model in (InventoryLevel, StockSnapshot, ProductVelocity, SearchMetric, KpiCache):
        stage.session.execute(delete(model))


def _priceless(stage: Stage) -> None:
    """A purchase order nobody can approve: its articles have no price."""
    draft = PurchaseOrder.status == PurchaseOrderStatus.DRAFT
    for order in some(stage, PurchaseOrder, 1, draft):
        lines = select(PurchaseOrderLine).where(PurchaseOrderLine.purchase_order_id == order.id)
        for line in stage.session.scalars(lines):
            line.unit_cost *= 0
