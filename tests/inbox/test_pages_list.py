"""The ticket list: views, filter, pages, and several tickets at once."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.inbox.models import Ticket, TicketStatus
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.reading import INBOX, PARTIAL, count, one, plant, soup, subjects


@pytest.fixture
def many(store_session: OpenStore) -> list[str]:
    """The ids of 120 tickets, oldest first; the last one is Ben's, the first is closed."""
    session = store_session("harbor")
    rows = [plant(session, number) for number in range(1, 121)]
    rows[-1].assignee_id = cast.BEN.id
    rows[0].status = TicketStatus.CLOSED
    session.flush()
    ids = [row.id for row in sorted(rows, key=lambda row: (row.last_message_at, row.id))]
    session.commit()
    return ids


def test_a_view_shows_its_tickets_and_every_tab_its_count(
    ben: FlaskClient, many: list[str]
) -> None:
    text = ben.get(f"{INBOX}?view=mine").text
    assert subjects(text) == ["Question 120"]
    assert one(soup(text), ".tabs [aria-current]").text == "Mine1"
    assert (count(text, "Open"), count(text, "Closed"), count(text, "Waiting")) == (121, 1, 0)


def test_an_unknown_view_shows_the_open_tickets(ben: FlaskClient) -> None:
    assert "Where is my tea?" in subjects(ben.get(f"{INBOX}?view=x&after=rubbish").text)


def test_pages_follow_each_other_and_lead_back(ben: FlaskClient, many: list[str]) -> None:
    page, seen = soup(ben.get(INBOX).text), []
    while True:
        seen += [str(link["href"]).rpartition("/")[2] for link in page.select("[data-row]")]
        following = one(page, "#page-next").get("href")
        if not following:
            break
        page = soup(ben.get(str(following)).text)
    assert len(seen) == len(set(seen)) == 121
    middle = soup(ben.get(str(one(page, "#page-previous")["href"])).text)
    first = ben.get(str(one(middle, "#page-previous")["href"])).text
    assert subjects(first) == subjects(ben.get(INBOX).text)


def test_the_filter_keeps_the_view(ben: FlaskClient, many: list[str]) -> None:
    text = ben.get(f"{INBOX}?view=closed&q=question").text
    assert subjects(text) == ["Question 01"]
    form = one(soup(text), '.listbar form[method="get"]')
    assert one(form, "[name=view]")["value"] == "closed"
    assert one(form, "[name=q]")["value"] == "question"


def test_a_filter_without_a_match_offers_to_clear_it(ben: FlaskClient) -> None:
    page = soup(ben.get(f"{INBOX}?view=unassigned&q=zebra").text)
    assert one(page, ".empty h2").text == "No tickets match"
    assert one(page, ".empty a")["href"] == f"{INBOX}?view=unassigned"


def test_an_empty_view_says_so(ben: FlaskClient) -> None:
    assert one(soup(ben.get(f"{INBOX}?view=mine").text), ".empty h2").text == "Nothing here"


def test_htmx_gets_the_list_alone(ben: FlaskClient) -> None:
    text = ben.get(INBOX, headers=PARTIAL).text
    assert text.lstrip().startswith("<section")
    assert "<html" not in text


def test_an_open_ticket_that_waits_too_long_is_overdue(ben: FlaskClient) -> None:
    assert one(soup(ben.get(INBOX).text), ".row:first-child .badge.caution").text == "Overdue"


@pytest.mark.parametrize(
    ("do", "said"), [("close", "2 tickets closed"), ("assign-me", "2 tickets assigned to you")]
)
def test_several_tickets_are_worked_at_once(
    ben: FlaskClient, many: list[str], store_session: OpenStore, do: str, said: str
) -> None:
    form = {"ids": many[5:7], "do": do, "view": "unassigned", "q": "question"}
    answer = ben.post(f"{INBOX}/bulk", data=form)
    assert answer.status_code == 303
    assert answer.location == f"{INBOX}?view=unassigned&q=question"
    assert said in ben.get(answer.location).text
    session = store_session("harbor")
    rows = [session.get_one(Ticket, each) for each in many[5:7]]
    done = [row.status is TicketStatus.CLOSED or row.assignee_id == cast.BEN.id for row in rows]
    assert done == [True, True]


def test_htmx_gets_the_rest_of_the_page_it_stands_on(ben: FlaskClient, many: list[str]) -> None:
    second = str(one(soup(ben.get(INBOX).text), "#page-next")["href"])
    page = soup(ben.get(second).text)
    shown = subjects(str(page))
    first_row = str(one(page, ".row:first-child input")["value"])
    held = {str(each["name"]): str(each["value"]) for each in page.select("#bulk > [name]")}
    answer = ben.post(
        f"{INBOX}/bulk", data={**held, "ids": first_row, "do": "close"}, headers=PARTIAL
    )
    assert subjects(answer.text)[:-1] == shown[1:]
    assert "1 ticket closed" in one(soup(answer.text), "#toasts").text


@pytest.mark.parametrize("form", [{"do": "close"}, {"do": "burn", "ids": "x"}, {}])
def test_a_bulk_action_that_names_nothing_is_refused(
    ben: FlaskClient, form: dict[str, str]
) -> None:
    answer = ben.post(f"{INBOX}/bulk", data=form)
    assert answer.status_code == 422
    assert "Choose at least one ticket first." in one(soup(answer.text), "#tickets .banner").text


def test_tickets_of_another_store_are_not_touched(
    ben: FlaskClient, store_session: OpenStore
) -> None:
    with store_session("hill") as hill:
        theirs = hill.scalars(select(Ticket.id)).first()
    assert ben.post(f"{INBOX}/bulk", data={"do": "close", "ids": theirs}).status_code == 422
    with store_session("hill") as hill:
        assert hill.get_one(Ticket, theirs).status is TicketStatus.OPEN


def test_staff_read_the_list_without_the_means_to_change_it(sign_in: SignIn) -> None:
    cleo = sign_in(cast.CLEO)
    page = soup(cleo.get(INBOX).text)
    assert page.select("[data-row]")
    assert not page.select("#bulk button, #bulk [name=ids]")
    assert cleo.post(f"{INBOX}/bulk", data={"do": "close", "ids": "x"}).status_code == 403
