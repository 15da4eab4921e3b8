"""The key figures on the page: fresh, out of date, missing; the inbox's own, and the pace."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from shopapp import clock
from shopapp.drafts.models import AiDraft, DraftState, DraftSubject
from shopapp.home.actions import figuring
from shopapp.home.pace import Deed, medians
from shopapp.home.queries.figures import Figure
from shopapp.home.views.figures import card, shown
from shopapp.inbox.models import AuthorType, DeliveryState, Direction, Ticket, TicketMessage
from shopapp.jobs.models import Job
from shopapp.metrics import actions, kpis
from shopapp.metrics.kpis import Unit
from shopapp.metrics.models import KpiCache
from tests import cast
from tests.cast import NOON
from tests.conftest import SignIn
from tests.home.counter import Counter, days_ago
from tests.home.test_today import PARTIAL, one, soup

FIGURES = "/harbor/figures"


def work_out(counter: Counter) -> None:
    with counter.session() as session:
        actions.refresh(session)
        figuring.refresh(session)


def test_before_anything_was_worked_out_there_are_dashes(sign_in: SignIn) -> None:
    box = one(soup(sign_in(cast.BEN)), "#figures")
    assert len(box.select(".figure")) == 7
    assert {each.text for each in box.select(".value")} == {"–unknown"}
    assert one(box, "#figures-refresh")


def test_fresh_figures_need_no_button(sign_in: SignIn, counter: Counter) -> None:
    work_out(counter)
    box = one(soup(sign_in(cast.BEN)), "#figures")
    assert "As of just now" in box.text
    assert not box.select("#figures-refresh")


def test_old_figures_say_their_age_and_can_be_refreshed(sign_in: SignIn, counter: Counter) -> None:
    work_out(counter)
    with counter.session() as session:
        for row in session.scalars(select(KpiCache)):
            row.refreshed_at, row.expires_at = (
                clock.now() - timedelta(hours=8),
                clock.now() - timedelta(hours=2),
            )
    ben = sign_in(cast.BEN)
    box = one(soup(ben), "#figures")
    assert "As of 8 hours ago, out of date" in " ".join(box.text.split())
    answer = ben.post(FIGURES, headers=PARTIAL)
    assert "Working them out" in answer.text
    assert 'hx-trigger="load delay:2s"' in answer.text
    with counter.session() as session:
        names = set(session.scalars(select(Job.name)))
    assert {"metrics.kpis", "home.figures"} <= names


def test_yesterday_s_range_is_shown_until_today_s_is_there(
    sign_in: SignIn, counter: Counter
) -> None:
    work_out(counter)
    with counter.session() as session:
        for row in session.scalars(select(KpiCache)):
            row.range_start -= timedelta(days=1)
            row.range_end -= timedelta(days=1)
    assert one(soup(sign_in(cast.BEN)), "#figure-orders .value").text != "–unknown"


def test_the_range_is_in_the_address(sign_in: SignIn, counter: Counter) -> None:
    work_out(counter)
    box = one(soup(sign_in(cast.BEN), "/harbor/?range=90"), "#figures")
    assert one(box, ".segment [aria-current]").text == "90 d"
    odd = one(soup(sign_in(cast.BEN), "/harbor/?range=5"), "#figures")
    assert one(odd, ".segment [aria-current]").text == "30 d"


def test_the_figures_are_a_page_and_a_fragment(sign_in: SignIn) -> None:
    cleo = sign_in(cast.CLEO)
    assert "<html" in cleo.get(FIGURES).text
    assert (
        cleo.get(FIGURES, headers=PARTIAL).text.lstrip().startswith('<section class="card figures"')
    )
    assert cleo.post(FIGURES).status_code == 403


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [
        (Unit.MONEY, "1240.4", "€1,240"),
        (Unit.PERCENT, "66.6667", "66.7%"),
        (Unit.PERCENT, "50.0000", "50%"),
        (Unit.MINUTES, "200", "3 h 20 min"),
        (Unit.MINUTES, "5760", "4 days"),
        (Unit.COUNT, "12345", "12,345"),
    ],
)
def test_a_number_reads_as_its_unit(unit: Unit, value: str, text: str) -> None:
    assert shown(unit, Decimal(value), "EUR") == text


@pytest.mark.parametrize(
    ("kpi", "value", "previous", "said"),
    [
        (kpis.ORDERS, 112, 100, ("12% vs previous 7 days", "up", "success")),
        (kpis.ORDERS, 50, 100, ("50% vs previous 7 days", "down", "critical")),
        (kpis.REFUND_RATE, 4, 6, ("2.0 points vs previous 7 days", "down", "success")),
        (kpis.ORDERS, 5, 5, ("No change vs previous 7 days", "", "")),
        (kpis.ORDERS, 5, 0, ("From nothing vs previous 7 days", "up", "success")),
        (kpis.ORDERS, 5, None, ("No earlier days to compare with", "", "")),
    ],
)
def test_a_change_is_said_in_words(
    kpi: kpis.Kpi, value: int, previous: int | None, said: tuple[str, str, str]
) -> None:
    before = None if previous is None else Decimal(previous)
    figure = Figure(Decimal(value), before, "", (), days_ago(7), days_ago(1), NOON, NOON)
    found = card(kpi, figure, "EUR")
    assert (found.delta, found.direction, found.tone) == said


def test_the_first_response_is_a_median_in_minutes(counter: Counter) -> None:
    asked = clock.now() - timedelta(days=3)
    with counter.session() as session:
        for ticket, minutes in zip(counter.tickets(), (10, 50), strict=True):
            letter = session.scalars(
                select(TicketMessage).where(TicketMessage.ticket_id == ticket)
            ).one()
            letter.sent_at = asked
            session.add_all(_reply(ticket, asked + timedelta(minutes=m)) for m in (minutes, 500))
    work_out(counter)
    assert _payload(counter, "first_response")["value"] == "30.0000"


def test_the_share_of_drafts_sent_unchanged(counter: Counter) -> None:
    with counter.session() as session:
        ticket = session.scalars(select(Ticket.id)).first() or ""
        session.add_all(_sent(ticket, edit) for edit in ("as_is", "light", "as_is", "rewrite"))
    work_out(counter)
    assert _payload(counter, "sent_unchanged")["value"] == "50.0000"


def test_what_nobody_did_has_a_reason(counter: Counter) -> None:
    work_out(counter)
    assert _payload(counter, "sent_unchanged")["reason"] == "No AI drafts sent in these days."


def test_the_pace_is_the_median_gap_of_a_person_s_deeds() -> None:
    gaps = (2, 4, 3, 90, 4, 5, 1)
    at, deeds = NOON, [Deed("ben", "ticket", NOON)]
    for gap in gaps:
        at += timedelta(minutes=gap)
        deeds.append(Deed("ben", "ticket", at))
    assert medians(deeds) == {"ticket": 4}, "2 4 3 4 5 1; the hour and a half was a break"
    assert medians(deeds[:5]) == {}, "too few to say"
    assert medians(Deed(str(each.at), "ticket", each.at) for each in deeds) == {}, "nobody's gap"


def _payload(counter: Counter, key: str) -> dict[str, object]:
    with counter.session() as session:
        rows = session.scalars(select(KpiCache).where(KpiCache.metric_key == key))
        return next(row.payload for row in rows if row.range_start == days_ago(7))


def _reply(ticket: str, at: object) -> TicketMessage:
    return TicketMessage(
        ticket_id=ticket,
        author_type=AuthorType.STAFF,
        direction=Direction.OUT,
        delivery_state=DeliveryState.SENT,
        sent_at=at,
    )


def _sent(ticket: str, edit: str) -> AiDraft:
    return AiDraft(
        subject_type=DraftSubject.TICKET,
        subject_id=ticket,
        model="test",
        version="1",
        state=DraftState.SENT,
        edit_class=edit,
        approved_by_id=cast.BEN.id,
        approved_at=clock.now() - timedelta(days=2),
    )
