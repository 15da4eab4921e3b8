"""Noticing what the knowledge lacks: what agents add by hand becomes a proposed article."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.drafts.learning import gaps
from shopapp.inbox.actions import knowledge
from shopapp.inbox.models import GapExample, GapState, KnowledgeArticle, KnowledgeGap
from shopapp.inbox.queries import gaps as queries
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import enqueue
from shopapp.jobs.registry import handler
from shopapp.refusals import Invalid, Stale
from shopapp.stores.queries import settings
from shopapp.stores.registry import is_on
from shopapp.tenancy import store_of

NOTICE = "inbox.notice"
WINDOW = timedelta(days=90)
MOST = 2_000
"""The newest replies that are read."""
_EXAMPLES = 5
_EXCERPT = 200  # characters of a question that are kept to remember it by


def ask_to_notice(session: Session) -> None:
    """Have the replies read soon; asking twice reads them once."""
    store_id = store_of(session)
    enqueue(session, NOTICE, store_id=store_id, arguments={}, dedupe_key=f"{NOTICE}:{store_id}")


@handler(NOTICE)
def notice(context: JobContext) -> None:
    """Propose what agents added by hand in three tickets and no source says."""
    with context.transaction() as session:
        if not is_on(settings(session), "learn_from_replies"):
            return
        replies = queries.answered(session, clock.now() - WINDOW, MOST)
        known = queries.known_texts(session)
    found = gaps.gaps(replies, known)
    with context.transaction() as session:
        keep(session, found)


def keep(session: Session, found: Sequence[gaps.Gap]) -> list[KnowledgeGap]:
    """Write the proposals down; what was decided on is left alone."""
    known = queries.known(session)
    return [_kept(session, each, _same(each, known)) for each in found]


def _same(each: gaps.Gap, known: Sequence[KnowledgeGap]) -> KnowledgeGap | None:
    """The row that says the same already, in whichever words."""
    prints = (row for row in known if row.fingerprint == each.fingerprint)
    return next(prints, None) or next((r for r in known if gaps.says(r.statement, each)), None)


def fill(
    session: Session, row: KnowledgeGap, *, title: str, body: str, version: int, by: User
) -> KnowledgeArticle:
    """Make the gap an article.

    Raises Invalid for an empty text or a title that is taken, Stale when somebody was faster.
    """
    _check(row, version)
    if not title.strip() or not body.strip():
        message = "An article needs a title and a text."
        raise Invalid(message, "body" if title.strip() else "title")
    article = knowledge.create(session, knowledge.Typed(title.strip(), body.strip()), by=by)
    row.article_id = article.id
    _decide(row, GapState.FILLED, by)
    return article


def dismiss(session: Session, row: KnowledgeGap, *, version: int, by: User) -> KnowledgeGap:
    """Never propose it again; raises Stale when somebody decided meanwhile."""
    _check(row, version)
    _decide(row, GapState.DISMISSED, by)
    record(session, "gap.dismissed", row, by=by, after={"title": row.title})
    return row


def _check(row: KnowledgeGap, version: int) -> None:
    if row.version != version or row.state is not GapState.PROPOSED:
        message = "Somebody decided on this proposal meanwhile. Look at it again."
        raise Stale(message)


def _decide(row: KnowledgeGap, state: GapState, by: User) -> None:
    row.state, row.decided_by_id, row.decided_at = state, by.id, clock.now()


def _kept(session: Session, each: gaps.Gap, row: KnowledgeGap | None) -> KnowledgeGap:
    if row is None:
        row = KnowledgeGap(
            fingerprint=each.fingerprint,
            title=each.title,
            statement=each.sentence,
            state=GapState.PROPOSED,
        )
        row.examples = []
        session.add(row)
    if row.state is not GapState.PROPOSED:
        return row
    row.seen = len(each.examples)
    shown = {example.ticket_id for example in row.examples}
    for example in each.examples[: _EXAMPLES - len(shown)]:
        if example.reply.ticket_id not in shown:
            row.examples.append(_example(example))
    session.flush()
    return row


def _example(example: gaps.Statement) -> GapExample:
    asked = " ".join(example.reply.question.split())
    return GapExample(
        ticket_id=example.reply.ticket_id, sentence=example.sentence, question=asked[:_EXCERPT]
    )
