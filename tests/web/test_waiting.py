"""Counters: what waits is counted up to a hundred, for its own store, once a page."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from shopapp.inbox.models import Ticket, TicketStatus
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.reading import PARTIAL, plant, url
from tests.web.forms import post

COUNT = re.compile(r'class="count count-inbox">([^<]*)<')


@pytest.mark.parametrize(("more", "shown"), [(0, "2"), (97, "99"), (98, "99+"), (140, "99+")])
def test_the_shell_says_how_many_tickets_are_open(
    sign_in: SignIn, store_session: OpenStore, more: int, shown: str
) -> None:
    with store_session("harbor") as session:
        for number in range(more):
            plant(session, number + 10)
        session.commit()
    page = sign_in(cast.BEN).get("/harbor/inbox").text
    assert COUNT.findall(page) == [shown]  # in the rail, which is a phone's tab bar


def test_nothing_waits_is_said_with_nothing(sign_in: SignIn, store_session: OpenStore) -> None:
    with store_session("harbor") as session:
        session.query(Ticket).update({"status": TicketStatus.CLOSED})
        session.commit()
    assert COUNT.findall(sign_in(cast.BEN).get("/harbor/inbox").text) == [""]


def test_after_a_change_the_numbers_come_with_the_answer(
    sign_in: SignIn, store_session: OpenStore
) -> None:
    with store_session("harbor") as session:
        ticket = session.scalars(select(Ticket.id)).first()
    assert ticket
    answer = post(sign_in(cast.BEN), url(ticket, "closing"), headers=PARTIAL)
    assert '<span hx-swap-oob="innerHTML:.count-inbox">1</span>' in answer.text


def test_a_fragment_counts_nothing(sign_in: SignIn, app: Flask) -> None:
    app.extensions["shopapp_waiting"] = {"inbox": lambda: 1 / 0}
    assert sign_in(cast.BEN).get("/harbor/inbox", headers=PARTIAL).status_code == 200
