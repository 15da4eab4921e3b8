"""The pages of working tickets: the menu, chips, levels, handling, tags, rules, surveys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp import clock
from shopapp.inbox import surveys
from shopapp.inbox.models import (
    CsatRating,
    InboxRule,
    InboxSettings,
    Priority,
    Score,
    Tag,
    Ticket,
    TicketStatus,
)
from shopapp.stores.models import StoreSettings
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.reading import INBOX, PARTIAL, plant, url


def one(open_store: OpenStore, model: Any) -> Any:
    """The store's one row of this kind, read and let go."""
    with open_store("harbor") as session:
        return session.scalars(select(model)).one()


def status(open_store: OpenStore, ticket: str) -> TicketStatus:
    with open_store("harbor") as session:
        return session.get_one(Ticket, ticket).status


@pytest.fixture
def ticket(store_session: OpenStore) -> str:
    """A ticket of Nils with his order."""
    with store_session("harbor") as session:
        row = plant(session, 1, customer_email="nils@mail.example")
        row.shopify_order_id = "401"
        session.flush()
        ticket_id = row.id
        session.commit()
    return ticket_id


def test_the_work_menu_is_fetched_and_works_as_a_page(sign_in: SignIn, ticket: str) -> None:
    ben = sign_in(cast.BEN)
    for headers in ({}, PARTIAL):
        text = ben.get(url(ticket, "work"), headers=headers).text
        for words in ("Tomorrow morning", "#1001 is delivered", "The thing is in stock", "Urgent"):
            assert words in text


def test_a_ticket_is_snoozed_by_the_menu_and_brought_back_by_undo(
    sign_in: SignIn, store_session: OpenStore, ticket: str
) -> None:
    ben = sign_in(cast.BEN)
    said = ben.post(url(ticket, "snooze"), data={"awaits": "reply"}, headers=PARTIAL).text
    assert "Ticket snoozed" in said
    assert f"{url(ticket, 'waking')}" in said
    assert status(store_session, ticket) is TicketStatus.SNOOZED
    ben.post(url(ticket, "waking"))
    assert status(store_session, ticket) is TicketStatus.OPEN


def test_a_snooze_into_the_past_is_refused_in_words(sign_in: SignIn, ticket: str) -> None:
    said = sign_in(cast.BEN).post(url(ticket, "snooze"), data={"until": "2001-01-01T09:00"})
    assert said.status_code == 422
    assert "still to come" in said.text


def test_priority_and_tags_are_shown_as_chips(sign_in: SignIn, ticket: str) -> None:
    ben = sign_in(cast.BEN)
    ben.post(url(ticket, "priority"), data={"priority": "urgent"})
    ben.post(url(ticket, "tags"), data={"tag": "Big <Fan>"})
    text = ben.get(url(ticket, "chips"), headers=PARTIAL).text
    assert "Urgent" in text
    assert "big &lt;fan&gt;" in text
    ben.post(url(ticket, "tags"), data={"remove": "big <fan>"})
    assert "fan" not in ben.get(url(ticket, "chips"), headers=PARTIAL).text


def test_service_levels_are_saved_with_hours_and_shown_by_an_example(
    sign_in: SignIn, store_session: OpenStore
) -> None:
    ada = sign_in(cast.ADA)
    form = {f"hours-{day}": "9:00-18:00" for day in ("mon", "tue", "wed", "thu", "fri")}
    form |= {"is_on": "1", "normal-first": "1 h", "clock": "business", "own": "2099-12-24"}
    text = ada.post(f"{INBOX}/service-levels", data=form, headers=PARTIAL).text
    assert "17:50 is to be answered by Mon" in text
    assert "09:50" in text
    assert one(store_session, StoreSettings).business_hours["fri"] == ["09:00-18:00"]
    assert one(store_session, InboxSettings).levels["targets"]["normal"]["first"] == 60


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"normal-first": "soon"}, "no span of time"),
        ({"hours-mon": "18:00-09:00"}, "ends before it begins"),
        ({"hours-mon": "9:00-12:00, 11:00-13:00"}, "overlap"),
        ({"own": "christmas"}, "no day"),
        ({"country": "XX"}, "country of the list"),
        ({"country": "DE", "region": "XX"}, "no region"),
    ],
    ids=range(6),
)
def test_what_is_no_level_is_refused(sign_in: SignIn, wrong: dict[str, str], said: str) -> None:
    answer = sign_in(cast.ADA).post(f"{INBOX}/service-levels", data=wrong)
    assert answer.status_code == 422
    assert said in answer.text


def test_handling_is_saved_and_needs_people_to_hand_out_to(
    sign_in: SignIn, store_session: OpenStore
) -> None:
    ada = sign_in(cast.ADA)
    form = {"assignment": "in_turn", "spam": "off", "delay_hours": "2", "every_days": "9"}
    refused = ada.post(f"{INBOX}/handling", data=form)
    assert "Choose at least one person" in refused.text
    assert ada.post(f"{INBOX}/handling", data={**form, "people": cast.BEN.id}).status_code == 303
    row = one(store_session, InboxSettings)
    assert row.assignment == {"mode": "in_turn", "people": [cast.BEN.id], "away": []}
    assert row.survey == {"is_on": False, "delay_hours": 2, "every_days": 9}


def test_tags_are_renamed_joined_and_deleted(
    sign_in: SignIn, store_session: OpenStore, ticket: str
) -> None:
    ada = sign_in(cast.ADA)
    for name in ("tea", "coffee"):
        ada.post(url(ticket, "tags"), data={"tag": name})
    with store_session("harbor") as session:
        ids = {tag.name: tag.id for tag in session.scalars(select(Tag))}
    joined = ada.post(f"{INBOX}/tags/{ids['tea']}", data={"name": "Coffee"}, headers=PARTIAL)
    assert "Joined with coffee" in joined.text
    assert ada.get(url(ticket, "chips"), headers=PARTIAL).text.count("#tag") == 1
    ada.post(f"{INBOX}/tags/{ids['coffee']}/removal")
    assert "No tags yet" in ada.get(f"{INBOX}/tags").text


def test_a_rule_is_written_without_scripts_tried_and_switched_on(
    sign_in: SignIn, store_session: OpenStore
) -> None:
    ada = sign_in(cast.ADA)
    page = ada.post(f"{INBOX}/rules").location
    lines = ada.post(page, data={"name": "Tea", "step": "add-condition"}).text
    assert "Remove condition 1" in lines
    form = {"name": "Tea", "field": "body", "op": "like", "value": "earl*week ago"}
    form |= {"do": "tag", "with": "late", "needs_all": "1", "trigger": "new"}
    assert ada.post(page, data=form).status_code == 303
    text = ada.get(page).text
    assert "<strong>1</strong> of 2 mails in 1 ticket would have been met" in text
    assert "Where is my tea?" in text
    assert ada.post(f"{page}/switch", data={"on": "1"}).status_code == 303
    assert one(store_session, InboxRule).is_active


def test_a_rule_that_was_not_tried_is_not_switched_on(sign_in: SignIn) -> None:
    ada = sign_in(cast.ADA)
    page = ada.post(f"{INBOX}/rules").location
    refused = ada.post(f"{page}/switch", data={"on": "1"})
    assert refused.status_code == 422
    assert "Try the rule on the last 30 days first" in refused.text


def test_rules_change_places(sign_in: SignIn, store_session: OpenStore) -> None:
    ada = sign_in(cast.ADA)
    first, second = (ada.post(f"{INBOX}/rules").location for _ in range(2))
    ada.post(f"{second}/place", data={"way": "up"})
    with store_session("harbor") as session:
        by_id = {rule.id: rule.position for rule in session.scalars(select(InboxRule))}
    assert [by_id[page.rpartition("/")[2]] for page in (first, second)] == [2, 1]
    ada.post(f"{second}/removal")
    assert "Rule 1" in ada.get(first).text


@pytest.fixture
def survey(client: FlaskClient, store_session: OpenStore, ticket: str) -> str:
    """The address of a survey about the ticket."""
    now = clock.now()
    rating = CsatRating(ticket_id=ticket, asked_email="nils@mail.example", asked_at=now)
    rating.expires_at, rating_id = now + timedelta(days=1), rating.id
    with store_session("harbor") as session:
        session.add(rating)
        session.commit()
    key = client.application.extensions["shopapp_keys"].thread_key
    return f"/survey/{surveys.token(key, cast.HARBOR.id, rating_id)}"


def test_a_look_at_a_survey_votes_for_nothing(
    client: FlaskClient, store_session: OpenStore, survey: str
) -> None:
    text = client.get(f"{survey}?score=bad").text
    assert 'value="bad" checked' in text
    assert one(store_session, CsatRating.score) is None


def test_a_customer_rates_and_changes_their_mind(
    client: FlaskClient, sign_in: SignIn, store_session: OpenStore, survey: str, ticket: str
) -> None:
    client.post(survey, data={"score": "bad", "comment": "Too slow"})
    thanks = client.post(survey, data={"score": "good", "comment": ""}, follow_redirects=True)
    assert "Thank you" in thanks.text
    assert one(store_session, CsatRating.score) is Score.GOOD
    assert "Rated good" in sign_in(cast.BEN).get(url(ticket, "chips")).text


def test_a_forged_or_ended_survey_takes_no_answer(
    client: FlaskClient, store_session: OpenStore, survey: str
) -> None:
    assert client.get(survey[:-1] + ("0" if survey[-1] != "0" else "1")).status_code == 410
    with store_session("harbor") as session:
        session.scalars(select(CsatRating)).one().expires_at = clock.now() - timedelta(days=1)
        session.commit()
    assert client.post(survey, data={"score": "good"}).status_code == 422
    assert "over" in client.get(survey).text


def test_priorities_come_most_urgent_first(sign_in: SignIn, ticket: str) -> None:
    text = sign_in(cast.BEN).get(url(ticket, "work")).text
    places = [text.index(f'value="{each.value}"') for each in reversed(Priority)]
    assert places == sorted(places)
