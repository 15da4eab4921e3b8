"""What a new store still lacks, worked out from its data."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, func, select

from shopapp.accounts.models import Invitation, Membership
from shopapp.catalog.models import Order, Product
from shopapp.db import Session
from shopapp.purchasing.models import Vendor
from shopapp.seo.models import SearchMetric
from shopapp.stores.models import Store, StoreSettings

DISMISSED = "setup_dismissed"
THRESHOLDS_SEEN = "thresholds_seen"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to set up: where it is done and what comes of it.

    `kind` is what an import is of; `marks` is kept when somebody goes there, as its being done.
    """

    label: str
    gain: str
    endpoint: str
    is_done: bool
    kind: str = ""
    marks: str = ""


_STEPS = (
    # what is done, what comes of it, where, what is imported there, the fact that says it is done
    ("Store details", "Your name under every reply", "settings.general", "", "details"),
    ("Connect mail", "Approved replies leave by your server", "settings.connections", "", "mail"),
    ("Import products", "Stock, prices and costs", "imports.upload", "products", "products"),
    ("Import orders", "Sales, and what mails are about", "imports.upload", "orders", "orders"),
    ("Import search data", "Which pages could earn more", "imports.upload", "search", "search"),
    ("Vendors’ lead times", "When to order what", "purchasing.vendors", "", "lead_times"),
    ("Invite your team", "Who does what, and who approves", "settings.team", "", "team"),
    (
        "Look at the thresholds",
        "What counts as late, low or large",
        "settings.thresholds",
        "",
        THRESHOLDS_SEEN,
    ),
)


def steps(
    session: Session, store: Store, settings: StoreSettings, *, has_mail: bool
) -> tuple[Step, ...]:
    """Every step in the order in which they are best done, in one statement."""
    facts = _facts(session, store) | {
        "details": bool(settings.signature),
        "mail": has_mail,
        THRESHOLDS_SEEN: bool(settings.thresholds or store.onboarding.get(THRESHOLDS_SEEN)),
    }
    return tuple(
        Step(label, gain, endpoint, facts[fact], kind, fact if fact == THRESHOLDS_SEEN else "")
        for label, gain, endpoint, kind, fact in _STEPS
    )


def is_dismissed(store: Store) -> bool:
    """Whether somebody said that the rest is not wanted."""
    return bool(store.onboarding.get(DISMISSED))


def _facts(session: Session, store: Store) -> dict[str, bool]:
    people = select(func.count(Membership.id)).where(Membership.store_id == store.id)
    invited = select(func.count(Invitation.id)).where(Invitation.store_id == store.id)
    row = session.execute(
        select(
            Store.id,  # an entity of the session, so that what stands below is scoped, too
            exists(select(Product.id)).label("products"),
            exists(select(Order.id)).label("orders"),
            exists(select(SearchMetric.id)).label("search"),
            exists(select(Vendor.id)).label("vendors"),
            exists(select(Vendor.id).where(Vendor.lead_time_mean.is_(None))).label("unknown"),
            (people.scalar_subquery() + invited.scalar_subquery()).label("people"),
        ).where(Store.id == store.id)
    ).one()
    return {
        "products": row.products,
        "orders": row.orders,
        "search": row.search,
        "lead_times": row.vendors and not row.unknown,
        "team": row.people > 1,
    }
