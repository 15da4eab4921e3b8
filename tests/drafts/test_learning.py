"""From sent replies to rules and articles, decided by people, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shopapp import clock
from shopapp.db import Session
from shopapp.drafts.actions import learning
from shopapp.drafts.actions import rules as actions
from shopapp.drafts.learning import reward
from shopapp.drafts.models import AiDraft, DraftState, DraftSubject, RuleState, StyleRule
from shopapp.drafts.queries import rules as queries
from shopapp.jobs import worker
from shopapp.refusals import Invalid, Stale
from shopapp.stores.queries import settings
from tests import cast
from tests.jobs.scaffold import Shop, shop

__all__ = ["shop"]

DRAFT = "Hi Anna,\n\nYour parcel is on its way.\n\nKind regards,\nHarbor"
RULE = "Write “package” instead of “parcel”."


def sent(session: Session, number: int, final: str, **values: object) -> AiDraft:
    """A concluded draft, scored as it is when a reply was sent."""
    measured = reward.score(DRAFT, final, sent=True)
    row = AiDraft(
        subject_type=DraftSubject.TICKET,
        subject_id=f"ticket-{number}",
        model="embedded",
        version="1",
        content=DRAFT,
        final_text=final,
        state=DraftState.SENT,
        approved_by_id=cast.ADA.id,
        approved_at=clock.now(),
        context_packet={"customer": {"first_name": "Anna"}},
        score={"ned": measured.ned},
        **values,
    )
    session.add(row)
    session.flush()
    return row


def learn(shop: Shop, finals: list[str]) -> None:
    with shop.session() as session:
        for number, final in enumerate(finals):
            sent(session, number, final, intent="refund")
        learning.ask_to_learn(session)
    worker.drain(shop.app)


EDITED = DRAFT.replace("parcel", "package")


@pytest.fixture
def proposed(shop: Shop) -> Shop:
    learn(shop, [EDITED] * 3)
    return shop


def only(session: Session) -> StyleRule:
    (row,) = queries.rules(session)
    return row


def test_the_nightly_job_proposes_what_three_edits_share(proposed: Shop) -> None:
    with proposed.session() as session:
        row = only(session)
        assert (row.text, row.state, row.seen, row.chances) == (RULE, RuleState.PROPOSED, 3, 3)
        assert len(row.examples) == 3
        assert "parcel" in row.examples[0].before
        assert "package" in row.examples[0].after
        assert queries.style_rules(session, None, "refund") == ()


def test_reading_twice_proposes_once_and_leaves_decisions_alone(proposed: Shop) -> None:
    with proposed.session() as session:
        row = only(session)
        actions.reject(session, row, version=row.version, by=proposed.ada(session))
    learn(proposed, [])
    with proposed.session() as session:
        assert only(session).state is RuleState.REJECTED


def test_an_accepted_rule_reaches_the_drafts_it_is_for(proposed: Shop) -> None:
    with proposed.session() as session:
        row, ada = only(session), proposed.ada(session)
        actions.accept(session, row, text=RULE, version=row.version, by=ada, intent="refund")
        assert queries.style_rules(session, None, "refund") == (RULE,)
        assert queries.style_rules(session, None, "cancel") == ()
        actions.revert(session, row, version=row.version, by=ada)
        assert queries.style_rules(session, None, "refund") == ()


def test_a_rule_is_decided_once(proposed: Shop) -> None:
    with proposed.session() as session:
        row, ada = only(session), proposed.ada(session)
        opened = row.version
        actions.accept(session, row, text=f"  {RULE}  ", version=opened, by=ada)
        assert row.text == RULE
        with pytest.raises(Stale, match="meanwhile"):
            actions.reject(session, row, version=opened, by=ada)
        with pytest.raises(Invalid, match="sentence"):
            actions.accept(session, row, text=" ", version=row.version, by=ada)
        with pytest.raises(Invalid, match="300"):
            actions.accept(session, row, text="a" * 301, version=row.version, by=ada)


def test_the_effect_compares_drafts_before_and_since(proposed: Shop) -> None:
    with proposed.session() as session:
        row, ada = only(session), proposed.ada(session)
        actions.accept(session, row, text=RULE, version=row.version, by=ada)
        row.accepted_at = clock.now() + timedelta(seconds=1)
        for number in range(2):
            later = sent(session, 10 + number, DRAFT)
            later.created_at = clock.now() + timedelta(days=1)
        session.flush()
        effect = queries.effects(session, [row])[row.id]
        assert (effect.n_before, effect.n_after, effect.after) == (3, 2, 0.0)
        assert effect.before is not None
        assert effect.before > 0


def test_nothing_is_learned_when_learning_is_off(shop: Shop) -> None:
    with shop.session() as session:
        settings(session).toggles = {"learn_from_replies": False}
    learn(shop, [EDITED] * 3)
    with shop.session() as session:
        assert queries.rules(session) == []
