"""What a line of the audit log tells: names, the thing it is about, values, and the file."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp import clock
from shopapp.accounts.models import Membership, User
from shopapp.audit.actions import record
from shopapp.audit.models import AuditEvent
from shopapp.db import Session
from shopapp.inbox.actions import working
from shopapp.inbox.models import Ticket
from shopapp.settings import subjects
from shopapp.stores.queries import settings
from tests import cast
from tests.conftest import SignIn
from tests.inbox.test_queries_per_page import statements
from tests.settings.conftest import Harbor
from tests.settings.reading import HOME, PARTIAL, parsed, words

URL = f"{HOME}/audit"


def assigned(harbor: Harbor) -> str:
    """Ada gives the first ticket to Ben; its id."""

    def give(session: Session) -> str:
        ticket = session.scalars(select(Ticket).order_by(Ticket.number)).first()
        assert ticket
        ada, ben = session.get_one(User, cast.ADA.id), session.get_one(User, cast.BEN.id)
        working.assign(session, ticket, to=ben, by=ada)
        return ticket.id

    return harbor(give)  # type: ignore[no-any-return]


def wrote(harbor: Harbor, action: str, *, days: int = 0, **options: object) -> None:
    """Ada did `action` to the settings, days ago."""

    def write(session: Session) -> None:
        ada = session.get_one(User, cast.ADA.id)
        event = record(session, action, settings(session), by=ada, **options)  # type: ignore[arg-type]
        event.created_at = clock.now() - timedelta(days=days)

    harbor(write)


def shown(client: FlaskClient, **query: str) -> int:
    return len(parsed(client.get(URL, query_string=query)).select(".event"))


def test_ids_are_read_as_names_and_the_ticket_has_its_number_and_its_page(
    ada: FlaskClient, harbor: Harbor
) -> None:
    ticket = assigned(harbor)
    (row,) = parsed(ada.get(URL)).select(".event")
    text = row.get_text(" ", strip=True)
    assert "#1 Where is my tea?" in text
    assert "Assignee" in text
    assert "Ben" in text
    assert cast.BEN.id not in row.get_text()
    assert row.select(f'a[href="/harbor/inbox/tickets/{ticket}"]')


def test_what_was_deleted_is_called_by_the_line_s_own_words(
    ada: FlaskClient, harbor: Harbor
) -> None:
    ada.post(f"{HOME}/team/removals", data={"member": cast.CLEO.id})
    assert cast.CLEO.email in words(ada.get(URL))


def test_long_texts_are_compared_word_by_word(ada: FlaskClient, harbor: Harbor) -> None:
    old = "The tea is swimming to you. It left our harbor a week ago, and it cannot swim fast."
    new = old.replace("a week ago", "on Monday")
    wrote(harbor, "text.changed", before={"body": old}, after={"body": new})
    (row,) = parsed(ada.get(URL)).select("tbody tr")
    assert "a week ago" in row.select("del")[0].get_text()
    assert "on Monday" in row.select("ins")[0].get_text()
    assert "swimming" not in row.select("del")[0].get_text()


def test_markup_in_values_stays_text(ada: FlaskClient, harbor: Harbor) -> None:
    wrote(harbor, "text.changed", before={"<b>": "<i>"}, after={"<b>": "<script>x</script>"})
    assert "<script>x" not in ada.get(URL).text


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({}, 5),
        ({"kind": "people"}, 1),
        ({"kind": "nonsense"}, 5),
        ({"source": "cli"}, 1),
        ({"q": "Übersee"}, 1),
        ({"q": "übermorgen"}, 0),
        ({"q": "tea counted"}, 1),
        ({"q": "100%"}, 1),
        ({"q": "_"}, 1),
        ({"actor": "shopapp"}, 0),
        ({"actor": cast.ADA.id, "kind": "people", "source": "web"}, 1),
        ({"subject": "ticket:nobody"}, 0),
        ({"subject": "'; --"}, 5),
        ({"since": "nonsense", "until": "9999-12-31"}, 5),
    ],
)
def test_it_is_narrowed_by_every_filter(
    ada: FlaskClient, harbor: Harbor, query: dict[str, str], number: int
) -> None:
    wrote(harbor, "member.added")
    wrote(harbor, "tea.counted", after={"leaves": "100%"})
    wrote(harbor, "ship.sent", source="cli", after={"to": "Übersee"})
    wrote(harbor, "ship.lost", after={"under": "x_y"})
    wrote(harbor, "ship.found")
    assert shown(ada, **query) == number


def test_days_are_the_store_s_own(ada: FlaskClient, harbor: Harbor) -> None:
    for days in (0, 3, 9):
        wrote(harbor, "tea.counted", days=days)
    today = clock.today("Europe/Berlin")
    assert shown(ada, since=str(today)) == 1
    assert shown(ada, since=str(today - timedelta(days=4))) == 2
    assert shown(ada, until=str(today - timedelta(days=1))) == 2
    assert shown(ada, since=str(today + timedelta(days=1))) == 0


def test_pages_and_the_file_keep_the_filters(ada: FlaskClient, harbor: Harbor) -> None:
    for number in range(60):
        wrote(harbor, "tea.counted", after={"leaves": number})
    wrote(harbor, "ship.sent")
    part = parsed(ada.get(URL, query_string={"q": "leaves"}, headers=PARTIAL))
    following = part.select_one("#page-next")
    assert following
    assert "q=leaves" in str(following["href"])
    export = part.select_one('a[href*="audit.csv"]')
    assert export
    rows = list(csv.reader(io.StringIO(ada.get(str(export["href"])).text.removeprefix("\ufeff"))))
    assert len(rows) == 61
    assert rows[0][:4] == ["when", "who", "what", "about"]
    assert {row[2] for row in rows[1:]} == {"Tea counted"}


def test_the_file_names_people_and_guards_against_formulas(
    ada: FlaskClient, harbor: Harbor
) -> None:
    assigned(harbor)
    wrote(harbor, "tea.counted", after={"a": "=1+1"})

    def rename(session: Session) -> None:
        event = session.scalars(select(AuditEvent)).first()
        assert event
        session.get_one(User, cast.BEN.id).name = "=cmd()"

    harbor(rename)
    text = ada.get(f"{URL}.csv").text
    assert "#1 Where is my tea?" in text
    assert cast.BEN.id not in text
    assert "\n=" not in text
    assert ",=" not in text


def test_another_store_s_lines_are_in_no_file(
    ada: FlaskClient, harbor: Harbor, sign_in: SignIn
) -> None:
    wrote(harbor, "tea.counted")
    text = sign_in(cast.DORA).get("/hill/settings/audit.csv").text
    assert "Tea counted" not in text
    assert sign_in(cast.BEN).get(f"{URL}.csv").status_code == 403


def test_the_page_asks_the_database_the_same_for_many_lines(
    app: Flask, ada: FlaskClient, harbor: Harbor
) -> None:
    assigned(harbor)
    with statements(app) as few:
        ada.get(URL)

    def more(session: Session) -> None:
        ada, ticket = session.get_one(User, cast.ADA.id), session.scalars(select(Ticket)).all()
        for number in range(40):
            after = {"assignee_id": cast.CLEO.id, "number": number}
            record(session, "ticket.assigned", ticket[number % 2], by=ada, after=after)

    harbor(more)
    with statements(app) as many:
        assert ada.get(URL).text.count('class="event"') == 41
    assert len(many) == len(few)


def test_every_kind_of_thing_has_a_page_that_is_there(app: Flask) -> None:
    kinds = subjects._KINDS
    rows = ("id", 1, "words", "id")
    endpoints = {kind.page(rows)[0] for kind in kinds.values() if kind.page and kind is not None}
    assert endpoints <= set(app.view_functions)


def test_members_can_be_chosen(ada: FlaskClient, harbor: Harbor) -> None:
    options = parsed(ada.get(URL)).select("#audit-actor option")
    people = harbor(lambda session: session.scalars(select(Membership)).all())
    here = [each for each in people if each.store_id == cast.HARBOR.id]
    assert len(options) == len(here) + 2
