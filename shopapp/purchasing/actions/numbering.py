"""Numbers of purchase orders: one after the other, without gaps, whoever approves at once."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from shopapp import clock
from shopapp.db import Session
from shopapp.purchasing.models import PurchaseOrderSeries
from shopapp.stores.models import Store
from shopapp.tenancy import store_of


def next_number(session: Session) -> str:
    """'PO-2026-0007': the next of the year in the store's time zone.

    It is given with the caller's transaction or not at all; others wait until that is decided.
    """
    year = clock.today(session.get_one(Store, store_of(session)).timezone).year
    number = _raised(session, year)
    if number is None:
        _begin(session, year)
        number = _raised(session, year)
    return f"PO-{year}-{number:04d}"


def _raised(session: Session, year: int) -> int | None:
    return session.scalar(
        update(PurchaseOrderSeries)
        .where(PurchaseOrderSeries.year == year)
        .values(last=PurchaseOrderSeries.last + 1)
        .returning(PurchaseOrderSeries.last)
        .execution_options(synchronize_session=False)
    )


def _begin(session: Session, year: int) -> None:
    try:
        with session.begin_nested():
            session.add(PurchaseOrderSeries(year=year, last=0))
    except IntegrityError:
        return  # somebody began the year in this moment
