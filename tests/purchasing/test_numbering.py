"""Numbers of purchase orders: one after the other, without gaps, whoever approves at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from shopapp import clock
from shopapp.db import Session
from shopapp.purchasing.actions import drafting, ordering
from shopapp.purchasing.actions.numbering import next_number
from shopapp.purchasing.queries import orders
from tests.conftest import OpenStore
from tests.purchasing.goods import every_order, goods, person

YEAR = clock.today("Europe/Berlin").year


def drafts(session: Session, count: int) -> list[str]:
    """Orders of one line each; their ids."""
    made = []
    for number in range(count):
        variants = goods(session, f"tea{number}", vendor=f"Vendor {number}")
        made += drafting.create_for(session, variants=variants, by=person(session)).drafts
    session.commit()
    return [order.id for order in made]


def test_numbers_count_from_one_in_each_store(store_session: OpenStore) -> None:
    harbor, hill = store_session("harbor"), store_session("hill")
    found = [next_number(harbor) for _ in range(3)]
    harbor.commit()
    assert found == [f"PO-{YEAR}-{number:04d}" for number in (1, 2, 3)]
    assert next_number(hill) == f"PO-{YEAR}-0001"


def test_the_year_is_that_of_the_stores_time_zone(
    store_session: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)  # half past midnight in Berlin
    monkeypatch.setattr(clock, "now", lambda: late)
    assert next_number(store_session("harbor")) == "PO-2027-0001"


def test_a_number_that_was_not_kept_is_given_again(store_session: OpenStore) -> None:
    session = store_session("harbor")
    next_number(session)
    session.rollback()
    assert next_number(session) == f"PO-{YEAR}-0001"


def test_many_approvals_at_once_leave_no_gap(store_session: OpenStore) -> None:
    with store_session("harbor") as session:
        ids = drafts(session, 12)

    def approve(mine: Session, some: list[str]) -> None:
        for number, order_id in enumerate(some):
            _approve(mine, order_id)
            if number == 1:  # this one changes its mind, and tries again
                mine.rollback()
                _approve(mine, order_id)
            mine.commit()

    with ThreadPoolExecutor() as crew:
        shares = [ids[at::4] for at in range(4)]
        list(crew.map(approve, [store_session("harbor") for _ in shares], shares))
    with store_session("harbor") as session:
        numbers = sorted(str(order.number) for order in every_order(session))
        assert numbers == [f"PO-{YEAR}-{number:04d}" for number in range(1, 13)]


def _approve(session: Session, order_id: str) -> None:
    order = orders.order(session, order_id)
    assert order
    ordering.approve(session, order, by=person(session))


def test_one_order_approved_twice_at_once_has_one_number(store_session: OpenStore) -> None:
    with store_session("harbor") as session:
        (order_id,) = drafts(session, 1)
    first, second = store_session("harbor"), store_session("harbor")
    other = orders.order(second, order_id)
    assert other
    second.commit()
    _approve(first, order_id)
    first.commit()
    with pytest.raises(ordering.Stale, match="approved already"):
        ordering.approve(second, other, by=person(second))
