"""A rework stands beside what a person typed, and never over it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.connectors.errors import Temporary
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.inbox.actions import replying
from shopapp.inbox.models import Ticket
from shopapp.inbox.queries import replies
from tests.inbox.desk import Desk
from tests.inbox.desk import ben as agent
from tests.inbox.modelled import Script, said, script
from tests.inbox.reading import PARTIAL, ask, fields, one, soup, text_of, url

__all__ = ["script"]
WARM = "Dear Nils,\n\nyour order #1001 is happily on its way."


def rework(client: FlaskClient, ticket: str, value: str = "warmer", **typed: str) -> str:
    """Ask for a rework as the menu does; the panel."""
    posted = fields(client, ticket, rework=value, **typed)
    answer = client.post(url(ticket, "reply", "reworking"), data=posted, headers=PARTIAL)
    assert answer.status_code == 200, answer.text
    return answer.text


def panel(client: FlaskClient, ticket: str) -> str:
    return client.get(url(ticket, "reply", "reworking"), headers=PARTIAL).text


def states(desk: Desk) -> list[DraftState]:
    with desk.session() as session:
        return list(session.scalars(select(AiDraft.state).order_by(AiDraft.id)))


def test_a_rework_of_what_was_typed_is_offered_beside_it_and_replaces_it_when_asked(
    desk: Desk, ben: FlaskClient, script: Script
) -> None:
    script()
    ticket = ask(desk)
    script(said(*WARM.split("\n\n")))
    asked = rework(ben, ticket, body="Hi Nils, it comes.", instruction="Mention the tea.")
    assert "“Mention the tea.”: writing…" in asked
    assert one(soup(asked), "#draft-version")["hx-swap-oob"] == "true"
    desk.work()
    assert text_of(desk, ticket) == "Hi Nils, it comes."
    offered = soup(panel(ben, ticket))
    assert offered.select(".diff del")
    assert offered.select(".diff ins")
    taken = ben.post(
        url(ticket, "reply", "reworking", "replacing"), data=fields(ben, ticket), headers=PARTIAL
    )
    assert taken.status_code == 200
    assert text_of(desk, ticket) == WARM
    assert states(desk) == [DraftState.STALE, DraftState.EDITED]


def test_what_a_rework_replaced_is_kept_the_draft_as_its_parent_the_text_in_the_history(
    desk: Desk, ben: FlaskClient, script: Script
) -> None:
    script()
    ticket = ask(desk)
    rework(ben, ticket, body="Hi Nils, it comes.")
    desk.work()
    ben.post(url(ticket, "reply", "reworking", "replacing"), data=fields(ben, ticket))
    with desk.session() as session:
        old, new = session.scalars(select(AiDraft).order_by(AiDraft.id))
        assert new.parent_id == old.id
        assert new.wish is not None
        assert (new.wish["rework"], new.wish["text"]) == ("warmer", "Hi Nils, it comes.")
        reply = replies.in_writing(session, session.get_one(Ticket, ticket))
        assert reply is not None
        bodies = [row.body for row in replies.revisions(session, reply)]
        assert bodies[:2] == [new.content, "Hi Nils, it comes."]


def test_what_a_rework_replaced_comes_back_with_one_press(
    desk: Desk, ben: FlaskClient, script: Script
) -> None:
    script()
    ticket = ask(desk)
    rework(ben, ticket, body="Hi Nils, it comes.")
    desk.work()
    keys = {
        str(each["id"]): each.get("data-key") for each in soup(panel(ben, ticket)).select("button")
    }
    assert keys == {"rework-replace": "y", "rework-insert": "b", "rework-keep": None}
    taking = url(ticket, "reply", "reworking", "replacing")
    taken = soup(ben.post(taking, data=fields(ben, ticket), headers=PARTIAL).text)
    assert text_of(desk, ticket) != "Hi Nils, it comes."
    ben.post(str(one(taken, ".toast form")["action"]))
    assert text_of(desk, ticket) == "Hi Nils, it comes."


def test_what_was_typed_meanwhile_stays_and_the_panel_says_so(
    desk: Desk, ben: FlaskClient, script: Script
) -> None:
    script()
    ticket = ask(desk)
    rework(ben, ticket)
    ben.post(url(ticket, "reply"), data=fields(ben, ticket, body="Typed meanwhile"))
    desk.work()
    assert text_of(desk, ticket) == "Typed meanwhile"
    assert "You changed your text after this" in panel(ben, ticket)
    added = ben.post(url(ticket, "reply", "reworking", "inserting"), data=fields(ben, ticket))
    assert added.status_code == 303
    assert text_of(desk, ticket).startswith("Typed meanwhile\n\nHi Nils")
    assert states(desk)[-1] is DraftState.SET_ASIDE


def test_keeping_mine_ends_a_rework_also_while_it_is_written(
    desk: Desk, ben: FlaskClient, script: Script
) -> None:
    script()
    ticket = ask(desk)
    mine = text_of(desk, ticket)
    rework(ben, ticket)
    ben.post(url(ticket, "reply", "reworking", "keeping"), headers=PARTIAL)
    desk.work()
    assert states(desk)[-1] is DraftState.SET_ASIDE
    assert text_of(desk, ticket) == mine
    gone = ben.post(url(ticket, "reply", "reworking", "replacing"), data=fields(ben, ticket))
    assert gone.status_code == 303
    assert text_of(desk, ticket) == mine


def test_a_conflicting_save_reworks_nothing(desk: Desk, ben: FlaskClient, script: Script) -> None:
    script()
    ticket = ask(desk)
    old = fields(ben, ticket, body="Mine", rework="shorter")
    with desk.session() as session:
        reply = replies.in_writing(session, session.get_one(Ticket, ticket))
        assert reply is not None
        replying.revise(session, reply, body="Theirs", version=reply.version, by=agent(session))
    refused = ben.post(url(ticket, "reply", "reworking"), data=old, headers=PARTIAL)
    assert refused.status_code == 409
    assert "Mine" in refused.text
    assert len(states(desk)) == 1


def test_a_service_that_fails_at_a_rework_is_told_in_plain_words(
    desk: Desk, ben: FlaskClient, script: Script
) -> None:
    script()
    ticket = ask(desk)
    script(Temporary("The model did not answer."))
    rework(ben, ticket)
    desk.work()
    shown = one(soup(panel(ben, ticket)), "[role=alert]").text
    assert "The model did not answer." in shown


def test_without_a_model_a_draft_can_be_drafted_again_and_shortened_no_more(
    desk: Desk, ben: FlaskClient
) -> None:
    ticket = ask(desk)
    tools = soup(ben.get(url(ticket, "reply", "tools")).text)
    assert [item["value"] for item in tools.select("button[name=rework]")] == ["again", "shorter"]
    rework(ben, ticket, "warmer")
    desk.work()
    assert "Connect a language model" in panel(ben, ticket)
    two = "how nice.\n\nOrder #1001 left with Snail, SNAIL1."
    three = f"Hi Nils,\n\n{two}\n\nBest,\nBen"
    rework(ben, ticket, "shorter", body=three)
    desk.work()
    shown = panel(ben, ticket)
    assert soup(shown).select(".diff del")
    ben.post(url(ticket, "reply", "reworking", "replacing"), data=fields(ben, ticket))
    assert text_of(desk, ticket) == (
        "Hi Nils,\n\nOrder #1001 left with Snail, SNAIL1.\n\nBest,\nBen"
    )


def test_the_tools_page_works_without_scripts_on_the_text_as_it_was_saved(
    desk: Desk, ben: FlaskClient, script: Script
) -> None:
    script()
    ticket = ask(desk)
    tools = soup(ben.get(url(ticket, "reply", "tools")).text)
    assert one(tools, "#tools-form")["action"] == url(ticket, "reply", "reworking")
    asked = ben.post(url(ticket, "reply", "reworking"), data={"rework": "longer"})
    assert asked.headers["Location"] == url(ticket, "reply", "reworking")
    desk.work()
    page = soup(ben.get(url(ticket, "reply", "reworking")).text)
    assert one(page, "#rework-replace")["form"] == "rework-form"
    assert one(soup(ben.get(url(ticket)).text), "#rework noscript a")


@pytest.mark.parametrize(
    "posted", [{"rework": "ruder"}, {"rework": "translate", "language": "xx"}, {}]
)
def test_a_wish_nobody_offered_is_refused_with_the_text_kept(
    desk: Desk, ben: FlaskClient, script: Script, posted: dict[str, str]
) -> None:
    script()
    ticket = ask(desk)
    data = fields(ben, ticket, body="Typed") | posted
    refused = ben.post(url(ticket, "reply", "reworking"), data=data, headers=PARTIAL)
    assert refused.status_code == 422
    assert "Typed" in refused.text
    assert len(states(desk)) == 1


def test_a_page_shows_what_leaves_and_what_left(
    desk: Desk, ben: FlaskClient, script: Script
) -> None:
    model = script()
    ticket = ask(desk)
    page = soup(ben.get(url(ticket, "reply", "leaving-data")).text)
    shown = [block.text.removeprefix("\n") for block in page.select("pre.leaving")]
    sent = [message.content for message in model.questions[0].messages]
    assert shown[:2] == shown[2:] == sent
    assert "People are masked." in page.text
    assert "Nils" not in "".join(shown)


def test_with_the_embedded_drafter_the_page_says_that_nothing_leaves(
    desk: Desk, ben: FlaskClient
) -> None:
    assert "Nothing leaves." in ben.get(url(ask(desk), "reply", "leaving-data")).text


def test_the_composer_says_why_the_model_did_not_write_and_can_be_used(
    desk: Desk, ben: FlaskClient, script: Script
) -> None:
    script(Temporary("The model did not answer in 30 s.", fix="Check Settings, AI drafts."))
    composer = one(soup(ben.get(url(ask(desk))).text), "#composer")
    assert "did not answer in 30 s. Check Settings" in one(composer, ".banner").text
    assert one(composer, "#send")
