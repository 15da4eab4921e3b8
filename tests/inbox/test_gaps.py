"""What agents add by hand in three tickets is proposed as an article; a person decides."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.inbox.actions import noticing, replying
from shopapp.inbox.models import GapState, KnowledgeArticle, KnowledgeGap, Ticket
from shopapp.inbox.queries import gaps, replies
from shopapp.refusals import Stale
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.desk import Desk, ben, letter

SAID = "We do ship to Norway, and the customs fee there is 15 EUR."
GAPS = "/harbor/drafts/gaps"


def answer(desk: Desk, number: int, text: str) -> None:
    """Somebody asks in a ticket of their own, and Ben answers in his own words."""
    sender = f"ola{number}@mail.example"
    asked = letter(
        "Do you deliver to Norway?",
        sender=f"Ola <{sender}>",
        subject="Norway",
        message_id=f"<norway-{number}@mail.example>",
    )
    desk.take_in(asked)
    desk.work()
    with desk.session() as session:
        ticket = session.scalars(select(Ticket).where(Ticket.customer_email == sender)).one()
        if replies.in_writing(session, ticket) is None:
            replying.begin(session, ticket, body=text, by=ben(session))
        desk.approve(session, ticket, text)
    desk.work()


@pytest.fixture
def told(desk: Desk) -> Desk:
    """Three tickets were answered with the same statement."""
    for number in range(3):
        answer(desk, number, f"Hello Ola,\n\n{SAID}\n\nBen")
    with desk.session() as session:
        noticing.ask_to_notice(session)
    desk.work()
    return desk


def test_three_replies_with_the_same_statement_propose_an_article(told: Desk) -> None:
    with told.session() as session:
        (row,) = gaps.listed(session)
        assert (row.statement, row.seen, row.state) == (SAID, 3, GapState.PROPOSED)
        assert "norway" in row.title.lower()
        assert {example.question for example in row.examples} == {"Do you deliver to Norway?"}


def test_it_is_proposed_once_and_not_again_when_it_was_dismissed(told: Desk) -> None:
    with told.session() as session:
        (row,) = gaps.listed(session)
        noticing.dismiss(session, row, version=row.version, by=ben(session))
    answer(told, 4, f"Hi,\n\n{SAID.replace('We do', 'Yes, we')}\n\nBen")
    with told.session() as session:
        noticing.ask_to_notice(session)
    told.work()
    with told.session() as session:
        (row,) = gaps.listed(session)
        assert row.state is GapState.DISMISSED


def test_an_article_made_of_it_answers_and_closes_the_gap(told: Desk) -> None:
    with told.session() as session:
        (row,) = gaps.listed(session)
        opened, agent = row.version, ben(session)
        noticing.fill(session, row, title="Norway", body=SAID, version=opened, by=agent)
        assert session.scalars(select(KnowledgeArticle.body)).all() == [SAID]
        with pytest.raises(Stale, match="meanwhile"):
            noticing.dismiss(session, row, version=opened, by=agent)
    with told.session() as session:
        noticing.ask_to_notice(session)
    told.work()
    with told.session() as session:
        assert [row.state for row in gaps.listed(session)] == [GapState.FILLED]


def put(open_store: OpenStore) -> tuple[str, str]:
    with open_store("harbor") as session:
        row = KnowledgeGap(fingerprint="f", title="Norway", statement=SAID, seen=3)
        session.add(row)
        session.commit()
        return row.id, str(row.version)


def test_the_page_makes_an_article_and_keeps_what_was_typed(
    sign_in: SignIn, store_session: OpenStore
) -> None:
    agent: FlaskClient = sign_in(cast.BEN)
    gap_id, version = put(store_session)
    assert SAID in agent.get(GAPS).text
    typed = {"title": "", "body": "Our words", "version": version}
    refused = agent.post(f"{GAPS}/{gap_id}/article", data=typed)
    assert refused.status_code == 422
    assert "Our words" in refused.text
    assert "needs a title" in refused.text
    assert agent.post(f"{GAPS}/{gap_id}/article", data={**typed, "title": "N"}).status_code == 303
    assert agent.post(f"{GAPS}/{gap_id}/dismissal", data=typed).status_code == 409
    assert "Became an article" in agent.get(GAPS).text


def test_a_viewer_reads_and_decides_nothing(sign_in: SignIn, store_session: OpenStore) -> None:
    viewer = sign_in(cast.CLEO)
    gap_id, version = put(store_session)
    assert "Make it an article" not in viewer.get(GAPS).text
    answer = viewer.post(f"{GAPS}/{gap_id}/dismissal", data={"version": version})
    assert answer.status_code == 403
