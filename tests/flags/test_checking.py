"""The check: it raises, follows, wakes and closes, once and only once."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from shopapp import clock
from shopapp.flags import actions, checking
from shopapp.flags.models import FlagSeverity, FlagStatus
from shopapp.flags.rules import Kind, facts_in
from shopapp.stores.models import StoreSettings
from tests.conftest import OpenStore
from tests.flags.waiting import Harbor, told, waiting


def test_each_rule_raises_its_flag(harbor: Harbor) -> None:
    harbor.order(2001)
    harbor.order(2002, hours=1, total=Decimal(420))
    assert harbor.check().raised == 2
    assert {(each.order.name, each.flag_type) for each in harbor.flags()} == {
        ("#2001", Kind.UNFULFILLED),
        ("#2002", Kind.HIGH_VALUE),
    }
    assert all(each.raised_by_id is None for each in harbor.flags())
    assert len(told(harbor.session, "flag.raised")) == 2


def test_all_orders_are_counted_and_a_second_check_changes_nothing(harbor: Harbor) -> None:
    harbor.order(total=Decimal(420))
    first = harbor.check()
    before = [(each.id, each.version, each.evidence) for each in harbor.flags()]
    second = harbor.check()
    assert (first.orders, first.raised) == (3, 2)
    assert (second.raised, second.closed, second.woken) == (0, 0, 0)
    assert [(each.id, each.version, each.evidence) for each in harbor.flags()] == before


@pytest.mark.parametrize(
    "change",
    [
        {"fulfillment_status": "fulfilled"},
        {"financial_status": "refunded"},
        {"cancelled_at": clock.now()},
    ],
    ids=["shipped", "refunded", "cancelled"],
)
def test_a_flag_closes_itself_when_its_cause_is_gone(
    harbor: Harbor, change: dict[str, object]
) -> None:
    order = harbor.order(total=Decimal(420))
    harbor.check()
    for name, value in change.items():
        setattr(order, name, value)
    assert harbor.check().closed == 2
    for flag in harbor.flags():
        assert (flag.status, flag.resolved_by_id) == (FlagStatus.RESOLVED, None)
        assert flag.resolved_at
        assert flag.resolution_notes.startswith("The order ")
    assert len(told(harbor.session, "flag.closed")) == 2


def test_a_flag_by_hand_does_not_close_itself(harbor: Harbor) -> None:
    order = harbor.order(fulfillment_status="fulfilled")
    actions.raise_by_hand(harbor.session, order, kind="address_problem", note="", by=harbor.ben)
    assert harbor.check().closed == 0
    assert harbor.only().status is FlagStatus.OPEN


def test_a_threshold_that_was_raised_closes_the_flag(harbor: Harbor) -> None:
    harbor.order()
    harbor.check()
    row = harbor.session.scalars(select(StoreSettings)).one()
    row.thresholds = {"unfulfilled_hours": 48}
    assert harbor.check().closed == 1
    assert harbor.only().resolution_notes == "It is within the threshold now."
    row.thresholds = {}
    assert harbor.check().raised == 1


def test_evidence_and_severity_follow_without_a_new_version(harbor: Harbor) -> None:
    order = harbor.order()
    harbor.check()
    version = harbor.only().version
    order.placed_at -= timedelta(days=3)
    harbor.check()
    flag = harbor.only()
    assert flag.severity is FlagSeverity.CRITICAL
    assert [fact.value for fact in facts_in(flag.evidence)] == ["4 days"]
    assert flag.version == version


def test_a_sleeping_flag_wakes_when_it_is_due(harbor: Harbor) -> None:
    order = harbor.order(fulfillment_status="fulfilled")
    by_hand = actions.raise_by_hand(
        harbor.session, order, kind="other", note="Call him.", by=harbor.ben
    )
    until = clock.now() + timedelta(hours=1)
    actions.snooze(harbor.session, by_hand, until=until, by=harbor.ben)
    assert harbor.check().woken == 0
    by_hand.snoozed_until = clock.now() - timedelta(seconds=1)
    assert harbor.check().woken == 1
    flag = harbor.only()
    assert (flag.status, flag.snoozed_until) == (FlagStatus.OPEN, None)
    assert harbor.check().woken == 0


def test_a_sleeping_flag_closes_itself_too(harbor: Harbor) -> None:
    order = harbor.order()
    harbor.check()
    until = clock.now() + timedelta(days=1)
    actions.snooze(harbor.session, harbor.only(), until=until, by=harbor.ben)
    order.fulfillment_status = "fulfilled"
    harbor.check()
    assert (harbor.only().status, harbor.only().snoozed_until) == (FlagStatus.RESOLVED, None)


def test_a_high_value_that_was_looked_at_comes_back_only_with_another_value(
    harbor: Harbor,
) -> None:
    order = harbor.order(hours=1, total=Decimal(420))
    harbor.check()
    actions.resolve(harbor.session, harbor.only(), note="I know them.", by=harbor.ben)
    assert harbor.check().raised == 0
    order.total = Decimal(500)
    assert harbor.check().raised == 1


def test_a_dismissed_delay_is_not_raised_again(harbor: Harbor) -> None:
    harbor.order()
    harbor.check()
    actions.dismiss(harbor.session, harbor.only(), reason="He picks it up.", by=harbor.ben)
    assert harbor.check().raised == 0


def test_a_delay_that_lasts_after_it_was_resolved_is_raised_again(harbor: Harbor) -> None:
    harbor.order()
    harbor.check()
    flag = actions.resolve(harbor.session, harbor.only(), note="Leaves today.", by=harbor.ben)
    assert harbor.check().raised == 0
    flag.resolved_at = clock.now() - timedelta(hours=25)
    assert harbor.check().raised == 1


def test_many_orders_are_checked_in_batches(
    harbor: Harbor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "BATCH", 3)
    for number in range(2001, 2011):
        waiting(harbor.session, number)
    harbor.session.flush()
    assert harbor.check().raised == 10
    assert harbor.check().raised == 0
    for flag in harbor.flags():
        flag.order.fulfillment_status = "fulfilled"
    assert harbor.check().closed == 10


def test_another_stores_orders_are_left_alone(harbor: Harbor, store_session: OpenStore) -> None:
    harbor.order()
    harbor.check()
    harbor.session.commit()
    hill = Harbor(store_session("hill"))
    assert (hill.check().raised, list(hill.flags())) == (0, [])
