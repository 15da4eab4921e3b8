"""Planning proposes what runs out, once: twice changes nothing, and people's orders are theirs."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from shopapp import clock
from shopapp.audit.models import AuditEvent
from shopapp.db import Session
from shopapp.jobs import ledger, worker
from shopapp.purchasing.actions import editing, ordering
from shopapp.purchasing.actions.planning import propose
from shopapp.purchasing.models import PurchaseOrder, Vendor, VendorItem
from shopapp.purchasing.planning import NO_VENDOR, Need, unmet
from tests import cast
from tests.conftest import OpenStore
from tests.jobs.scaffold import Shop, shop
from tests.purchasing.goods import every_order, facts, goods, measure, person

__all__ = ["shop"]


@pytest.fixture
def session(store_session: OpenStore) -> Session:
    return store_session("harbor")


def need(variant: str, wanted: int, *, cover: float | None = 9.0, incoming: int = 0) -> Need:
    return Need(variant, "Mill", wanted, incoming, cover, variant, "why")


def test_the_most_urgent_need_comes_first_and_what_is_met_is_left_out() -> None:
    needs = [need("a", 5, cover=None), need("b", 5, cover=2.0), need("c", 0), need("d", 4)]
    found = unmet([*needs, need("e", 3)], {"d"}, {"e": 3})
    assert [each.variant_id for each in found["Mill"]] == ["b", "a"]


def test_what_measuring_counted_on_does_not_hide_a_need() -> None:
    assert unmet([need("a", 5, incoming=10)], (), {"a": 10})
    assert not unmet([need("a", 5, incoming=9)], (), {"a": 10})


def test_each_vendor_gets_one_proposal_with_a_reason_on_each_line(session: Session) -> None:
    earl, green = goods(session, "earl", "green")
    (kettle,) = goods(session, "kettle", vendor=None)
    measure(session, {earl: 40, green: 12, kettle: 3})
    assert propose(session) == 2
    mill, nobody = sorted(every_order(session), key=lambda order: order.vendor.name)
    assert (mill.vendor.name, nobody.vendor.name) == ("Mill & Sons", NO_VENDOR)
    assert [(line.sku, line.quantity) for line in mill.lines] == [("EARL", 40), ("GREEN", 12)]
    assert mill.lines[0].reason == "sells 2.0 a day\n9 days left"
    assert mill.origin_day == clock.today("Europe/Berlin")
    assert mill.expected_at == mill.origin_day + timedelta(days=14)
    assert not mill.is_touched


def test_planning_twice_changes_nothing(session: Session) -> None:
    variants = goods(session, "earl", "green", "oolong")
    measure(session, dict.fromkeys(variants, 7))
    propose(session)
    session.commit()
    before = facts(session), session.scalar(select(func.count(AuditEvent.id)))
    session.expire_all()
    assert propose(session) == 0
    assert (facts(session), session.scalar(select(func.count(AuditEvent.id)))) == before


def test_terms_of_the_vendor_set_the_cost(session: Session) -> None:
    (earl,) = goods(session, "earl")
    mill = Vendor(name="Mill & Sons", currency="USD")
    session.add(mill)
    session.flush()
    session.add(VendorItem(vendor_id=mill.id, variant_id=earl, cost=3, vendor_sku="M-1"))
    measure(session, {earl: 5})
    propose(session)
    (line,) = every_order(session)[0].lines
    assert (line.unit_cost, line.vendor_sku) == (3, "M-1")


def test_an_untouched_proposal_of_yesterday_is_refreshed_in_place(session: Session) -> None:
    earl, green = goods(session, "earl", "green")
    today = measure(session, {earl: 40})
    propose(session)
    (order,) = every_order(session)
    order.origin_day = today - timedelta(days=1)
    measure(session, {green: 5})
    session.commit()
    assert propose(session) == 1
    (again,) = every_order(session)
    assert (again.id, again.origin_day) == (order.id, today)
    assert {line.sku: line.quantity for line in again.lines} == {"EARL": 40, "GREEN": 5}
    assert propose(session) == 0


def test_a_touched_proposal_is_left_alone_and_its_articles_are_not_proposed_again(
    session: Session,
) -> None:
    earl, green = goods(session, "earl", "green")
    today = measure(session, {earl: 40})
    propose(session)
    (order,) = every_order(session)
    order.origin_day = today - timedelta(days=1)
    session.commit()
    (order,) = every_order(session)
    typed = editing.Typed((), "Ring twice", order.expected_at, order.shipping, order.location_id)
    editing.save(session, order, typed=typed, version=order.version, by=person(session))
    assert order.is_touched
    measure(session, {green: 5})
    before = facts(session)
    assert propose(session) == 1
    assert facts(session)[0] == before[0]
    assert [line.sku for line in every_order(session)[1].lines] == ["GREEN"]


@pytest.mark.parametrize("step", ["draft", "approved", "sent"])
def test_what_stands_on_an_order_is_not_proposed_again(session: Session, step: str) -> None:
    (earl,) = goods(session, "earl")
    measure(session, {earl: 40})
    propose(session)
    (order,) = every_order(session)
    order.is_touched, order.origin_day = True, None
    if step != "draft":
        ordering.approve(session, order, by=person(session))
    if step == "sent":
        ordering.mark_sent(session, order, by=person(session))
    session.commit()
    assert propose(session) == 0
    assert len(every_order(session)) == 1


def test_a_proposal_cancelled_today_does_not_come_back_today(session: Session) -> None:
    (earl,) = goods(session, "earl")
    measure(session, {earl: 40})
    propose(session)
    ordering.cancel(session, every_order(session)[0], reason="Not now", by=person(session))
    assert propose(session) == 0


def test_a_need_that_is_gone_takes_its_untouched_proposal_along(session: Session) -> None:
    (earl,) = goods(session, "earl")
    day = measure(session, {earl: 40})
    propose(session)
    measure(session, {earl: 0}, day=day + timedelta(days=1))
    assert propose(session) == 1
    assert every_order(session) == []
    assert propose(session) == 0


def test_without_a_measure_nothing_is_proposed(session: Session) -> None:
    goods(session, "earl")
    assert propose(session) == 0


def test_two_planners_at_once_make_one_proposal(store_session: OpenStore, session: Session) -> None:
    measure(session, dict.fromkeys(goods(session, "earl", "green"), 7))
    session.commit()
    ready = threading.Barrier(2)

    def run(planner: Session) -> None:
        ready.wait(20)
        propose(planner)
        planner.commit()

    with ThreadPoolExecutor() as crew:
        list(crew.map(run, [store_session("harbor") for _ in range(2)]))
    with store_session("harbor") as seen:
        (order,) = every_order(seen)
        assert [line.quantity for line in order.lines] == [7, 7]


def test_the_job_plans_each_store_by_itself(shop: Shop) -> None:
    with shop.session() as session:
        measure(session, {goods(session, "earl")[0]: 4})
    for _ in range(2):
        with shop.session() as session:
            ledger.enqueue(session, "purchasing.plan", store_id=cast.HARBOR.id, arguments={})
        assert worker.drain(shop.app) == 1
    with shop.session() as session:
        assert len(every_order(session)) == 1
    with shop.session(bound=False) as session:
        from shopapp.tenancy import bind

        bind(session, cast.HILL.id)
        assert session.scalar(select(func.count(PurchaseOrder.id))) == 0
