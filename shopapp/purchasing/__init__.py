"""What sells how fast, and what is bought from whom."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from sqlalchemy import Select, select

from shopapp.web.templating import Entry


def waiting() -> Select[Any]:
    """The drafts."""
    from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderStatus

    return select(PurchaseOrder.id).where(PurchaseOrder.status == PurchaseOrderStatus.DRAFT)


NAV = (
    Entry("Purchasing", "truck", "purchasing.orders", "p", count=waiting),
    Entry("Velocity", "gauge", "purchasing.velocity", "v", in_rail=False),
)
SETTINGS: tuple[Entry, ...] = ()


def blueprints() -> tuple[Blueprint, ...]:
    """The area's blueprints."""
    from shopapp.purchasing.views import purchasing

    return (purchasing,)
