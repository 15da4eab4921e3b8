"""The list's filter: the same finds on both databases, and by an index on PostgreSQL."""

from __future__ import annotations

import pytest
from sqlalchemy import func, insert, select, text

from shopapp import clock
from shopapp.db import Session
from shopapp.inbox.models import Ticket
from shopapp.inbox.queries import tickets
from shopapp.inbox.queries.tickets import View
from tests import cast
from tests.conftest import OpenStore
from tests.databases import engine_of

SUBJECTS = (
    "50% off_today",
    "Où est mon thé?",
    "a\\b and 'c'",
    "Re: Earl  Grey",
    "x",
    "Ünder",
    "ab",
)
INDEX = text("SELECT pg_stat_get_xact_numscans('ix_ticket_trigrams'::regclass)")
DIRECTLY = """
SELECT id FROM ticket WHERE trigrams(subject || E'\\n' || customer_email || E'\\n' || customer_name
    || E'\\n' || preview) @> trigrams('lantern 777')
"""
FOUND = select(func.count()).select_from(func.search_tickets("lantern 77").alias())


@pytest.fixture
def harbor(store_session: OpenStore) -> Session:
    """A session on harbor, with a few odd subjects."""
    session = store_session("harbor")
    for number, subject in enumerate(SUBJECTS, start=500):
        session.add(Ticket(number=number, subject=subject, last_message_at=clock.now()))
    session.commit()
    return session


@pytest.mark.parametrize(
    "words",
    [
        *("tea", "MY TEA", "earl grey", "earl  g", "nils@MAIL", "x", "ab", "%", "f_t", "a\\b"),
        *("'c'", "thé?", "three corners", "zebra\0", "\x01", "ou?"),
    ],
)
def test_a_filter_finds_what_contains_it_and_nothing_else(harbor: Session, words: str) -> None:
    found = set(harbor.scalars(tickets.listed(harbor, View.OPEN, "", words)))
    every = harbor.scalars(select(Ticket)).all()
    wanted = words.strip("\0").lower()
    assert found == {ticket for ticket in every if wanted in fields(ticket).lower()}


def test_a_number_finds_its_ticket(harbor: Session) -> None:
    found = harbor.scalars(tickets.listed(harbor, View.OPEN, "", "#501")).all()
    assert [ticket.subject for ticket in found] == ["Où est mon thé?"]


def fields(ticket: Ticket) -> str:
    """What is searched; no question of ours holds the bar."""
    return "|".join((ticket.subject, ticket.customer_email, ticket.customer_name, ticket.preview))


@pytest.fixture
def crowded(owner_url: str, store_session: OpenStore) -> Session:
    """A session on harbor; both stores have two thousand tickets about lanterns."""
    for handle in ("hill", "harbor"):
        session = store_session(handle)
        session.execute(insert(Ticket), [_lantern(handle, number) for number in range(2000)])
        session.commit()
    with engine_of(owner_url) as owner, owner.begin() as connection:
        connection.execute(text("ANALYZE ticket"))
    return session


@pytest.mark.dialects("postgresql")
def test_a_search_uses_its_index_and_stays_in_its_store(crowded: Session) -> None:
    assert crowded.scalar(FOUND) == 11
    assert crowded.scalar(INDEX) == 1
    found = select(func.search_tickets("lantern 77"))
    stores = crowded.scalars(select(Ticket.store_id).where(Ticket.id.in_(found)))
    assert set(stores) == {cast.HARBOR.id}
    with Session(crowded._db, bind=crowded.get_bind()) as unbound:
        assert unbound.scalar(FOUND) == 0


@pytest.mark.dialects("postgresql")
def test_outside_the_function_the_wall_keeps_the_index_away(crowded: Session) -> None:
    """Why there is a function: once this fails, it may go."""
    plan = "".join(crowded.scalars(text(f"EXPLAIN {DIRECTLY}")))
    assert "ix_ticket_trigrams" not in plan


def _lantern(handle: str, number: int) -> dict[str, object]:
    return {
        "store_id": cast.shop(handle).id,
        "number": 10_000 + number,
        "subject": f"The lantern {number} of {handle} is out",
        "last_message_at": cast.NOON,
    }
