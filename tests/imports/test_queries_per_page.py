"""What the pages cost: SQL statements, whatever the number of imports and of refused rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from shopapp.db import db
from shopapp.imports.models import FileImport, ImportState
from tests import cast
from tests.imports.desk import IMPORTS, Desk

SHELL = 6  # membership, settings, and what the shell counts
LIST, FILE = SHELL + 2, SHELL + 3


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The statements of a request."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN") and "set_config" not in statement:
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def plant(desk: Desk, number: int) -> str:
    """Imports that wait for a word, a thousand refused rows each; the last one's id."""
    problems = [{"line": line, "column": "Price", "message": "No."} for line in range(1000)]
    with desk.session() as session:
        rows = [
            FileImport(
                kind="products",
                filename=f"{each}.csv",
                size=1,
                sha256=f"{each:064}",
                state=ImportState.CHECKED,
                rows_total=2000,
                rows_refused=1000,
                problems=problems,
                imported_by_id=cast.BEN.id,
            )
            for each in range(number)
        ]
        session.add_all(rows)
        session.commit()
        return rows[-1].id


def test_the_list_takes_as_many_statements_for_sixty_as_for_one(desk: Desk) -> None:
    costs = []
    for number in (1, 60):
        plant(desk, number)
        with statements(desk.app) as seen:
            assert desk.client.get(IMPORTS).status_code == 200
            costs.append(len(seen))
    assert costs[0] == costs[1] <= LIST


def test_the_list_has_pages(desk: Desk) -> None:
    plant(desk, 60)
    first = desk.client.get(IMPORTS).text
    assert first.count("data-row") == 50
    older = re.search(r'href="([^"]*after=o[^"]*)"', first)
    assert older
    assert desk.client.get(older[1]).text.count("data-row") == 10


def test_a_file_shows_its_first_refusals_at_a_constant_cost(desk: Desk) -> None:
    url = f"{IMPORTS}/{plant(desk, 3)}"
    with statements(desk.app) as seen:
        page = desk.client.get(url).text
        assert len(seen) <= FILE
    assert page.count('<td class="wrap">No.</td>') == 100
    assert "The CSV has more" in page
