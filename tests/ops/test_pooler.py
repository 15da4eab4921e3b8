"""Many clients on one connection to the server: none meets what another left there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from sqlalchemy import Engine, select, text

from shopapp.config import ROOT
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.db import Session, db
from shopapp.stores.models import StoreSettings
from shopapp.tenancy import bind
from tests import cast
from tests.conftest import SignIn
from tests.databases import POOLER
from tests.inbox.desk import Desk, desk, post
from tests.inbox.reading import TYPED, ask, fields, one, soup, url
from tests.jobs.scaffold import shop
from tests.servers import pgbouncer
from tests.servers.postgres import Server

__all__ = ["desk", "post", "shop"]
pytestmark = pytest.mark.dialects(POOLER)

CLIENTS, ROUNDS = 12, 20
Meeting = tuple[set[str], str]  # whose tickets were seen, and which store the connection names
Ask = Callable[[cast.Shop | None], Meeting]
ASKED = (
    "SELECT DISTINCT store_id FROM ticket",
    "SELECT coalesce(nullif(current_setting('app.store_id', true), ''), 'none')",
)
LEFT_BEHIND = """
SELECT 'setting ' || name FROM pg_settings WHERE source = 'session' AND name NOT IN (
       'application_name', 'client_encoding', 'DateStyle', 'TimeZone',
       'standard_conforming_strings')
UNION ALL SELECT 'store' WHERE current_setting('app.store_id', true) <> ''
UNION ALL SELECT 'lock' FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()
UNION ALL SELECT 'statement ' || name FROM pg_prepared_statements
UNION ALL SELECT 'channel ' || channel FROM pg_listening_channels() AS channel
UNION ALL SELECT 'table ' || relname FROM pg_class WHERE relpersistence = 't'
ORDER BY 1
"""
# What would stay on a connection that the next client gets; ops goes by DIRECT_URL.
OF_A_SESSION = re.compile(
    r"""pg_(try_)?advisory_lock|["'](SET (?!LOCAL|NULL)|LISTEN|CREATE TEMP)|set_config\(.*alse"""
)


@pytest.fixture
def database_url(database_url: str, postgres_server: Server) -> Iterator[str]:
    """Through a pooler that has one connection for everybody."""
    with pgbouncer.pooler(postgres_server, postgres_server.url_runtime, size=1) as narrow:
        yield narrow.url(database_url.rpartition("/")[2])


def test_no_client_meets_the_store_of_another(engine: Engine, database_url: str) -> None:
    """Half of them through the app's sessions, half on bare connections."""
    ways = (_by_session(engine), _bare(database_url)) * (CLIENTS // 2)
    with ThreadPoolExecutor(CLIENTS) as clients:
        wrong = list(clients.map(_wrong, ways, range(CLIENTS)))
    assert wrong == [[]] * CLIENTS


def test_the_main_job_leaves_nothing_on_the_connection(
    desk: Desk, sign_in: SignIn, post: FakeTransport, database_url: str
) -> None:
    """A letter becomes a ticket with a draft; a person sends the reply, and it leaves."""
    ben, ticket = sign_in(cast.BEN), ask(desk)
    with desk.session() as session:
        session.scalars(select(StoreSettings)).one().thresholds = {"undo_seconds": 0}
    form = one(soup(ben.get(url(ticket)).text), "form[data-autosave]")
    answer = ben.post(str(form["action"]), data=fields(ben, ticket, body=TYPED))
    assert (answer.status_code, answer.location) == (303, url(ticket))
    desk.work()
    assert [mail.recipients for mail in post.sent] == [("nils@mail.example",)]
    assert _left_behind(database_url) == []


def test_what_a_client_leaves_would_be_noticed(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True, prepare_threshold=None) as client:
        client.execute("SET lock_timeout = '3s'")
        client.execute("SELECT pg_advisory_lock(1), set_config('app.store_id', 'x', false)")
    assert _left_behind(database_url) == ["lock", "setting lock_timeout", "store"]


def test_nothing_in_the_code_outlives_its_transaction() -> None:
    sources = [each for each in (ROOT / "shopapp").rglob("*.py") if "ops" not in each.parts]
    assert len(sources) > 100
    assert [each for each in sources if OF_A_SESSION.search(each.read_text())] == []


def _left_behind(address: str) -> list[str]:
    with psycopg.connect(address, prepare_threshold=None) as client:
        return [row[0] for row in client.execute(LEFT_BEHIND.encode())]


def _by_session(engine: Engine) -> Ask:
    def ask_for(store: cast.Shop | None) -> Meeting:
        with Session(db, bind=engine) as session:
            if store:
                bind(session, store.id)
            stores = set(session.scalars(text(ASKED[0])))
            return stores, session.scalar(text(ASKED[1]))

    return ask_for


def _bare(address: str) -> Ask:
    def ask_for(store: cast.Shop | None) -> Meeting:
        with psycopg.connect(address, prepare_threshold=None) as connection:
            if store:
                connection.execute("SELECT set_config('app.store_id', %s, true)", [store.id])
            stores = {row[0] for row in connection.execute(ASKED[0].encode())}
            return stores, connection.execute(ASKED[1].encode()).fetchone()[0]

    return ask_for


def _wrong(ask_for: Ask, number: int) -> list[object]:
    """What a client met that was not its own, over its rounds."""
    wishes = (cast.HARBOR, None, cast.HILL)
    met = [(wish, ask_for(wish)) for wish in (wishes * ROUNDS)[number : number + ROUNDS]]
    return [
        (wish, meeting)
        for wish, meeting in met
        if meeting != (({wish.id}, wish.id) if wish else (set(), "none"))
    ]
