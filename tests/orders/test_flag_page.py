"""The page of one flag: evidence, work, notes, two people at once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp import clock
from shopapp.audit.models import AuditEvent
from shopapp.flags import actions
from shopapp.flags.models import FlagStatus, OrderFlag
from shopapp.inbox.models import Ticket
from shopapp.stores.models import Store
from tests import cast
from tests.flags.waiting import Harbor
from tests.inbox.reading import PARTIAL, one, soup


@pytest.fixture
def late(harbor: Harbor) -> Harbor:
    """One order waits too long."""
    harbor.order(2001)
    harbor.check()
    harbor.session.commit()
    return harbor


def url(flag: OrderFlag, *more: str) -> str:
    return "/".join(("/harbor/orders/flags", flag.id, *more))


def now(harbor: Harbor) -> OrderFlag:
    """The flag as it is stored now."""
    return harbor.only()


def post(client: FlaskClient, harbor: Harbor, what: str, **data: Any) -> Any:
    flag = now(harbor)
    return client.post(url(flag, what), data={"version": flag.version, **data}, headers=PARTIAL)


def test_the_evidence_says_rule_value_and_threshold(ben: FlaskClient, late: Harbor) -> None:
    page = soup(ben.get(url(late.only())).text)
    assert one(page, ".compared").text == "30 hours > 24 hours"
    assert "Still not shipped after 30 hours" in one(page, ".evidence").text
    assert "nils2001@mail.example" in one(page, "#flag-side .facts").text


def test_a_flag_is_resolved_with_a_note(ben: FlaskClient, late: Harbor) -> None:
    answer = post(ben, late, "resolution", note="Left this morning.\r\nSorry.")
    assert answer.status_code == 200
    assert "Flag resolved" in answer.text
    flag = now(late)
    assert (flag.status, flag.resolved_by_id) == (FlagStatus.RESOLVED, cast.BEN.id)
    assert flag.resolution_notes == "Left this morning.\nSorry."
    event = late.one(select(AuditEvent).where(AuditEvent.action == "flag.resolved"))
    assert (event.actor_name, event.before["status"]) == ("Ben", "open")
    assert "Left this morning." in ben.get(url(flag)).text


def test_a_flag_is_dismissed_with_a_reason_and_not_without(ben: FlaskClient, late: Harbor) -> None:
    assert post(ben, late, "dismissal", reason=" ").status_code == 422
    assert now(late).status is FlagStatus.OPEN
    assert post(ben, late, "dismissal", reason="It is a test").status_code == 200
    assert (now(late).status, now(late).resolution_notes) == (
        FlagStatus.DISMISSED,
        "It is a test",
    )


def test_a_flag_sleeps_until_nine_in_the_stores_morning(ben: FlaskClient, late: Harbor) -> None:
    assert post(ben, late, "snooze", until="2031-06-05").status_code == 200
    flag = now(late)
    assert flag.status is FlagStatus.SNOOZED
    assert flag.snoozed_until
    assert flag.snoozed_until.isoformat() == "2031-06-05T07:00:00+00:00"


@pytest.mark.parametrize("until", ["", "rubbish", "2020-01-01", "9999-12-31", "x" * 30])
def test_a_day_that_is_none_or_past_is_refused(ben: FlaskClient, late: Harbor, until: str) -> None:
    answer = post(ben, late, "snooze", until=until)
    assert answer.status_code == 422
    assert one(soup(answer.text), "[role=alert]").text.strip()
    assert now(late).status is FlagStatus.OPEN


def test_a_flag_is_given_to_a_member_and_to_nobody(ben: FlaskClient, late: Harbor) -> None:
    assert "Assigned to Ada" in post(ben, late, "assignment", assignee=cast.ADA.id).text
    assert now(late).assignee_id == cast.ADA.id
    assert "Assigned to nobody" in post(ben, late, "assignment", assignee="").text
    assert now(late).assignee_id is None
    assert post(ben, late, "assignment", assignee=cast.DORA.id).status_code == 404


def test_a_settled_flag_is_reopened(ben: FlaskClient, late: Harbor) -> None:
    post(ben, late, "resolution", note="Done.")
    assert "Flag reopened" in post(ben, late, "reopening").text
    flag = now(late)
    assert (flag.status, flag.resolved_at, flag.resolution_notes) == (FlagStatus.OPEN, None, "")


def test_what_has_a_newer_flag_is_not_reopened(ben: FlaskClient, late: Harbor) -> None:
    post(ben, late, "resolution", note="Done.")
    old = now(late)
    old.resolved_at = clock.now() - timedelta(days=3)
    of_old = select(OrderFlag).where(OrderFlag.id == old.id)
    late.check()
    late.session.commit()
    old = late.one(of_old)
    answer = ben.post(url(old, "reopening"), data={"version": old.version}, headers=PARTIAL)
    assert answer.status_code == 422
    assert "newer flag" in answer.text


@pytest.mark.parametrize("headers", [{}, PARTIAL], ids=["page", "htmx"])
def test_two_people_at_once_see_both_versions(
    ada: FlaskClient, ben: FlaskClient, late: Harbor, headers: dict[str, str]
) -> None:
    flag = late.only()
    typed = {"version": flag.version, "note": "I called the depot."}
    post(ada, late, "resolution", note="It left at noon.")
    answer = ben.post(url(flag, "resolution"), data=typed, headers=headers)
    page = soup(answer.text)
    assert answer.status_code == 409
    assert "It left at noon." in answer.text
    assert one(page, "#flag-note").text.strip() == "I called the depot."
    assert now(late).resolution_notes == "It left at noon."


def test_a_form_without_its_version_is_stale(ben: FlaskClient, late: Harbor) -> None:
    answer = ben.post(url(late.only(), "resolution"), data={"note": "x"}, headers=PARTIAL)
    assert answer.status_code == 409


def test_staff_reads_and_notes_but_does_not_act(cleo: FlaskClient, late: Harbor) -> None:
    flag = late.only()
    page = soup(cleo.get(url(flag)).text)
    assert not page.select("#resolve-button, #snooze-button, #assign-button, dialog[id^=resolve]")
    assert "Note added" in post(cleo, late, "notes", note="I saw it at the pier.").text
    assert "I saw it at the pier." in cleo.get(url(flag)).text
    for what in ("resolution", "dismissal", "snooze", "assignment", "reopening"):
        assert post(cleo, late, what).status_code == 403


@pytest.mark.parametrize("note", ["", "  \n ", "x" * 2001])
def test_a_note_that_is_none_or_too_long_is_refused(
    cleo: FlaskClient, late: Harbor, note: str
) -> None:
    answer = post(cleo, late, "notes", note=note)
    assert answer.status_code == 422
    assert one(soup(answer.text), "#flag-note").text.removeprefix("\n") == note


def test_thresholds_are_linked_for_admins_alone(
    ada: FlaskClient, ben: FlaskClient, late: Harbor
) -> None:
    link = '.card-head a[href="/harbor/settings/thresholds"]'
    assert one(soup(ada.get(url(late.only())).text), link)
    assert not soup(ben.get(url(late.only())).text).select(link)


def test_shopifys_page_is_linked_once_the_shop_is_known(ben: FlaskClient, late: Harbor) -> None:
    flag = late.only()
    assert "Open in Shopify" not in ben.get(url(flag)).text
    late.session.get_one(Store, cast.HARBOR.id).shop_domain = "harbor.myshopify.example"
    late.session.commit()
    address = "https://harbor.myshopify.example/admin/orders/5001"
    assert one(soup(ben.get(url(flag)).text), f'[href="{address}"]')


def test_other_flags_of_the_order_and_its_ticket_are_linked(ben: FlaskClient, late: Harbor) -> None:
    first = late.only()
    ticket = late.one(select(Ticket).where(Ticket.number == 1))
    assert first.order
    second = actions.report_from_ticket(
        late.session, first.order, ticket_id=ticket.id, note="Broken.", by=late.ben
    )
    late.session.commit()
    page = soup(ben.get(url(second)).text)
    assert one(page, f'.evidence [href="/harbor/inbox/tickets/{ticket.id}"]')
    assert one(page, f'#flag-side [href="{url(first)}"]').text.startswith("Not shipped")


def test_a_flag_whose_order_is_gone_still_has_its_page(ben: FlaskClient, late: Harbor) -> None:
    flag = late.only()
    late.session.delete(flag.order)
    late.session.commit()
    text = ben.get(url(flag)).text
    assert "not in the mirror any more" in text
    assert "Still not shipped after 30 hours" in text
    assert "5001" in ben.get("/harbor/orders/flags").text
