"""Learning style: once a day the edits of the last weeks are read for habits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from shopapp import clock
from shopapp.db import Session
from shopapp.drafts.learning import style
from shopapp.drafts.models import AiDraft, RuleState, StyleExample, StyleRule
from shopapp.drafts.queries import rules as queries
from shopapp.jobs.context import JobContext
from shopapp.jobs.ledger import enqueue
from shopapp.jobs.registry import handler
from shopapp.stores.queries import settings
from shopapp.stores.registry import is_on
from shopapp.tenancy import store_of

LEARN = "drafts.learn"
WINDOW = timedelta(days=90)
MOST = 2_000
"""The newest edits that are read; a habit shows in fewer."""
_EXAMPLES = 5
_READ = 20_000  # characters of each text


def ask_to_learn(session: Session) -> None:
    """Have the edits read soon; asking twice reads them once."""
    store_id = store_of(session)
    enqueue(session, LEARN, store_id=store_id, arguments={}, dedupe_key=f"{LEARN}:{store_id}")


@handler(LEARN)
def learn(context: JobContext) -> None:
    """Propose the rules that the edits suggest; what was decided on is left alone."""
    with context.transaction() as session:
        if not is_on(settings(session), "learn_from_replies"):
            return
        cases = [_case(row) for row in queries.sent_drafts(session, clock.now() - WINDOW, MOST)]
    found = style.proposals(cases)
    with context.transaction() as session:
        keep(session, found)


def keep(session: Session, found: Sequence[style.Proposed]) -> list[StyleRule]:
    """Write the proposals down: new ones with examples, known ones with their newer counts."""
    known = queries.by_origin(session, [str(each.rule) for each in found])
    return [_kept(session, each, known.get(str(each.rule))) for each in found]


def _kept(session: Session, each: style.Proposed, row: StyleRule | None) -> StyleRule:
    if row is None:
        row = StyleRule(
            origin=str(each.rule),
            text=str(each.rule),
            intent=each.intent or None,
            state=RuleState.PROPOSED,
        )
        row.examples = []
        session.add(row)
    if row.state is not RuleState.PROPOSED:
        return row
    row.seen, row.chances = len(each.examples), each.chances
    shown = {example.ai_draft_id for example in row.examples}
    for example in each.examples[: _EXAMPLES - len(shown)]:
        if example.case.id not in shown:
            row.examples.append(_example(example))
    session.flush()
    return row


def _example(example: style.Example) -> StyleExample:
    return StyleExample(ai_draft_id=example.case.id, before=example.before, after=example.after)


def _case(row: AiDraft) -> style.Case:
    return style.Case(
        id=row.id,
        subject_id=row.subject_id,
        draft=row.content[:_READ],
        final=(row.final_text or "")[:_READ],
        names=_names(row.context_packet or {}),
        intent=row.intent or "",
        mailbox_id=row.mailbox_id or "",
    )


def _names(packet: Mapping[str, Any]) -> tuple[str, ...]:
    """The words that name the customer and whoever answered."""
    customer, brand = packet.get("customer", {}), packet.get("brand", {})
    said = (customer.get("first_name"), customer.get("name"), brand.get("agent_name"))
    words = [word for name in said if name for word in (name, *str(name).split())]
    return tuple(dict.fromkeys(words))
