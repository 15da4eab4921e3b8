"""What waits, as each area has it: read from the tables, on both databases."""

from __future__ import annotations

from decimal import Decimal

import pytest

from shopapp import clock
from shopapp.connections.models import EventStatus
from shopapp.flags.models import FlagStatus, OrderFlag
from shopapp.home.ranking import Decision, Kind
from shopapp.inbox.models import DeliveryState, Ticket, TicketMessage, TicketStatus
from shopapp.jobs.models import Job, JobState
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderStatus
from shopapp.seo.models import InsightLane, InsightStatus
from tests import cast
from tests.home.counter import Counter, days_ago


def of(counter: Counter, kind: Kind) -> list[Decision]:
    return [each for each in counter.decisions() if each.kind is kind]


def test_an_open_ticket_waits_with_its_order_s_value(counter: Counter) -> None:
    first, second = of(counter, Kind.TICKET)
    titles = {each.title.partition(": ")[2] for each in (first, second)}
    assert titles == {"Where is my tea?", "A leaf in the parcel"}
    assert (first.stake, first.verb, first.is_done_here) == (Decimal(24), "Write reply", False)
    assert first.why.startswith("Overdue: waits for")
    assert "order #100" in first.why


def test_a_ready_draft_is_quicker_and_can_be_approved_here(counter: Counter) -> None:
    ticket = counter.tickets()[0]
    counter.draft(ticket)
    row = next(each for each in of(counter, Kind.TICKET) if each.id == ticket)
    assert (row.verb, row.is_done_here, row.minutes) == ("Review draft", True, 3)


def test_a_ticket_without_an_order_is_worth_an_average_one(counter: Counter) -> None:
    with counter.session() as session:
        session.get_one(Ticket, counter.tickets()[0]).shopify_order_id = None
    assert Decimal(50) in {each.stake for each in of(counter, Kind.TICKET)}


def test_words_of_money_raise_the_chance(counter: Counter) -> None:
    ticket = counter.tickets()[0]
    with counter.session() as session:
        row = session.get_one(Ticket, ticket)
        row.preview, row.last_message_at = "Ich möchte eine Erstattung", clock.now()
    found = next(each for each in of(counter, Kind.TICKET) if each.id == ticket)
    assert found.chance == pytest.approx(0.45)
    assert "asks for money back" in found.why


@pytest.mark.parametrize("state", [DeliveryState.QUEUED, DeliveryState.SENDING])
def test_a_reply_on_its_way_waits_for_nobody(counter: Counter, state: DeliveryState) -> None:
    ticket = counter.tickets()[0]
    counter.draft(ticket)
    _deliver(counter, ticket, state)
    assert ticket not in {each.id for each in of(counter, Kind.TICKET)}


def test_an_unknown_delivery_is_a_decision(counter: Counter) -> None:
    ticket = counter.tickets()[0]
    counter.draft(ticket)
    _deliver(counter, ticket, DeliveryState.UNKNOWN)
    row = next(each for each in of(counter, Kind.TICKET) if each.id == ticket)
    assert (row.verb, row.is_done_here) == ("Settle", False)


@pytest.mark.parametrize("status", [TicketStatus.PENDING, TicketStatus.CLOSED, TicketStatus.SPAM])
def test_a_ticket_that_is_not_open_does_not_wait(counter: Counter, status: TicketStatus) -> None:
    with counter.session() as session:
        session.get_one(Ticket, counter.tickets()[0]).status = status
    assert len(of(counter, Kind.TICKET)) == 1


def test_an_open_flag_waits_with_its_evidence(counter: Counter) -> None:
    counter.close_tickets()
    flag = counter.flag(severity="critical")
    (row,) = counter.decisions()
    assert (row.key, row.title) == (f"flag:{flag}", "Not shipped: order #1090")
    assert row.why.startswith("Not shipped after 3 days, open for")
    assert (row.stake, row.chance) == (Decimal(24), pytest.approx(0.4, abs=0.01))


@pytest.mark.parametrize("status", [FlagStatus.SNOOZED, FlagStatus.RESOLVED])
def test_a_flag_that_was_seen_to_does_not_wait(counter: Counter, status: FlagStatus) -> None:
    flag = counter.flag()
    with counter.session() as session:
        session.get_one(OrderFlag, flag).status = status
    assert not of(counter, Kind.FLAG)


def test_a_ticket_about_the_flagged_order_holds_the_flag(counter: Counter) -> None:
    flag = counter.flag("401")
    assert not of(counter, Kind.FLAG)
    (row,) = [each for each in counter.decisions() if each.also]
    assert (row.kind, row.also) == (Kind.TICKET, (f"flag:{flag}",))


def test_what_runs_out_waits_with_a_day_s_loss(counter: Counter) -> None:
    variant = counter.runs_out()
    (row,) = of(counter, Kind.STOCK)
    assert (row.key, row.verb) == (f"stock:{variant}", "Order 40")
    assert row.title == "The Harbor Tea thing One size runs out"
    assert row.stake == Decimal(24), "4 a day, half of 12.00 earned"
    assert row.chance == pytest.approx(0.95), "gone in two days, 14 until the vendor delivers"


def test_a_known_cost_and_a_quick_vendor_count(counter: Counter) -> None:
    counter.vendor(name="Quick", lead_time_mean=1.0)
    with counter.session() as session:
        from tests.home.counter import product_of

        product_of(session).vendor_name = "Quick"
    counter.runs_out(stockout_low=days_ago(-3), stockout_high=days_ago(-5))
    (row,) = of(counter, Kind.STOCK)
    assert row.chance == pytest.approx(0.05)


@pytest.mark.parametrize("more", [{"wanted": 0}, {"window_days": 30}])
def test_enough_stock_or_another_window_does_not_wait(
    counter: Counter, more: dict[str, int]
) -> None:
    counter.runs_out(**more)
    assert not of(counter, Kind.STOCK)


def test_only_the_newest_measurement_counts(counter: Counter) -> None:
    counter.runs_out(day=days_ago(1))
    counter.runs_out(wanted=7)
    assert [each.verb for each in of(counter, Kind.STOCK)] == ["Order 7"]


def test_a_purchase_order_stands_for_the_shelves_it_fills(counter: Counter) -> None:
    counter.runs_out(stock=0)
    order = counter.purchase()
    assert not of(counter, Kind.STOCK)
    (row,) = of(counter, Kind.PURCHASE)
    assert (row.key, row.verb) == (f"purchase:{order}", "Approve")
    assert row.title == "Order 40 units from Leaf & Sons"
    assert (row.stake, row.chance) == (Decimal(24), 1.0)
    assert row.why == "The Harbor Tea thing One size is sold out"


def test_an_approved_order_waits_to_be_sent(counter: Counter) -> None:
    order = counter.purchase()
    with counter.session() as session:
        row = session.get_one(PurchaseOrder, order)
        row.status, row.number = PurchaseOrderStatus.APPROVED, "PO-2026-0001"
    (found,) = of(counter, Kind.PURCHASE)
    assert (found.title, found.is_done_here) == ("Send PO-2026-0001 to Leaf & Sons", False)


def test_a_finding_of_the_lane_now_waits(counter: Counter) -> None:
    insight = counter.insight()
    counter.insight(lane=InsightLane.SOON)
    counter.insight(status=InsightStatus.IN_PROGRESS)
    (row,) = of(counter, Kind.INSIGHT)
    assert row.key == f"insight:{insight}"
    assert row.stake == Decimal(10), "300 clicks a month, 2 % of them buy for 50"
    assert row.chance == pytest.approx(0.5)


def test_a_broken_connection_comes_first(counter: Counter) -> None:
    counter.event(EventStatus.SUCCESS, hours=3)
    counter.event(EventStatus.FAILURE, hours=2)
    counter.event(EventStatus.INFO, hours=1)
    counter.dead_job()
    first, second, *_ = counter.decisions()
    assert (first.key, first.title) == ("connection:smtp", "Outgoing mail does not work")
    assert first.why == "The server refused the password, 2 hours ago"
    assert (second.key, second.title) == ("job:inbox.draft", "Drafting a reply failed")


def test_a_connection_that_works_again_does_not_wait(counter: Counter) -> None:
    counter.event(EventStatus.FAILURE, hours=2)
    counter.event(EventStatus.WARNING, hours=1)
    assert not of(counter, Kind.CONNECTION)


def test_jobs_of_another_store_and_jobs_that_run_do_not_wait(counter: Counter) -> None:
    counter.dead_job()
    with counter.session() as session:
        session.add(Job(store_id=cast.HILL.id, name="x", state=JobState.DEAD))
        session.add(Job(store_id=cast.HARBOR.id, name="y", state=JobState.QUEUED))
    assert [each.key for each in of(counter, Kind.JOB)] == ["job:inbox.draft"]


def test_another_store_sees_nothing_of_it(counter: Counter) -> None:
    counter.flag()
    counter.runs_out()
    counter.insight()
    counter.event(EventStatus.FAILURE)
    counter.purchase()
    hill = Counter(counter.open_store, "hill")
    assert {each.kind for each in hill.decisions()} == {Kind.TICKET}


def _deliver(counter: Counter, ticket: str, state: DeliveryState) -> None:
    with counter.session() as session:
        for message in session.query(TicketMessage).filter_by(ticket_id=ticket):
            if message.delivery_state is DeliveryState.DRAFT:
                message.author_id = cast.BEN.id
                message.delivery_state = state
        session.get_one(Ticket, ticket).draft_ready = False
