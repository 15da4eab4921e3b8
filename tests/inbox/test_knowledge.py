"""Articles and policies: written, found, archived, previewed; drafts follow their text."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.accounts.models import User
from shopapp.drafts.models import AiDraft, DraftState, SourceFeedback, Verdict
from shopapp.inbox.actions import knowledge, macros, replying
from shopapp.inbox.models import ArticleKind, KnowledgeArticle, Macro, TicketEvent
from shopapp.inbox.queries import passages, replies
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.desk import Desk, ben, desk, drafted, newest_ticket, shop

__all__ = ["desk", "drafted", "shop"]
PAGES = "/harbor/inbox/knowledge"
RETURNS = {"title": "Returns", "body": "Within **30 days**.", "kind": "policy", "url": ""}


@pytest.fixture
def agent(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.BEN)


def saved(open_store: OpenStore, title: str) -> KnowledgeArticle:
    with open_store("harbor") as session:
        found = select(KnowledgeArticle).where(KnowledgeArticle.title == title)
        return session.scalars(found).one()


def test_an_article_is_written_changed_archived_and_brought_back(
    agent: FlaskClient, store_session: OpenStore
) -> None:
    assert agent.post(PAGES, data=RETURNS).status_code == 303
    row = saved(store_session, "Returns")
    assert (row.kind, row.body, row.url) == (ArticleKind.POLICY, "Within **30 days**.", None)
    url = f"{PAGES}/{row.id}"
    assert "<strong>30 days</strong>" in agent.get(url).text
    changed = {**RETURNS, "body": "Within 60 days.", "version": str(row.version)}
    assert agent.post(url, data=changed).status_code == 303
    agent.post(f"{url}/archive")
    agent.get(PAGES)
    assert "Within 60 days." not in agent.get(PAGES).text
    assert "Returns" in agent.get(f"{PAGES}?show=archived").text
    agent.post(f"{url}/restoration")
    assert "Within 60 days." in agent.get(f"{PAGES}?show=policy").text
    assert "Within 60 days." not in agent.get(f"{PAGES}?show=article").text
    assert "No articles match" in agent.get(f"{PAGES}?q=zebra").text


def test_the_second_editor_sees_both_texts(agent: FlaskClient, store_session: OpenStore) -> None:
    agent.post(PAGES, data=RETURNS)
    row = saved(store_session, "Returns")
    url, version = f"{PAGES}/{row.id}", str(row.version)
    agent.post(url, data={**RETURNS, "body": "Theirs wins.", "version": version})
    late = agent.post(url, data={**RETURNS, "body": "Mine wins.", "version": version})
    assert late.status_code == 409
    assert "Mine wins." in late.text
    assert "Theirs" in late.text
    assert saved(store_session, "Returns").body == "Theirs wins."


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"title": " "}, "Give the article a title."),
        ({"body": ""}, "Write what the article says."),
        ({"url": "javascript:alert(1)"}, "Begin the address with https://."),
        ({"kind": "rumour"}, "Choose a kind."),
    ],
)
def test_what_is_no_article_is_refused(
    agent: FlaskClient, typed: dict[str, str], says: str
) -> None:
    answer = agent.post(PAGES, data={**RETURNS, **typed})
    assert answer.status_code == 422
    assert says in answer.text


def test_a_title_that_is_taken_is_refused(agent: FlaskClient) -> None:
    agent.post(PAGES, data=RETURNS)
    assert "Another article has this title" in agent.post(PAGES, data=RETURNS).text


def test_a_preview_saves_nothing_and_runs_nothing(agent: FlaskClient) -> None:
    typed = {**RETURNS, "body": "<script>alert(1)</script> [x](javascript:alert(2)) *soft*"}
    shown = agent.post(
        PAGES,
        data={**typed, "preview": "1"},
        headers={"HX-Request": "true", "HX-Request-Type": "partial"},
    )
    assert "<em>soft</em>" in shown.text
    assert "<script" not in shown.text
    assert 'href="javascript' not in shown.text
    assert "Returns" not in agent.get(PAGES).text


def test_everybody_reads_a_source_and_only_agents_change_it(
    drafted: Desk, agent: FlaskClient, sign_in: SignIn, store_session: OpenStore
) -> None:
    agent.post(PAGES, data=RETURNS)
    cleo = sign_in(cast.CLEO)
    with drafted.session() as session:
        macro, ticket = session.scalars(select(Macro)).one().id, newest_ticket(session).id
    evidence = cleo.get(f"/harbor/inbox/tickets/{ticket}/reply/evidence").text
    macro_url = f"/harbor/inbox/macros/{macro}"
    assert f'href="{macro_url}"' in evidence
    article_url = f"{PAGES}/{saved(store_session, 'Returns').id}"
    for url, words in (
        (macro_url, "tracking number {{order.tracking_number}}"),
        (article_url, "Within <strong>30 days</strong>"),
    ):
        page = cleo.get(url)
        assert page.status_code == 200
        assert words in page.text
        assert f'action="{url}' not in page.text
        assert "Last changed" in page.text
        assert cleo.post(url, data=RETURNS).status_code == 403
    for url in (PAGES, f"{PAGES}/new", f"{article_url}/archive"):
        assert cleo.open(url, method="POST" if "archive" in url else "GET").status_code == 403


def test_who_may_only_read_sees_that_a_text_is_out_of_use(
    agent: FlaskClient, sign_in: SignIn, store_session: OpenStore
) -> None:
    agent.post(PAGES, data=RETURNS)
    url = f"{PAGES}/{saved(store_session, 'Returns').id}"
    agent.post(f"{url}/archive")
    assert "No longer in use." in sign_in(cast.CLEO).get(url).text


def test_a_changed_text_makes_the_draft_that_waits_anew(drafted: Desk) -> None:
    with drafted.session() as session:
        macro = session.scalars(select(Macro)).one()
        typed = macros.Typed(macro.title, f"{macro.body} New words.", tuple(macro.intents))
        macros.change(session, macro, typed, version=macro.version, by=ben(session))
    drafted.work()
    with drafted.session() as session:
        ticket = newest_ticket(session)
        reply, drafts = replies.in_writing(session, ticket), replies.drafts_of(session, ticket.id)
        told = session.scalars(select(TicketEvent).where(TicketEvent.kind == "source changed"))
        assert reply is not None
        assert reply.body_text.rstrip().find("New words.") > 0
        assert [draft.state for draft in drafts] == [DraftState.PROPOSED, DraftState.STALE]
        assert told.one().detail["to"] == "The macro “Where is my order” changed."


def test_a_draft_that_is_edited_stays_and_says_what_changed(drafted: Desk, sign_in: SignIn) -> None:
    with drafted.session() as session:
        reply = replies.in_writing(session, newest_ticket(session))
        assert reply is not None
        replying.revise(session, reply, body="Mine", version=reply.version, by=ben(session))
        macro = session.scalars(select(Macro)).one()
        typed = macros.Typed(macro.title, "Other words", tuple(macro.intents))
        macros.change(session, macro, typed, version=macro.version, by=ben(session))
        url = f"/harbor/inbox/tickets/{newest_ticket(session).id}"
    page = sign_in(cast.BEN).get(url).text
    assert "Mine" in page
    assert "The macro “Where is my order” changed." in page


def test_a_source_is_judged_from_the_draft_menu(drafted: Desk, sign_in: SignIn) -> None:
    with drafted.session() as session:
        macro, ticket = session.scalars(select(Macro)).one().id, newest_ticket(session).id
    agent, url = sign_in(cast.BEN), f"/harbor/inbox/tickets/{ticket}/reply/sources"
    assert "Judge its sources" in agent.get(f"/harbor/inbox/tickets/{ticket}/reply/tools").text
    assert "Where is my order" in agent.get(url).text
    for word in ("useful", "wrong"):
        assert agent.post(url, data={"verdict": f"{word}:{macro}"}).status_code == 303
    assert agent.post(url, data={"verdict": "wrong:another"}).status_code == 422
    assert agent.post(url, data={"verdict": f"nice:{macro}"}).status_code == 422
    with drafted.session() as session:
        assert session.scalars(select(SourceFeedback.verdict)).all() == [Verdict.WRONG]
        assert passages.standings(session) == {macro: 0.5}
    assert "Wrong: 1" in agent.get(f"/harbor/inbox/macros/{macro}").text


def test_a_verdict_is_settled_when_the_text_changes(drafted: Desk) -> None:
    with drafted.session() as session:
        draft = session.scalars(select(AiDraft)).one()
        macro = session.scalars(select(Macro)).one()
        session.add(
            SourceFeedback(
                ai_draft_id=draft.id,
                user_id=session.scalars(select(User.id)).first(),
                kind="macro",
                source_id=macro.id,
                verdict=Verdict.OUTDATED,
            )
        )
        typed = macros.Typed(macro.title, "Other words", tuple(macro.intents))
        macros.change(session, macro, typed, version=macro.version, by=ben(session))
        assert passages.standings(session) == {}


def test_an_archived_article_answers_nothing(desk: Desk) -> None:
    with desk.session() as session:
        row = knowledge.create(session, knowledge.Typed("Tea", "Hot."), by=ben(session))
        assert "Tea" in {each.title for each in passages.passages(session, "", learns=True)}
        knowledge.archive(session, row, by=ben(session))
        session.flush()
        assert "Tea" not in {each.title for each in passages.passages(session, "", learns=True)}
