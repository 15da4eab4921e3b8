"""One embedded draft at 10,000 past replies, from ticket to text, on both dialects.

python -m tests.benchmarks.drafting [replies] [dialect …]
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy import Engine, select, text

from shopapp import clock
from shopapp.db import Session, db
from shopapp.drafts.drafters.embedded import compose
from shopapp.drafts.grounding import Passage, packet_hash
from shopapp.inbox.actions import briefing
from shopapp.inbox.models import (
    ArticleKind,
    AuthorType,
    DeliveryState,
    Direction,
    KnowledgeArticle,
    Macro,
    Ticket,
    TicketMessage,
)
from shopapp.inbox.queries import replies
from shopapp.tenancy import bind
from tests import cast
from tests.benchmarks.search import _database as database
from tests.databases import engine_of
from tests.drafts.counter import keep
from tests.drafts.outfitter import macros, precedents, questions

REPLIES, MACROS, ARTICLES, ROUNDS, BAR = 10_000, 200, 300, 60, 50
BATCH, ASKED = 1_000, 1_000_000
WORDS = [word for macro in macros() for word in macro.body.split()]


def main() -> None:
    """Each dialect: reading and composing, the middle and the slow end, as a share of the bar."""
    past = int(sys.argv[1]) if len(sys.argv) > 1 else REPLIES
    for dialect in sys.argv[2:] or ("sqlite", "postgresql"):
        with database(dialect) as (engine, owner):
            fill(engine, past)
            ask(engine)
            with engine_of(owner) as owned, owned.begin() as connection:
                connection.execute(text("ANALYZE"))
            print(f"\n{dialect}: {past:,} past replies, {MACROS} macros, {ARTICLES} articles")
            _report(engine)


def _report(engine: Engine) -> None:
    first, *rounds = [_draft(engine, number) for number in range(ROUNDS + 1)]
    for name, place in (("read", 0), ("compose and hash", 1), ("together", 2), ("on the clock", 3)):
        times = sorted(each[place] for each in rounds)
        middle, slow = times[len(times) // 2], times[int(len(times) * 0.95)]
        share = f"{middle / BAR:4.2f} and {slow / BAR:4.2f} of the bar"
        print(f"  {name:17} p50 {middle:6.1f} ms  p95 {slow:6.1f} ms  {share}", flush=True)
    print(f"  a process's first draft of a store: {first[2]:.0f} ms")


def _draft(engine: Engine, number: int) -> tuple[float, float, float, float]:
    """Milliseconds of this process's work (on PostgreSQL its server's is not in it), then all."""
    with Session(db, bind=engine) as session:
        session.reading = True
        bind(session, cast.HARBOR.id)
        session.connection()
        began, seen = time.process_time(), time.perf_counter()
        ticket = session.scalars(select(Ticket).where(Ticket.number == ASKED + number)).one()
        brief = briefing.brief(session, ticket, replies.question(session, ticket))
        read = time.process_time()
        compose(brief.question, brief.subject, brief.packet)
        packet_hash(replace(brief.packet, passages=brief.packet.passages[:1]))
        done, shown = time.process_time(), time.perf_counter()
    moments = read - began, done - read, done - began, shown - seen
    return tuple(1000 * each for each in moments)  # type: ignore[return-value]


def ask(engine: Engine) -> None:
    """Plant the tickets that wait for a draft."""
    asked = list(questions("held_out"))
    random.Random(3).shuffle(asked)
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        for number, (_, subject, said) in enumerate(asked[: ROUNDS + 1]):
            ticket = Ticket(number=ASKED + number, subject=subject, last_message_at=clock.now())
            message = TicketMessage(
                ticket=ticket,
                author_type=AuthorType.CUSTOMER,
                direction=Direction.IN,
                delivery_state=DeliveryState.RECEIVED,
                subject=subject,
                body_text=said,
                visible_text=said,
                sent_at=clock.now(),
            )
            session.add(message)
        session.commit()


def fill(engine: Engine, past: int) -> None:
    """Plant macros, articles and `past` tickets of a question and its answer."""
    chance = random.Random(11)
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        session.add_all(_written(chance))
        session.commit()
        for start in range(0, past, BATCH):
            numbers = range(start, min(start + BATCH, past))
            keep(session, ((number, _varied(chance, number)) for number in numbers))
            session.commit()


def _varied(chance: random.Random, number: int) -> Passage:
    """One of the past replies, to a mail with a few words more."""
    reply = precedents()[number % len(precedents())]
    return replace(reply, question=f"{reply.question} {' '.join(chance.sample(WORDS, 8))}")


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
