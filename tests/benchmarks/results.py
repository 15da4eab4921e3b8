"""The results page at 100,000 drafts of 90 days: CPU and time, as shares of its bar.

python -m tests.benchmarks.results [drafts] [dialect …]
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Engine, Table, func, insert, select, text

from shopapp import clock, ids
from shopapp.config import Config
from shopapp.db import Session, db
from shopapp.drafts.learning.reward import EditClass
from shopapp.drafts.models import AiDraft, Arm, DraftOutcome, DraftState, DraftSubject
from shopapp.inbox.models import AuthorType, DeliveryState, Direction, Ticket, TicketMessage
from shopapp.tenancy import bind
from tests import cast
from tests.apps import app_of, signed_in
from tests.benchmarks.search import _database as database
from tests.databases import engine_of

DRAFTS, DAYS, ROUNDS, BAR, BATCH = 100_000, 180, 5, 1_000, 2_000
PAGES = ("?range=7", "?range=90", "?range=90&by=intent", "?range=90&by=agent", "?range=90&by=week")
TABLES = ("export/groups?range=90", "export/weeks?range=90", "export/harms?range=90")
CLASSES = (*(EditClass.AS_IS,) * 4, *(EditClass.LIGHT,) * 3, *EditClass)
NED = {EditClass.LIGHT: (0.01, 0.1), EditClass.MODERATE: (0.1, 0.4), EditClass.REWRITE: (0.4, 1)}
INTENTS = ("return", "where-is-my-order", "damaged", "invoice", "cancel", "exchange", "stock")


def main() -> None:
    """Each dialect: the page for several questions, and its tables as files."""
    drafts = int(sys.argv[1]) if len(sys.argv) > 1 else DRAFTS
    for dialect in sys.argv[2:] or ("sqlite", "postgresql"):
        with database(dialect) as (engine, owner):
            fill(engine, drafts)
            with engine_of(owner) as owned, owned.connect() as connection:
                connection.execution_options(isolation_level="AUTOCOMMIT")
                connection.execute(text("VACUUM ANALYZE" if dialect != "sqlite" else "ANALYZE"))
            print(f"\n{dialect}: {drafts:,} drafts in 90 days, as many in the 90 before")
            with _client(engine) as client:
                _report(client, engine)


def _report(client: FlaskClient, engine: Engine) -> None:
    floor = _timed(lambda: _bare(engine))[1]
    print(f"  reading the index once, bare: {floor:.0f} ms")
    for path in (*PAGES, *TABLES):
        url = f"/harbor/drafts{'' if path.startswith('?') else '/'}{path}"
        cpu, wall = _timed(lambda url=url: client.get(url).data)  # type: ignore[misc]
        share = f"{wall / BAR:4.2f} of the bar, {wall / floor:4.1f} × bare"
        print(f"  {path:26} CPU {cpu:6.0f} ms  time {wall:6.0f} ms  {share}", flush=True)


def _bare(engine: Engine) -> int:
    """The least that any figure of these days can cost: each entry of the index, looked at once."""
    with Session(db, bind=engine) as session:
        session.reading = True
        bind(session, cast.HARBOR.id)
        read = (func.count(AiDraft.id), func.sum(AiDraft.tokens_in), func.sum(AiDraft.ned))
        since = clock.now() - timedelta(days=90)
        return len(session.execute(select(*read).where(AiDraft.created_at >= since)).all())


def _timed(ask: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds of this process's work and of the clock, the middle of some rounds."""
    ask()
    rounds = []
    for _ in range(ROUNDS):
        cpu, wall = time.process_time(), time.perf_counter()
        ask()
        rounds.append((time.process_time() - cpu, time.perf_counter() - wall))
    work, clocked = (sorted(each)[ROUNDS // 2] for each in zip(*rounds, strict=True))
    return 1_000 * work, 1_000 * clocked


@contextmanager
def _client(engine: Engine) -> Iterator[FlaskClient]:
    url = engine.url.render_as_string(hide_password=False)
    with tempfile.TemporaryDirectory() as folder:
        config = Config(instance=Path(folder), database_url=url, ratelimit=False, allow_demo=True)
        with app_of(config) as app:
            yield signed_in(app, cast.ADA)


def fill(engine: Engine, drafts: int) -> None:
    """Plant twice as many drafts as are asked for, in 180 days, with replies and outcomes."""
    chance = random.Random(7)
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        ticket = session.scalars(select(Ticket.id).limit(1)).one()
        session.rollback()
        for start in range(0, 2 * drafts, BATCH):
            numbers = range(start, min(start + BATCH, 2 * drafts))
            told = [_draft(chance, ticket, DAYS * number / (2 * drafts)) for number in numbers]
            for place, model in enumerate((TicketMessage, AiDraft, DraftOutcome)):
                assert isinstance(model.__table__, Table)
                rows = [each[place] for each in told if each[place]]
                session.connection().execute(insert(model.__table__), rows)
            session.commit()


def _draft(
    chance: random.Random, ticket: str, days: float
) -> tuple[dict[str, Any] | None, dict[str, Any], dict[str, Any] | None]:
    """A reply, the draft it grew from and what came after."""
    at = clock.now() - timedelta(days=days)
    stamps = {"store_id": cast.HARBOR.id, "created_at": at, "updated_at": at}
    became, draft_id, reply_id = chance.choice(CLASSES), ids.new_id(), ids.new_id()
    draft = {"id": draft_id, **stamps, **_words(chance, ticket), **_verdict(chance, became, at)}
    if draft["state"] is not DraftState.SENT:
        return None, draft, None
    reply = {"id": reply_id, **stamps, "ticket_id": ticket, "sent_at": at, **SENT}
    outcome = {
        "id": ids.new_id(),
        **stamps,
        "ticket_id": ticket,
        "ticket_message_id": reply_id,
        "ai_draft_id": draft_id,
        "arm": chance.choice((None, Arm.DRAFTED, Arm.HELD_OUT)),
        "intent": draft["intent"],
        "sent_at": at,
        "seconds": chance.randrange(20, 400),
        "reopened": chance.random() < 0.1,
        "rating": chance.choice((None, None, None, 1, 0, -1)),
        "refunded": chance.choice((None, False, False, True)),
        "settled_at": at + timedelta(days=14),
    }
    return reply, draft, outcome


SENT = {
    "author_type": AuthorType.STAFF,
    "direction": Direction.OUT,
    "delivery_state": DeliveryState.SENT,
    "body_text": "",
    "visible_text": "",
}


def _words(chance: random.Random, ticket: str) -> dict[str, Any]:
    """Who wrote it for what, and the width of a row: its text and its packet."""
    model = chance.choice(("embedded", "gpt", "claude"))
    sources = [{"kind": "macro", "id": f"m{chance.randrange(40)}", "title": "A macro"}]
    return {
        "subject_type": DraftSubject.TICKET,
        "subject_id": ticket,
        "model": model,
        "version": "1",
        "prompt_version": chance.choice(("reply/1", "reply/2")),
        "intent": chance.choice(INTENTS),
        "content": "word " * 100,
        "context_packet": {"facts": "fact " * 200},
        "sources": sources,
        "tokens_in": chance.randrange(900, 1300),
        "tokens_out": chance.randrange(90, 200),
        "cost": Decimal(chance.randrange(20, 90)) / 10_000,
        "latency_ms": chance.randrange(600, 6_000),
    }


def _verdict(chance: random.Random, became: EditClass, at: Any) -> dict[str, Any]:
    if became in (EditClass.DISCARDED, EditClass.STALE):
        is_stale = became is EditClass.STALE
        return {
            "state": DraftState.STALE if is_stale else DraftState.DISCARDED,
            "edit_class": None if is_stale else became.value,
            "reward_score": None if is_stale else 0.0,
            "agent_id": None if is_stale else chance.choice(AGENTS),
            "approved_by_id": None,
            "approved_at": None,
            **dict.fromkeys(("ned", "kept", "facts_changed")),
        }
    low, high = NED.get(became, (0.0, 0.0))
    size = chance.randrange(60, 160)
    ned = round(chance.uniform(low, high) * size) / size
    agent = chance.choice(AGENTS)
    return {
        "state": DraftState.SENT,
        "edit_class": became.value,
        "reward_score": 1 - ned,
        "agent_id": agent,
        "approved_by_id": agent,
        "approved_at": at,
        "ned": ned,
        "kept": 1 - ned / 2,
        "facts_changed": chance.choice((0.0, 0.0, 0.25)),
    }


AGENTS = (cast.ADA.id, cast.BEN.id)


if __name__ == "__main__":
    main()
