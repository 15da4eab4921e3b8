"""Two workers check at once, and a person is at work meanwhile."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from shopapp import schedule
from shopapp.accounts.models import User
from shopapp.flags import actions, checking, queries
from shopapp.flags.models import FlagStatus, OrderFlag
from shopapp.jobs import ledger, registry, worker
from tests import cast
from tests.flags.waiting import flags, told, waiting
from tests.jobs.scaffold import Shop, shop
from tests.security.test_races import meet, together

__all__ = ["shop"]


def test_two_checks_raise_one_flag_each(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with shop.session() as session:
        for number in range(2001, 2006):
            waiting(session, number, total=Decimal(420))
    meet(monkeypatch, checking, "_verdicts")

    def check() -> int:
        with shop.session() as session:
            return checking.check(session).raised

    assert sum(together(check, check)) == 10
    with shop.session() as session:
        assert len(flags(session)) == len(told(session, "flag.raised")) == 10


def test_two_checks_close_a_flag_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with shop.session() as session:
        order = waiting(session)
        session.flush()
        checking.check(session)
        order.fulfillment_status = "fulfilled"
    meet(monkeypatch, checking, "_next_flags")

    def check() -> int:
        with shop.session() as session:
            return checking.check(session).closed

    assert sum(together(check, check)) == 1
    with shop.session() as session:
        assert len(told(session, "flag.closed")) == 1


def test_what_a_person_resolves_meanwhile_stays_resolved(shop: Shop) -> None:
    with shop.session() as session:
        waiting(session)
        session.flush()
        checking.check(session)

    def resolve() -> None:
        with shop.session() as session:
            (flag,) = flags(session)
            by = session.get_one(User, cast.BEN.id)
            actions.resolve(session, flag, note="Leaves today.", by=by)

    def check() -> None:
        with shop.session() as session:
            checking.check(session)

    together(resolve, check)
    with shop.session() as session:
        (flag,) = flags(session)
        assert (flag.status, flag.resolution_notes) == (FlagStatus.RESOLVED, "Leaves today.")


def test_the_chore_runs_as_a_job_and_tells_how_many_orders_it_saw(shop: Shop) -> None:
    with shop.session() as session:
        waiting(session)
        ledger.enqueue(session, queries.CHECK, store_id=shop.store_id, arguments={})
    worker.drain(shop.app)
    with shop.session() as session:
        checked = queries.last_check(session)
        assert checked is not None
        assert checked.orders == 3
        assert session.scalars(select(OrderFlag)).one().status is FlagStatus.OPEN


def test_every_store_is_checked_every_ten_minutes() -> None:
    (chore,) = [each for each in schedule.CHORES if each.job == queries.CHECK]
    assert (chore.every, chore.each_store) == (timedelta(minutes=10), True)
    assert registry.find(queries.CHECK)
