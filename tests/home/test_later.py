"""Later: away until a morning of the store, and back when something new comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient

from shopapp import clock
from shopapp.flags.models import FlagStatus
from shopapp.home import later
from shopapp.home.models import Postponement
from shopapp.inbox.models import Ticket
from tests import cast
from tests.conftest import SignIn
from tests.home.counter import Counter
from tests.home.test_deciding import CHANGE, flag_of
from tests.home.test_today import PARTIAL

FRIDAY_NIGHT = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # Saturday already in Berlin


@pytest.fixture
def ben(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.BEN)


@pytest.mark.parametrize(
    ("choice", "moment"),
    [("tomorrow", "2026-11-22"), ("days", "2026-11-24"), ("week", "2026-11-23")],
)
def test_it_comes_back_in_the_store_s_morning(choice: str, moment: str) -> None:
    found = later.until(choice, FRIDAY_NIGHT, "Europe/Berlin")
    assert found is not None
    assert found.isoformat() == f"{moment}T08:00:00+01:00"


def test_a_morning_after_the_clocks_change_is_still_at_eight() -> None:
    saturday = datetime(2026, 10, 24, 9, tzinfo=UTC)
    found = later.until("tomorrow", saturday, "Europe/Berlin")
    assert found is not None
    assert found.isoformat() == "2026-10-25T08:00:00+01:00"


def test_any_other_choice_is_none() -> None:
    assert later.until("never", FRIDAY_NIGHT, "Europe/Berlin") is None
    assert later.until("", FRIDAY_NIGHT, "Europe/Berlin") is None


@pytest.mark.parametrize("choice", ["tomorrow", "days", "week"])
def test_later_puts_it_away_and_undo_brings_it_back(
    ben: FlaskClient, counter: Counter, choice: str
) -> None:
    ticket = counter.tickets()[0]
    key = f"ticket:{ticket}"
    answer = ben.post(CHANGE, data={"decision": key, "do": choice}, headers=PARTIAL)
    assert answer.status_code == 200
    assert key not in {each.key for each in counter.decisions()}
    ben.post("/harbor/decisions/recall", query_string={"decision": key})
    assert key in {each.key for each in counter.decisions()}


def test_a_customer_who_writes_again_ends_the_postponement(
    ben: FlaskClient, counter: Counter
) -> None:
    ticket = counter.tickets()[0]
    ben.post(CHANGE, data={"decision": f"ticket:{ticket}", "do": "week"})
    with counter.session() as session:
        session.get_one(Ticket, ticket).last_message_at = clock.now() + timedelta(seconds=1)
    assert ticket in {each.id for each in counter.decisions()}


def test_later_snoozes_the_flags_of_a_ticket_too(ben: FlaskClient, counter: Counter) -> None:
    flag = counter.flag("401")
    (row,) = [each for each in counter.decisions() if each.also]
    form = {"decision": row.key, "also": list(row.also), "do": "days"}
    ben.post(CHANGE, data=form)
    assert flag_of(counter, flag).status is FlagStatus.SNOOZED
    assert not {each.key for each in counter.decisions()} & {row.key, f"flag:{flag}"}


def test_a_postponement_that_is_over_counts_no_more(counter: Counter) -> None:
    ticket = counter.tickets()[0]
    with counter.session() as session:
        past = clock.now() - timedelta(minutes=1)
        session.add(Postponement(decision=f"ticket:{ticket}", until=past))
    assert ticket in {each.id for each in counter.decisions()}
