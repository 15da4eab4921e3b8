"""From a ticket: one click flags the order the customer wrote about."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.inbox.models import Ticket
from tests.flags.waiting import Harbor
from tests.inbox.reading import PARTIAL, one, soup


@pytest.fixture
def ticket(harbor: Harbor) -> Ticket:
    """Nils asks for his tea, order #1001."""
    return harbor.one(select(Ticket).where(Ticket.subject == "Where is my tea?"))


def panel(client: FlaskClient, ticket: Ticket) -> str:
    return client.get(f"/harbor/inbox/tickets/{ticket.id}/customer", headers=PARTIAL).text


def flag_it(client: FlaskClient, ticket: Ticket, **typed: str) -> tuple[int, str]:
    """Post the panel's form with what was typed into it."""
    form = one(soup(panel(client, ticket)), 'form[action$="/flags"]')
    held = {str(each["name"]): str(each["value"]) for each in form.select("input[name]")}
    answer = client.post(str(form["action"]), data={**held, **typed}, headers=PARTIAL)
    return answer.status_code, answer.text


def test_an_order_is_flagged_from_its_ticket(
    ben: FlaskClient, harbor: Harbor, ticket: Ticket
) -> None:
    status, text = flag_it(ben, ticket, note="It never arrived.")
    flag = harbor.only()
    assert status == 200
    assert one(soup(text), f'#sidebar [href="/harbor/orders/flags/{flag.id}"]').text.endswith(
        "Customer reported"
    )
    assert not soup(text).select('form[action$="/flags"]')
    assert (flag.flag_type, flag.ticket_id, flag.notes) == (
        "customer_reported",
        ticket.id,
        "It never arrived.",
    )


def test_the_panel_leads_to_the_order(ben: FlaskClient, harbor: Harbor, ticket: Ticket) -> None:
    (link,) = soup(panel(ben, ticket)).select('#sidebar [href^="/harbor/orders/"]')
    assert "#1001" in ben.get(str(link["href"])).text


def test_an_order_that_was_flagged_meanwhile_says_so_and_keeps_the_note(
    ada: FlaskClient, ben: FlaskClient, harbor: Harbor, ticket: Ticket
) -> None:
    form = one(soup(panel(ben, ticket)), 'form[action$="/flags"]')
    order = str(one(form, "[name=order]")["value"])
    flag_it(ada, ticket, note="First.")
    data = {"order": order, "note": "Second."}
    answer = ben.post(str(form["action"]), data=data, headers=PARTIAL)
    assert answer.status_code == 422
    assert "already" in answer.text
    assert len(harbor.flags()) == 1


def test_an_order_of_somebody_else_is_404(ben: FlaskClient, harbor: Harbor, ticket: Ticket) -> None:
    other = harbor.order(2001)
    harbor.session.commit()
    status, _ = flag_it(ben, ticket, order=other.id)
    assert status == 404


def test_staff_does_not_flag(cleo: FlaskClient, harbor: Harbor, ticket: Ticket) -> None:
    assert not soup(panel(cleo, ticket)).select('form[action$="/flags"]')
    url = f"/harbor/inbox/tickets/{ticket.id}/flags"
    assert cleo.post(url, data={"order": "x"}).status_code == 403
