"""Keyset paging: every row once, in both directions, also among rows of the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, insert, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from shopapp.columns import CleanText, UtcDateTime
from shopapp.web.paging import Page, keyset
from tests import databases

START = datetime(2026, 1, 1, tzinfo=UTC)
QUICK = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
moments = st.sampled_from([START + timedelta(microseconds=step) for step in (0, 1, 2, 999_999)])
keys = st.lists(
    st.tuples(moments, st.from_regex(r"[a-z0-9]{1,4}", fullmatch=True)),
    unique_by=lambda key: key[1],
    max_size=14,
)


class Base(DeclarativeBase):
    pass


class Thing(Base):
    __tablename__ = "thing"

    id: Mapped[str] = mapped_column(CleanText, primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@pytest.fixture
def engine(bare_url: str) -> Iterator[Engine]:
    with databases.engine_of(bare_url) as made:
        Base.metadata.create_all(made)
        yield made


def page(session: Any, cursor: str | None, size: int) -> Page[Thing]:
    return keyset(
        session,
        select(Thing),
        (Thing.at, Thing.id),
        lambda thing: (thing.at, thing.id),
        cursor,
        size=size,
    )


def store(session: Session, rows: list[tuple[datetime, str]]) -> list[str]:
    """Put the rows down; their ids, newest first, as the database orders texts."""
    session.execute(delete(Thing))
    if rows:
        session.execute(insert(Thing), [{"at": at, "id": row_id} for at, row_id in rows])
    return list(session.scalars(select(Thing.id).order_by(Thing.at.desc(), Thing.id.desc())))


@QUICK
@given(rows=keys, size=st.integers(1, 5))
def test_older_pages_show_every_row_once_and_newer_pages_lead_back(
    engine: Engine, rows: list[tuple[datetime, str]], size: int
) -> None:
    with Session(engine) as session:
        expected = store(session, rows)
        pages = [page(session, None, size)]
        while pages[-1].older:
            pages.append(page(session, pages[-1].older, size))
        seen = [[row.id for row in each.rows] for each in pages]
        assert [row_id for ids in seen for row_id in ids] == expected
        assert pages[0].newer is None
        back = pages[-1]
        for ids in reversed(seen[:-1]):
            back = page(session, back.newer, size)
            assert [row.id for row in back.rows] == ids
        assert back.newer is None


@QUICK
@given(rows=keys, size=st.integers(1, 5), junk=st.text() | st.from_regex(r"[no]-?\d{1,30}\.\w*"))
def test_no_cursor_is_an_error(
    engine: Engine, rows: list[tuple[datetime, str]], size: int, junk: str
) -> None:
    with Session(engine) as session:
        expected = store(session, rows)
        found = page(session, junk, size)
        assert bool(found.rows) == bool(expected)
        assert {row.id for row in found.rows} <= {*expected}


def test_what_came_meanwhile_does_not_shift_the_pages(engine: Engine) -> None:
    with Session(engine) as session:
        store(session, [(START, name) for name in "abcd"])
        first = page(session, None, 2)
        session.execute(insert(Thing), [{"at": START + timedelta(days=1), "id": "new"}])
        assert [row.id for row in page(session, first.older, 2).rows] == ["b", "a"]


def test_a_page_whose_rows_are_gone_is_the_first(engine: Engine) -> None:
    with Session(engine) as session:
        store(session, [(START, name) for name in "abcd"])
        first = page(session, None, 2)
        session.execute(delete(Thing).where(Thing.id.in_([*"ab"])))
        assert [row.id for row in page(session, first.older, 2).rows] == ["d", "c"]
