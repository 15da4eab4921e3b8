"""The circuit breaker: opens after failures in a row, lets one probe through, and closes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from shopapp import clock
from shopapp.connections.models import EventStatus
from shopapp.connections.queries import latest_events
from shopapp.connectors.errors import AuthFailed, ConnectorError, Permanent, Temporary
from shopapp.connectors.llm.fake import FakeModel
from shopapp.connectors.llm.shapes import Busy, Declined, Spent
from shopapp.drafts.actions import breaking
from shopapp.drafts.actions.breaking import LLM, MOST_FAILURES, CircuitOpen
from tests.drafts.metering import ASKED, calls, choose, metered, month, service
from tests.jobs.scaffold import Shop, shop

__all__ = ["shop"]
DOWN = Temporary("The language model's server does not answer.", fix="Is it running?")


def fail(shop: Shop, *errors: ConnectorError) -> None:
    with shop.app.app_context():
        for error in errors:
            with pytest.raises(type(error)):
                metered(shop, FakeModel(error)).chat(ASKED)


def open_circuit(shop: Shop) -> None:
    choose(shop)
    fail(shop, *[DOWN] * MOST_FAILURES)


def pass_time(monkeypatch: pytest.MonkeyPatch, span: timedelta) -> None:
    moment = clock.now() + span
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_after_five_failures_nobody_is_asked(shop: Shop) -> None:
    open_circuit(shop)
    fake = FakeModel("Hello")
    with shop.app.app_context(), pytest.raises(CircuitOpen, match="left alone for about a minute"):
        metered(shop, fake).chat(ASKED)
    assert fake.questions == []
    with shop.session() as session:
        assert len(calls(session)) == MOST_FAILURES
        assert month(session).reserved == 0
        events = latest_events(session, LLM)
        assert [event.status for event in events] == [EventStatus.FAILURE] * MOST_FAILURES
        assert events[0].message == "The language model's server does not answer. Is it running?"


def test_an_answer_among_the_failures_starts_the_count_anew(shop: Shop) -> None:
    choose(shop)
    fail(shop, *[DOWN] * (MOST_FAILURES - 1))
    with shop.app.app_context():
        metered(shop, FakeModel("Hello")).chat(ASKED)
    fail(shop, DOWN, AuthFailed("No."), Busy("Later."))
    with shop.session() as session:
        assert (service(session).failures, service(session).opened_until) == (3, None)
        statuses = [event.status for event in latest_events(session, LLM)]
        assert statuses.count(EventStatus.SUCCESS) == 1


def test_a_refused_question_says_nothing_against_the_service(shop: Shop) -> None:
    choose(shop)
    fail(shop, *[Permanent("Too long.")] * 3, Declined("No.", ended="refusal", spent=Spent()))
    with shop.session() as session:
        assert service(session).failures == 0
        assert latest_events(session, LLM) == []


def test_after_the_pause_one_call_probes_and_closes_the_circuit(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_circuit(shop)
    pass_time(monkeypatch, timedelta(seconds=61))
    others: list[Exception] = []

    def look_around() -> None:  # while the probe is under way
        with pytest.raises(CircuitOpen) as caught:
            metered(shop, FakeModel("Hello")).chat(ASKED)
        others.append(caught.value)

    with shop.app.app_context():
        assert metered(shop, FakeModel("Hello", look_around=look_around)).chat(ASKED).text
        assert metered(shop, FakeModel("Hello")).chat(ASKED).text
    assert len(others) == 1
    with shop.session() as session:
        assert (service(session).failures, service(session).opened_until) == (0, None)
        assert latest_events(session, LLM)[0].message == "The language model answers again."


def test_a_probe_that_fails_doubles_the_pause(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    open_circuit(shop)
    pass_time(monkeypatch, timedelta(seconds=61))
    fail(shop, DOWN)
    with shop.session() as session:
        assert service(session).opened_until == clock.now() + timedelta(minutes=2)


def test_of_many_at_once_one_probes(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    open_circuit(shop)
    pass_time(monkeypatch, timedelta(seconds=61))

    def admitted(_: int) -> bool:
        with shop.session() as session:
            try:
                breaking.admit(session, service(session), patience=timedelta(minutes=1))
            except CircuitOpen:
                return False
        return True

    with ThreadPoolExecutor(6) as crew:
        assert sum(crew.map(admitted, range(6))) == 1


def test_a_probe_that_never_came_back_is_followed_by_another(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_circuit(shop)
    pass_time(monkeypatch, timedelta(seconds=61))
    with shop.app.app_context():
        metered(shop, FakeModel())._begun(ASKED)  # and its worker dies
        pass_time(monkeypatch, timedelta(seconds=91))
        assert metered(shop, FakeModel("Hello")).chat(ASKED).text


@pytest.mark.parametrize(("failures", "minutes"), [(5, 1), (6, 2), (8, 8), (9, 15), (5000, 15)])
def test_pauses_grow_to_a_quarter_of_an_hour(failures: int, minutes: int) -> None:
    assert breaking.pause(failures) == timedelta(minutes=minutes)
