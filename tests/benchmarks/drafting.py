"""One embedded draft at 10,000 past replies: reading, ranking and hashing, on both dialects.

python -m tests.benchmarks.drafting [replies] [dialect …]
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import Engine, Table, insert, text

from shopapp import clock, ids
from shopapp.db import Session, db
from shopapp.drafts.embedded import compose
from shopapp.drafts.grounding import BrandVoice, Packet, Passage, packet_hash
from shopapp.inbox.knowledge_models import ArticleKind, KnowledgeArticle, Macro
from shopapp.inbox.models import AuthorType, DeliveryState, Direction, Ticket, TicketMessage
from shopapp.inbox.models import TicketStatus as S
from shopapp.inbox.queries.passages import passages
from shopapp.tenancy import bind
from tests import cast
from tests.benchmarks.search import _database as database
from tests.databases import engine_of
from tests.drafts.outfitter import macros, precedents, questions

REPLIES, MACROS, ARTICLES, ROUNDS, BAR = 10_000, 200, 300, 60, 50
BATCH = 1_000
WORDS = [word for macro in macros() for word in macro.body.split()]


def main() -> None:
    """Each dialect: reading and composing, the middle and the slow end, as a share of the bar."""
    replies = int(sys.argv[1]) if len(sys.argv) > 1 else REPLIES
    for dialect in sys.argv[2:] or ("sqlite", "postgresql"):
        with database(dialect) as (engine, owner):
            fill(engine, replies)
            with engine_of(owner) as owned, owned.begin() as connection:
                connection.execute(text("ANALYZE"))
            print(f"\n{dialect}: {replies:,} past replies, {MACROS} macros, {ARTICLES} articles")
            _report(engine)


def _report(engine: Engine) -> None:
    asked = [f"{subject}\n{said}" for _, subject, said in questions("held_out")]
    random.Random(3).shuffle(asked)
    rounds = [_draft(engine, mail) for mail in asked[: ROUNDS + 5]][5:]
    for name, place in (("read", 0), ("compose and hash", 1), ("together", 2)):
        times = sorted(each[place] for each in rounds)
        middle, slow = times[len(times) // 2], times[int(len(times) * 0.95)]
        share = f"{middle / BAR:4.2f} and {slow / BAR:4.2f} of the bar"
        print(f"  {name:17} p50 {middle:6.1f} ms  p95 {slow:6.1f} ms  {share}", flush=True)


def _draft(engine: Engine, mail: str) -> tuple[float, float, float]:
    """Milliseconds of this process's work (on PostgreSQL its server's is not in it)."""
    with Session(db, bind=engine) as session:
        session.reading = True
        bind(session, cast.HARBOR.id)
        session.connection()
        began = time.process_time()
        found = passages(session, mail, learns=True)
        read = time.process_time()
        packet = Packet(BrandVoice("Harbor"))
        compose(mail, "", packet, found)
        packet_hash(replace(packet, passages=found[:1]))
        done = time.process_time()
    return (read - began) * 1000, (done - read) * 1000, (done - began) * 1000


def fill(engine: Engine, replies: int) -> None:
    """Plant macros, articles and `replies` tickets of a question and its answer."""
    chance = random.Random(11)
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        session.add_all(_written(chance))
        session.commit()
        for start in range(0, replies, BATCH):
            numbers = range(start, min(start + BATCH, replies))
            keep(session, ((number, _varied(chance, number)) for number in numbers))
            session.commit()


def _varied(chance: random.Random, number: int) -> Passage:
    """One of the past replies, to a mail with a few words more."""
    past = precedents()[number % len(precedents())]
    return replace(past, question=f"{past.question} {' '.join(chance.sample(WORDS, 8))}")


def _written(chance: random.Random) -> Iterator[Macro | KnowledgeArticle]:
    for number in range(MACROS):
        own = macros()[number % len(macros())]
        more = "" if number < len(macros()) else f" {number} {' '.join(chance.sample(WORDS, 12))}"
        yield Macro(title=own.title + more[:30], body=own.body + more, intents=list(own.tags))
    for number in range(ARTICLES):
        parts = (f"## Part {n}\n\n{' '.join(chance.choices(WORDS, k=120))}" for n in range(4))
        kind = ArticleKind.POLICY if number % 5 == 0 else ArticleKind.ARTICLE
        yield KnowledgeArticle(title=f"Article {number}", body="\n\n".join(parts), kind=kind)


if __name__ == "__main__":
    main()
