"""The previous release's seeded database upgrades, and its code still runs on the new schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import Connection, Engine

from shopapp.config import Config
from shopapp.db import plain_engine
from shopapp.ops import database
from shopapp.ops.schema.drift import drift
from tests.schema import release
from tests.schema.conftest import History
from tests.schema.expanding import UNFILLED, complaints, shapes
from tests.servers import postgres

Open = Callable[[str], AbstractContextManager[Connection]]
# A line of expanding.complaints() that is meant, and why the previous release is not in its way.
MEANT: dict[str, str] = {
    "ck_ai_draft_approved is a new condition on what the previous release writes": (
        "it writes the approver and the moment together with the state"
    ),
}
BREAKING = """\
op.create_table("teapot", sa.Column("id", sa.Text(), primary_key=True))
op.add_column("ticket", sa.Column("mood", sa.Text(), server_default="good", nullable=False))
op.add_column("ticket", sa.Column("weight", sa.Integer()))
op.add_column("macro", sa.Column("kind", sa.Text(), nullable=False))
op.drop_table("stock_snapshot")
op.create_index("uq_ticket_subject", "ticket", ["store_id", "subject"], unique=True)
with op.batch_alter_table("vendor") as vendor:
    vendor.drop_column("email")
    vendor.alter_column("lead_time_sd", existing_type=sa.Float(), nullable=False)
    vendor.alter_column("terms", existing_type=sa.Text(), type_=sa.Integer())
    vendor.create_check_constraint("named", "name <> 'nobody'")
    vendor.create_foreign_key("fk_vendor_currency", "currency", ["currency"], ["id"])
"""


@pytest.fixture
def old(tmp_path: Path) -> Engine:
    """The previous release's database, as a SQLite file."""
    return release.unpack(tmp_path / "previous.db")


@pytest.fixture
def behind(request: pytest.FixtureRequest) -> Open:
    """`behind(url)`: a connection before which neither walls nor foreign keys stand."""

    @contextmanager
    def opened(url: str) -> Iterator[Connection]:
        if url.startswith("postgresql"):
            server = request.getfixturevalue("postgres_server")
            url = postgres.url_of(server.url_admin, urlsplit(url).path.removeprefix("/"))
        with plain_engine(url).begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.exec_driver_sql("SET session_replication_role = replica")
                connection.exec_driver_sql("SET TimeZone = 'UTC'")
            yield connection

    return opened


@pytest.fixture
def previous(dialect: str, old: Engine, bare_url: str, behind: Open) -> str:
    """The URL of the previous release's database on this dialect."""
    if dialect == "sqlite":
        return old.url.render_as_string()
    database.upgrade(bare_url, release.REVISION)
    with behind(bare_url) as connection:
        release.write(release.rows_of(old), connection)
    return bare_url


def test_the_previous_release_upgrades(
    old: Engine, previous: str, behind: Open, tmp_path: Path
) -> None:
    with old.connect() as connection:
        before = release.counts(connection)
    database.upgrade(previous)
    assert database.status(previous).is_settled
    assert drift(Config(database_url=previous, instance=tmp_path)) == []
    with behind(previous) as connection:
        after = release.counts(connection)
    assert {name: after.get(name) for name in before} == before
    assert sum(before.values()) > 4000


def test_the_previous_code_writes_into_the_new_schema_and_reads_it(
    old: Engine, blank_url: str, behind: Open
) -> None:
    """Every row of its seed, with the columns it knows, and the same rows again."""
    rows = [*release.rows_of(old)]
    with behind(blank_url) as connection:
        release.write(rows, connection)
        assert release.counts(connection).items() >= {
            (table.name, len(many)) for table, many in rows
        }


def test_migrations_since_the_previous_release_only_expand(old: Engine, tmp_path: Path) -> None:
    new = plain_engine(f"sqlite:///{tmp_path / 'new.db'}")
    database.upgrade(new)
    with old.connect() as before, new.connect() as after:
        found = complaints(shapes(before), shapes(after))
    assert [line for line in found if line not in MEANT] == []
    assert MEANT.keys() <= {*found}


def test_what_the_previous_release_would_stumble_over_is_named(
    old: Engine, history: History, tmp_path: Path
) -> None:
    with old.connect() as connection:
        before = shapes(connection)
    history.add("breaking", BREAKING)
    history.upgrade(url := f"sqlite:///{tmp_path / 'new.db'}")
    with plain_engine(url).connect() as connection:
        found = complaints(before, shapes(connection))
    assert sorted(set(found) - MEANT.keys()) == [
        "ck_vendor_named is a new condition on what the previous release writes",
        "fk_vendor_currency is a new reference over what the previous release writes",
        f"macro.kind {UNFILLED}",
        "stock_snapshot is gone",
        "uq_ticket_subject is a new key over what the previous release writes",
        "vendor.email is gone, but the previous release reads and writes it",
        "vendor.lead_time_sd may not be empty any more",
        "vendor.terms was TEXT and is INTEGER",
    ]
