"""Orders in trouble: flags, and the orders they are about."""

from __future__ import annotations

from typing import Any

from flask import Blueprint
from sqlalchemy import Select, select

from shopapp.web.templating import Entry


def waiting() -> Select[Any]:
    """The open flags."""
    from shopapp.flags.models import FlagStatus, OrderFlag

    return select(OrderFlag.id).where(OrderFlag.status == FlagStatus.OPEN)


NAV = (Entry("Flags", "flag", "orders.flags", "f", count=waiting),)
SETTINGS: tuple[Entry, ...] = ()


def blueprints() -> tuple[Blueprint, ...]:
    """The area's blueprints."""
    from shopapp.orders.views import orders

    return (orders,)
