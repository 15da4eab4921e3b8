"""Orders that wait to be shipped, and what a check makes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.models import AuditEvent
from shopapp.catalog.models import Order
from shopapp.db import Session
from shopapp.flags import checking
from shopapp.flags.checking import Report
from shopapp.flags.models import OrderFlag
from tests import cast
from tests.conftest import OpenStore

Row = TypeVar("Row")


def waiting(session: Session, number: int = 2001, hours: float = 30, **values: Any) -> Order:
    """An order that is not shipped yet."""
    order = Order(
        shopify_id=str(number + 3000),
        name=f"#{number}",
        email=f"nils{number}@mail.example",
        placed_at=clock.now() - timedelta(hours=hours),
        currency="EUR",
        total=Decimal(20),
        financial_status="paid",
        synced_at=clock.now(),
    )
    for name, value in values.items():
        setattr(order, name, value)
    session.add(order)
    return order


def flags(session: Session) -> Sequence[OrderFlag]:
    """Every flag with its order, oldest first."""
    rows = select(OrderFlag).options(joinedload(OrderFlag.order)).order_by(OrderFlag.id)
    return session.scalars(rows).all()


def told(session: Session, action: str) -> Sequence[AuditEvent]:
    """The lines of the log with this action."""
    return session.scalars(select(AuditEvent).where(AuditEvent.action == action)).all()


@dataclass
class Harbor:
    """Harbor's session, and its two people."""

    session: Session

    @property
    def ada(self) -> User:
        return self.session.get_one(User, cast.ADA.id)

    @property
    def ben(self) -> User:
        return self.session.get_one(User, cast.BEN.id)

    def order(self, number: int = 2001, hours: float = 30, **values: Any) -> Order:
        """One more order that waits."""
        made = waiting(self.session, number, hours, **values)
        self.session.flush()
        return made

    def check(self) -> Report:
        """What a check does now; all rows are read afresh afterwards."""
        report = checking.check(self.session)
        self.session.flush()
        self.session.expire_all()
        return report

    def flags(self) -> Sequence[OrderFlag]:
        return flags(self.session)

    def only(self) -> OrderFlag:
        (flag,) = self.flags()
        return flag

    def one(self, statement: Select[Row]) -> Row:
        """The one row, with no transaction left open in which others would have to wait."""
        row = self.session.scalars(statement).one()
        self.session.commit()
        return row


class Resting(Harbor):
    """Harbor as those see it who also use its pages: no transaction stays open."""

    def flags(self) -> Sequence[OrderFlag]:
        self.session.expire_all()
        found = super().flags()
        self.session.commit()
        return found


@pytest.fixture
def harbor(store_session: OpenStore) -> Harbor:
    """Harbor on each database."""
    return Harbor(store_session("harbor"))
