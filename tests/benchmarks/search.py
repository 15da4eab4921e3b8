"""Searching a mailbox of 200,000 messages: p50 and p95 of each query, beside its bare SQL.

python -m tests.benchmarks.search [messages]
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path

from sqlalchemy import Engine, text

from shopapp import clock
from shopapp.db import Session, db
from shopapp.inbox.queries import listing, tabs, words
from shopapp.inbox.searching import read
from shopapp.tenancy import bind
from tests import cast
from tests.benchmarks import mailbox
from tests.databases import Postgres, Sqlite, engine_of
from tests.servers.postgres import start_postgres

MESSAGES, ROUNDS, BAR = 200_000, 15, 200
QUERIES = {
    "rare word": mailbox.RARE,
    "common word": "delivery",
    "in every message": "order",
    "phrase": f'"{mailbox.PHRASE}"',
    "two common words": "order delivery",
    "beginning": "or",
    "long past word": mailbox.PAST,
    "common word, few": "delivery order:#14000",
    "operators": f"from:buyer4000 {mailbox.RARE} status:open after:2020-01-01",
    "without": f"{mailbox.PHRASE} -has:attachment -refund",
    "order name": "order:#14000",
    "SKU": "TEA-14000",
}
BARE = {
    "sqlite": "SELECT ticket_id FROM search_words JOIN search_entry ON key = search_words.rowid "
    "WHERE search_words MATCH :words LIMIT 50",
    "postgresql": "SELECT messages_with(:words, 50)",
}


def main() -> None:
    """Both dialects, each query in both ways."""
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES
    slowest = 0.0
    for dialect in sys.argv[2:] or ("sqlite", "postgresql"):
        with _database(dialect) as (engine, owner):
            began = time.perf_counter()
            mailbox.fill(engine, messages)
            with engine_of(owner) as owned, owned.begin() as connection:
                connection.execute(text("ANALYZE"))
            took = time.perf_counter() - began
            print(f"\n{dialect}: {messages:,} messages, filled in {took:.0f} s")
            slowest = max(slowest, _report(engine))
    print(f"\nslowest p95: {slowest:.0f} ms; the bar is {BAR} ms")


def _report(engine: Engine) -> float:
    slowest = 0.0
    bare = BARE[engine.dialect.name]
    floor = _timed(lambda: _bare(engine, bare))[0]
    for name, typed in QUERIES.items():
        middle, high, rows = _timed(lambda typed=typed: _search(engine, typed))  # type: ignore[misc]
        slowest = max(slowest, high)
        times = f"p50 {middle:6.1f} ms  p95 {high:6.1f} ms  {middle / floor:5.1f} × bare"
        print(f"  {name:18} {times}  {rows} rows", flush=True)
    return slowest


def _search(engine: Engine, typed: str) -> int:
    """The two statements a search costs beyond any other list: counts with hits, and the page."""
    with Session(db, bind=engine) as session:
        session.reading = True
        bind(session, cast.HARBOR.id)
        at = tabs.Standpoint(cast.BEN.id, clock.now(), clock.now())
        search = read(typed, today=date(2026, 11, 26))
        more = [words.hits(session, search.terms)] if search.terms else []
        found = [*tabs.counts(session, at, *more)[1], 0][0]
        wanted = listing.Wanted(tabs.View.ALL, at, search, "Europe/London", found=found)
        return len(listing.page(session, wanted).lines)


def _bare(engine: Engine, statement: str) -> int:
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        return len(session.connection().execute(text(statement), {"words": mailbox.RARE}).all())


def _timed(run: Callable[[], int]) -> tuple[float, float, int]:
    """p50 and p95 in milliseconds after a warm-up, and what it gave."""
    rows, times = run(), []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        run()
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return times[ROUNDS // 2], times[int(ROUNDS * 0.95)], rows


@contextmanager
def _database(dialect: str) -> Iterator[tuple[Engine, str]]:
    if dialect == "sqlite":
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = stack.enter_context(Sqlite(folder).staged())
            yield stack.enter_context(engine_of(url)), url
        return
    server = start_postgres()
    made = Postgres(server)
    try:
        with made.staged() as url, engine_of(url) as engine:
            yield engine, made.owners(url)
            engine.dispose()
    finally:
        server.stop()


if __name__ == "__main__":
    main()
