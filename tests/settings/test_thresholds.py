"""Thresholds: what may be typed, what is kept, and what happens when two people type."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from shopapp import clock
from shopapp.audit.models import AuditEvent
from shopapp.catalog.models import Order
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.stores.queries import settings
from shopapp.stores.registry import THRESHOLDS, limit
from tests.settings.conftest import Harbor
from tests.settings.reading import HOME, PARTIAL, by_id, filled, form, parsed, words

URL = f"{HOME}/thresholds"


def typed(client: FlaskClient, **values: str) -> dict[str, str]:
    """The form as it is served, with some fields typed over."""
    return form(client, URL, "thresholds") | values


def stored(harbor: Harbor, key: str) -> int:
    return int(harbor(lambda session: limit(settings(session), key)))


def test_the_page_shows_every_threshold_with_its_default(ada: FlaskClient) -> None:
    fields = form(ada, URL, "thresholds")
    assert {each.key: str(each.default) for each in THRESHOLDS}.items() <= fields.items()


def test_saving_answers_htmx_with_the_form_and_a_toast(ada: FlaskClient, harbor: Harbor) -> None:
    response = ada.post(URL, data=typed(ada, overdue_hours="24"), headers=PARTIAL)
    assert response.status_code == 200
    assert "Thresholds saved" in words(response)
    assert filled(parsed(response), "thresholds")["overdue_hours"] == "24"
    assert stored(harbor, "overdue_hours") == 24


def test_saving_without_javascript_redirects_and_says_so(ada: FlaskClient) -> None:
    response = ada.post(URL, data=typed(ada, overdue_hours="24"))
    assert (response.status_code, response.location) == (303, URL)
    assert "Thresholds saved" in words(ada.get(URL))


@pytest.mark.parametrize("wrong", ["", "0", "241", "many", "3.5", "1e99", "NaN", "-1", "９٩x"])
@pytest.mark.parametrize("headers", [{}, PARTIAL], ids=["page", "htmx"])
def test_a_wrong_number_keeps_everything_typed(
    ada: FlaskClient, harbor: Harbor, wrong: str, headers: dict[str, str]
) -> None:
    data = typed(ada, overdue_hours=wrong, low_stock_minimum="7")
    response = ada.post(URL, data=data, headers=headers)
    page = parsed(response)
    assert response.status_code == 422
    assert (
        filled(page, "thresholds").items()
        >= {"overdue_hours": wrong, "low_stock_minimum": "7"}.items()
    )
    assert by_id(page, "overdue_hours")["aria-invalid"] == "true"
    assert page.select('[data-summary] a[href="#overdue_hours"]')
    assert (page.find("html") is None) == bool(headers)
    assert stored(harbor, "low_stock_minimum") == 5


def test_the_audit_log_says_who_changed_what(ada: FlaskClient, harbor: Harbor) -> None:
    ada.post(URL, data=typed(ada, overdue_hours="24"))
    event = harbor(lambda session: session.scalars(select(AuditEvent)).one())
    assert (event.actor_name, event.action) == ("Ada", "thresholds.changed")
    assert (event.before, event.after) == (
        {"overdue_hours": 12, "version": 1},
        {"overdue_hours": 24, "version": 2},
    )


def test_saving_what_is_already_so_changes_nothing(ada: FlaskClient, harbor: Harbor) -> None:
    assert ada.post(URL, data=typed(ada)).status_code == 303
    assert harbor(settings).version == 1
    assert harbor(lambda session: session.scalars(select(AuditEvent)).all()) == []


def test_a_threshold_at_its_default_is_not_stored(ada: FlaskClient, harbor: Harbor) -> None:
    ada.post(URL, data=typed(ada, overdue_hours="24", low_stock_minimum="9"))
    ada.post(URL, data=typed(ada, overdue_hours="12"))
    assert harbor(settings).thresholds == {"low_stock_minimum": 9}


def test_reset_puts_the_default_back_for_the_person_to_save(
    ada: FlaskClient, harbor: Harbor
) -> None:
    ada.post(URL, data=typed(ada, overdue_hours="24"))
    data = typed(ada, low_stock_minimum="7", reset="overdue_hours")
    page = parsed(ada.post(URL, data=data, headers=PARTIAL))
    fields = filled(page, "thresholds")
    assert (fields["overdue_hours"], fields["low_stock_minimum"]) == ("12", "7")
    assert by_id(page, "thresholds").has_attr("data-unsaved")
    assert page.find(id="reset-overdue_hours") is None
    assert stored(harbor, "overdue_hours") == 24


@pytest.mark.parametrize("headers", [{}, PARTIAL], ids=["page", "htmx"])
def test_the_second_to_change_a_value_sees_both(
    ada: FlaskClient, ben: FlaskClient, harbor: Harbor, headers: dict[str, str]
) -> None:
    mine = typed(ada, overdue_hours="24", low_stock_minimum="7")
    ben.post(URL, data=typed(ben, overdue_hours="36"))
    response = ada.post(URL, data=mine, headers=headers)
    page = parsed(response)
    assert response.status_code == 409
    assert "Ben changed this page" in words(response)
    assert "Overdue after Ben saved 36 ; you typed 24 ." in words(response)
    assert filled(page, "thresholds")["low_stock_minimum"] == "7"
    assert stored(harbor, "overdue_hours") == 36


def test_keep_mine_saves_mine(ada: FlaskClient, ben: FlaskClient, harbor: Harbor) -> None:
    mine = typed(ada, overdue_hours="24")
    ben.post(URL, data=typed(ben, overdue_hours="36"))
    again = filled(parsed(ada.post(URL, data=mine, headers=PARTIAL)), "thresholds")
    assert ada.post(URL, data=again).status_code == 303
    assert stored(harbor, "overdue_hours") == 24


def test_take_theirs_saves_the_rest_of_mine(
    ada: FlaskClient, ben: FlaskClient, harbor: Harbor
) -> None:
    mine = typed(ada, overdue_hours="24", low_stock_minimum="7")
    ben.post(URL, data=typed(ben, overdue_hours="36"))
    page = parsed(ada.post(URL, data=mine, headers=PARTIAL))
    theirs = str(by_id(page, "take-theirs")["value"])
    ada.post(URL, data=filled(page, "thresholds") | {"theirs": theirs})
    assert stored(harbor, "overdue_hours") == 36
    assert stored(harbor, "low_stock_minimum") == 7


def test_a_third_change_while_deciding_collides_again(
    ada: FlaskClient, ben: FlaskClient, harbor: Harbor
) -> None:
    mine = typed(ada, overdue_hours="24")
    ben.post(URL, data=typed(ben, overdue_hours="36"))
    again = filled(parsed(ada.post(URL, data=mine, headers=PARTIAL)), "thresholds")
    ben.post(URL, data=typed(ben, overdue_hours="48"))
    assert ada.post(URL, data=again, headers=PARTIAL).status_code == 409
    assert stored(harbor, "overdue_hours") == 48


def test_changes_of_different_values_meet_without_a_conflict(
    ada: FlaskClient, ben: FlaskClient, harbor: Harbor
) -> None:
    mine = typed(ada, overdue_hours="24")
    ben.post(URL, data=typed(ben, low_stock_minimum="9"))
    ben.post(
        f"{HOME}/automations",
        data=form(ben, f"{HOME}/automations", "automations") | {"ai_drafts": ""},
    )
    assert ada.post(URL, data=mine).status_code == 303
    assert stored(harbor, "overdue_hours") == 24
    assert stored(harbor, "low_stock_minimum") == 9


def test_what_a_threshold_would_have_matched(ada: FlaskClient, harbor: Harbor) -> None:
    ordered, wrote = clock.now() - timedelta(days=2), clock.now() - timedelta(hours=20)
    harbor(lambda session: session.execute(update(Order).values(placed_at=ordered)))
    harbor(lambda session: session.execute(update(Ticket).values(last_message_at=wrote)))
    harbor(lambda session: session.execute(update(TicketMessage).values(sent_at=wrote)))

    def matches(key: str, number: str) -> str:
        return words(ada.get(f"{URL}/{key}/matches?{key}={number}", headers=PARTIAL))

    assert matches("high_value_order", "23") == "Would have matched 2 orders in the last 30 days."
    assert matches("high_value_order", "24") == "Would have matched 0 orders in the last 30 days."
    assert matches("overdue_hours", "19") == "Would have matched 2 tickets in the last 30 days."
    assert matches("overdue_hours", "21") == "Would have matched 0 tickets in the last 30 days."
    assert matches("overdue_hours", "") == ""
    assert matches("return_rate", "5") == ""
    assert ada.get(f"{URL}/nonsense/matches").status_code == 404
