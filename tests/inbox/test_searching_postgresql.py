"""The search on PostgreSQL: its indexes serve the runtime role, and both ways find the same."""

from __future__ import annotations

import pytest
from sqlalchemy import insert, text

from shopapp.db import Session, db
from shopapp.inbox.models import AuthorType, DeliveryState, Direction, Ticket, TicketMessage
from shopapp.inbox.queries import words
from shopapp.tenancy import bind
from tests import cast
from tests.conftest import OpenStore
from tests.databases import engine_of, roles_of
from tests.inbox.test_searching import found, harbor
from tests.servers.postgres import Server, url_of

pytestmark = pytest.mark.dialects("postgresql")
__all__ = ["harbor"]
INDEXES = ("ix_ticket_words", "ix_ticket_message_words")


@pytest.mark.parametrize(("owner", "is_served"), [("search", True), ("runtime", False)])
def test_the_indexes_serve_the_role_that_runs_the_app(
    postgres_server: Server, database_url: str, owner: str, is_served: bool
) -> None:
    """And the measurement can say no: it does where a function's owner is behind the walls."""
    names = roles_of(postgres_server)
    admin = url_of(postgres_server.url_admin, database_url.rpartition("/")[2])
    with engine_of(admin) as engine, Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        _fill(session, 3_000)
        for index in INDEXES:  # what still waits to be sorted in makes an index look dear
            session.execute(text(f"SELECT gin_clean_pending_list('{index}'::regclass)"))
        session.execute(text("ANALYZE ticket, ticket_message"))
        for function in ("messages_with", "tickets_with"):
            to = getattr(names, owner)
            session.execute(text(f"ALTER FUNCTION {function}(text, integer) OWNER TO {to}"))
        session.execute(text(f"SET LOCAL ROLE {names.runtime}"))
        assert found(session, "x9077") == found(session, "p9077") == [9077]
        scans = [
            session.scalars(text(f"SELECT pg_stat_get_xact_numscans('{each}'::regclass)")).one()
            for each in INDEXES
        ]
    assert [each > 0 for each in scans] == [is_served, is_served]


def _fill(session: Session, tickets: int) -> None:
    """So many that reading all of them would be silly."""
    numbers = range(9_000, 9_000 + tickets)
    rows = [
        {"id": f"many{n}", "number": n, "subject": f"Parcel p{n}", "last_message_at": cast.NOON}
        for n in numbers
    ]
    kept = {
        "author_type": AuthorType.CUSTOMER,
        "direction": Direction.IN,
        "delivery_state": DeliveryState.RECEIVED,
        "sent_at": cast.NOON,
    }
    letters = [{"ticket_id": f"many{n}", "body_text": f"Where is x{n}?", **kept} for n in numbers]
    for model, values in ((Ticket, rows), (TicketMessage, letters)):
        session.execute(insert(model), [{"store_id": cast.HARBOR.id, **each} for each in values])


@pytest.mark.parametrize("limits", [(1, 1), (1, words.WALK), (words.COMMON, words.WALK)])
@pytest.mark.parametrize(
    ("typed", "numbers"),
    [("crack", [500, 501]), ("hairline crack", [500]), ("kettle", [501]), ("zygote", [])],
)
def test_walking_finds_what_the_index_finds(
    harbor: Session,
    monkeypatch: pytest.MonkeyPatch,
    limits: tuple[int, int],
    typed: str,
    numbers: list[int],
) -> None:
    """Along the list; along it for one ticket, and then by the index; by the index alone."""
    monkeypatch.setattr(words, "COMMON", limits[0])
    monkeypatch.setattr(words, "WALK", limits[1])
    assert found(harbor, typed) == numbers


@pytest.mark.parametrize("common", [1, words.COMMON])
def test_another_store_finds_nothing_either_way(
    harbor: Session, store_session: OpenStore, monkeypatch: pytest.MonkeyPatch, common: int
) -> None:
    monkeypatch.setattr(words, "COMMON", common)
    hill = store_session("hill")
    for typed in ("hairline", "order:77120", "from:zora", "#500", "-zygote hairline"):
        assert found(hill, typed) == [], typed


def test_a_session_of_no_store_finds_nothing(harbor: Session, session: Session) -> None:
    for function in ("messages_with", "tickets_with"):
        asked = text(f"SELECT {function}('hairline | teapot', null)")
        assert session.scalars(asked).all() == []
