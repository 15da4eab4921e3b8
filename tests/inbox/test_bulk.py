"""Work on many tickets at once, and taking it back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from bs4 import Tag as Element
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from shopapp.inbox.models import (
    BulkChange,
    Priority,
    Tag,
    Ticket,
    TicketMessage,
    TicketStatus,
    TicketTag,
)
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.reading import INBOX, one, plant, soup


@pytest.fixture
def ids(store_session: OpenStore) -> list[str]:
    """Three open tickets."""
    session = store_session("harbor")
    rows = [plant(session, number) for number in range(1, 4)]
    session.add(Tag(name="vip"))
    made = [row.id for row in rows]
    session.commit()
    return made


def row(open_store: OpenStore, ticket_id: str) -> Ticket:
    """The ticket as it is stored."""
    with open_store("harbor") as session:
        return session.get_one(Ticket, ticket_id)


def undo_url(ben: FlaskClient) -> str:
    """Where the menu of recent changes takes the newest one back."""
    return str(
        soup(ben.get(f"{INBOX}/bulk/changes").text).select("#bulk-changes form")[0]["action"]
    )


@pytest.mark.parametrize(
    ("do", "said"),
    [
        ("close", "3 tickets closed"),
        (f"assign:{cast.ADA.id}", "3 tickets assigned to Ada"),
        ("priority:urgent", "3 tickets set to urgent priority"),
        ("tag:vip", "3 tickets tagged vip"),
        ("snooze:3 days", "3 tickets snoozed"),
        ("spam", "3 tickets marked as spam"),
    ],
)
def test_what_is_done_to_many_is_taken_back(
    ben: FlaskClient, ids: list[str], store_session: OpenStore, do: str, said: str
) -> None:
    answer = ben.post(f"{INBOX}/bulk", data={"ids": ids, "do": do})
    assert said in ben.get(answer.location).text
    changed = row(store_session, ids[0])
    ben.post(undo_url(ben))
    assert "3 tickets put back" in ben.get(INBOX).text
    with store_session("harbor") as session:
        put_back = session.get_one(Ticket, ids[0])
        assert put_back.version > changed.version or do.startswith("tag")
        assert (put_back.status, put_back.priority) == (TicketStatus.OPEN, Priority.NORMAL)
        assert (put_back.assignee_id, put_back.snoozed_until) == (None, None)
        assert session.scalars(select(TicketTag).where(TicketTag.ticket_id == ids[0])).all() == []


def test_a_ticket_changed_since_is_left_alone_and_named(
    ben: FlaskClient, ids: list[str], store_session: OpenStore
) -> None:
    ben.post(f"{INBOX}/bulk", data={"ids": ids, "do": "close"})
    undo = undo_url(ben)
    ben.post(f"{INBOX}/tickets/{ids[1]}/assignment", data={"assignee": cast.ADA.id})
    ben.post(undo)
    text = ben.get(INBOX).text
    assert "2 tickets put back; changed since and left alone: #1002" in text
    assert row(store_session, ids[1]).status is TicketStatus.CLOSED
    again = ben.post(undo)
    assert "This cannot be undone any more." in ben.get(again.location).text


def test_after_ten_minutes_nothing_is_taken_back(
    ben: FlaskClient, ids: list[str], store_session: OpenStore
) -> None:
    ben.post(f"{INBOX}/bulk", data={"ids": ids, "do": "close"})
    undo = undo_url(ben)
    with store_session("harbor") as session:
        session.scalars(select(BulkChange)).one().created_at -= timedelta(minutes=11)
        session.commit()
    assert "Nothing in the last ten minutes." in ben.get(f"{INBOX}/bulk/changes").text
    ben.post(undo)
    assert row(store_session, ids[0]).status is TicketStatus.CLOSED


def test_nobody_takes_back_what_somebody_else_did(
    ben: FlaskClient, ids: list[str], sign_in: SignIn, store_session: OpenStore
) -> None:
    ben.post(f"{INBOX}/bulk", data={"ids": ids, "do": "close"})
    sign_in(cast.ADA).post(undo_url(ben))
    assert row(store_session, ids[0]).status is TicketStatus.CLOSED


def hidden(form: Element) -> list[tuple[str, str]]:
    """What a browser sends with a form of buttons."""
    inputs = form.select("input[type=hidden]")
    return [(str(each["name"]), str(each["value"])) for each in inputs]


def test_the_menu_is_a_page_where_there_are_no_scripts(
    app: Flask, ben: FlaskClient, ids: list[str], store_session: OpenStore
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    form = one(soup(ben.get(f"{INBOX}?q=question").text), "form#bulk")
    more = one(form, "#bulk-more [type=submit]")
    chosen = [("ids", ids[0]), ("ids", ids[2]), (str(more["name"]), str(more["value"]))]
    page = soup(ben.post(str(form["action"]), data=MultiDict(hidden(form) + chosen)).text)
    assert "2 tickets chosen: #1001, #1003" in page.text
    form = one(page, "main form")
    urgent = ("do", str(one(form, 'button[value="priority:urgent"]')["value"]))
    answer = ben.post(str(form["action"]), data=MultiDict([*hidden(form), urgent]))
    assert answer.location == f"{INBOX}?q=question"
    changed = [row(store_session, each).priority for each in ids]
    assert changed == [Priority.URGENT, Priority.NORMAL, Priority.URGENT]


def test_the_page_of_the_menu_asks_for_tickets_first(ben: FlaskClient) -> None:
    page = soup(ben.get(f"{INBOX}/bulk").text)
    assert "No ticket is chosen" in page.text
    assert page.select("main form") == []


def test_all_that_match_are_chosen_at_once(ben: FlaskClient, store_session: OpenStore) -> None:
    session = store_session("harbor")
    for number in range(60):
        plant(session, number)
    session.commit()
    answer = ben.post(f"{INBOX}/bulk", data={"all": "1", "q": "question", "do": "close"})
    assert "60 tickets closed" in ben.get(answer.location).text


def test_a_saved_view_is_an_address_with_a_name(ben: FlaskClient, ids: list[str]) -> None:
    query = "view=unassigned&q=question"
    answer = ben.post(f"{INBOX}/views", data={"name": "To hand out", "query": query})
    assert answer.location == f"{INBOX}?{query}"
    link = soup(ben.get(f"{INBOX}/overview").text).find("a", string="To hand out")
    assert link is not None
    assert link["href"] == f"{INBOX}?{query}"
    refused = ben.post(f"{INBOX}/views", data={"name": " ", "query": query})
    assert refused.status_code == 422
    assert "Give the view a name." in refused.text


def test_an_own_view_is_nobody_elses(ben: FlaskClient, sign_in: SignIn) -> None:
    ben.post(f"{INBOX}/views", data={"name": "Mine alone", "query": "q=tea", "shared": "1"})
    assert "Mine alone" not in sign_in(cast.ADA).get(f"{INBOX}/views").text
    form = one(soup(ben.get(f"{INBOX}/views").text), ".viewline form")
    ben.post(str(form["action"]), data={"do": "rename", "name": "Tea"})
    assert "Tea" in ben.get(f"{INBOX}/overview").text
    ben.post(str(form["action"]), data={"do": "delete"})
    assert soup(ben.get(f"{INBOX}/views").text).select(".viewline") == []


def test_the_pulse_is_silent_until_a_ticket_changes(
    ben: FlaskClient, ids: list[str], store_session: OpenStore
) -> None:
    stamp = str(one(soup(ben.get(INBOX).text), "#tickets")["data-stamp"])
    first = ben.get(f"{INBOX}/pulse", query_string={"since": stamp})
    etag = {"If-None-Match": first.headers["ETag"]}
    assert ben.get(f"{INBOX}/pulse", query_string={"since": stamp}, headers=etag).status_code == 304
    with store_session("harbor") as session:
        mail = {"author_type": "customer", "direction": "in", "delivery_state": "received"}
        session.add(TicketMessage(ticket_id=ids[0], sent_at=cast.NOON, **mail))
        session.get_one(Ticket, ids[0]).last_message_at += timedelta(seconds=1)
        session.commit()
    news = ben.get(f"{INBOX}/pulse", query_string={"since": stamp}, headers=etag)
    assert "1 new ticket, show" in news.text


def test_a_ticket_that_was_read_is_not_unread(ben: FlaskClient, ids: list[str]) -> None:
    assert "unread" in soup(ben.get(INBOX).text).select(f'.row:has([value="{ids[0]}"])')[0]["class"]
    ben.post(f"{INBOX}/tickets/{ids[0]}/reading")
    row = soup(ben.get(INBOX).text).select(f'.row:has([value="{ids[0]}"])')[0]
    assert "unread" not in row["class"]


def test_a_hint_says_what_was_not_understood(ben: FlaskClient) -> None:
    text = ben.get(f"{INBOX}?q=after:soon").text
    assert "is no date" in one(soup(text), ".listhint").text


@pytest.mark.parametrize("sort", ["waiting", "priority", "due"])
def test_every_order_has_pages_that_follow_each_other(
    ben: FlaskClient, store_session: OpenStore, sort: str
) -> None:
    session = store_session("harbor")
    for number in range(110):
        plant(session, number, priority=list(Priority)[number % 4])
    session.commit()
    seen, following = [], f"{INBOX}?sort={sort}"
    while following:
        page = soup(ben.get(following).text)
        seen += [str(link["href"]) for link in page.select("[data-row]")]
        following = str(one(page, "#page-next").get("href") or "")
    assert len(seen) == len(set(seen)) == 112
