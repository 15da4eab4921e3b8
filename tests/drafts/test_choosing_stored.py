"""Choosing the macro as a draft does: past replies stand in the database, which offers a few."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest
from sqlalchemy import Engine, delete

from shopapp.db import Session, db
from shopapp.drafts.grounding import Passage
from shopapp.inbox.models import KnowledgeArticle, Macro
from shopapp.inbox.queries.passages import passages
from shopapp.tenancy import bind
from tests import cast
from tests.drafts.counter import keep
from tests.drafts.outfitter import macros, picked, precedents, questions

Drafted = tuple[str, str, bool]


@pytest.fixture
def outfitter(engine: Engine) -> Iterator[Session]:
    """A store with the outfitter's macros and fifty approved replies for each of them."""
    past = list(precedents())
    Random(5).shuffle(past)
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        for model in (KnowledgeArticle, Macro):
            session.execute(delete(model).execution_options(synchronize_session=False))
        session.add_all(map(_stored, macros()))
        keep(session, enumerate(past))
        session.flush()
        yield session


def _stored(macro: Passage) -> Macro:
    return Macro(id=macro.id, title=macro.title, body=macro.body, intents=list(macro.tags))


def drafted(session: Session, name: str) -> list[Drafted]:
    """(right macro, the one taken first, whether it became a draft) for each labelled question."""
    return [_drafted(session, *question) for question in questions(name)]


def _drafted(session: Session, want: str, subject: str, text: str) -> Drafted:
    offered = passages(session, f"{subject}\n{text}", learns=True)
    assert len(offered) <= len(macros()) + 40
    return want, *picked(subject, text, want, offered)[:2]


@pytest.mark.parametrize(
    ("name", "least", "written"), [("held_out", 0.95, 0.57), ("blind", 0.8, 0)]
)
def test_the_right_macro_comes_first_after_fifty_stored_replies_an_intent(
    outfitter: Session, name: str, least: float, written: float
) -> None:
    found = drafted(outfitter, name)
    right = [is_draft for want, first, is_draft in found if first == want]
    wrong = [want for want, first, is_draft in found if is_draft and first != want]
    assert len(right) >= least * len(found)
    assert sum(right) >= written * len(found)
    assert len(wrong) <= len(found) / 100
