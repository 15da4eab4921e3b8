"""The composer: what stands in it, autosave, changes, conflicts, discarding."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from shopapp.drafts.models import AiDraft, AiDraftRevision, DraftState
from shopapp.inbox.forms import REASONS
from shopapp.inbox.models import DeliveryState, Macro
from shopapp.stores.models import StoreSettings
from tests.inbox.desk import Desk, letter, newest_ticket
from tests.inbox.reading import (
    PARTIAL,
    QUESTION,
    TYPED,
    ask,
    fields,
    messages,
    one,
    soup,
    text_of,
    url,
)


def test_a_proposal_comes_with_its_sources_and_their_words(ben: FlaskClient, desk: Desk) -> None:
    composer = one(soup(ben.get(url(ask(desk))).text), "#composer")
    assert "Hi Nils" in one(composer, "textarea").text
    source = one(composer, ".sources details")
    assert one(source, "summary").text == "Macro: Where is my order"
    assert "order {{order.name}} left with" in one(source, "blockquote").text
    assert "facts found" in one(composer, "#evidence").text


def test_a_draft_that_is_being_written_is_polled_until_it_is_there(
    ben: FlaskClient, desk: Desk
) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        ticket = newest_ticket(session).id
    polled = soup(ben.get(url(ticket, "composer"), headers=PARTIAL).text)
    assert one(polled, "#drafting")["hx-get"] == url(ticket, "composer")
    assert not polled.select("#thread")
    desk.work()
    done = soup(ben.get(url(ticket, "composer"), headers=PARTIAL).text)
    assert one(done, "#composer textarea")
    assert one(done, "#thread")


def test_a_person_may_write_while_the_draft_is_made(ben: FlaskClient, desk: Desk) -> None:
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        ticket = newest_ticket(session).id
    assert one(soup(ben.get(f"{url(ticket)}?compose=plain").text), "form[data-autosave]")
    assert ben.post(url(ticket, "reply"), data={"body": TYPED}).status_code == 303
    desk.work()
    assert text_of(desk, ticket) == TYPED


def test_when_nothing_fits_the_page_says_so(ben: FlaskClient, desk: Desk) -> None:
    with desk.session() as session:
        session.execute(delete(Macro))
    desk.take_in(letter("Do you hire?", subject="Work"))
    desk.work()
    with desk.session() as session:
        ticket = newest_ticket(session).id
    composer = one(soup(ben.get(url(ticket)).text), "#composer")
    assert "there is no draft" in one(composer, ".banner").text
    assert not one(composer, "textarea").text.strip()
    assert one(composer, "#redraft")


def test_every_save_is_a_version_and_the_next_one_builds_on_it(
    ben: FlaskClient, desk: Desk
) -> None:
    ticket = ask(desk)
    held = fields(ben, ticket)
    for word in ("one", "two"):
        answer = ben.post(url(ticket, "reply"), data={**held, "body": word}, headers=PARTIAL)
        assert answer.status_code == 200
        held["version"] = str(one(soup(answer.text), "#draft-version")["value"])
    assert text_of(desk, ticket) == "two"
    with desk.session() as session:
        saved = session.scalars(select(AiDraftRevision).order_by(AiDraftRevision.version)).all()
        assert [each.body for each in saved][1:] == ["one", "two"]
    page = soup(ben.get(url(ticket)).text)
    assert one(page, "#composer .badge").text == "Edited"
    assert "Saved" in one(page, "#draft-state").text


def test_saving_works_without_javascript(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    typed = fields(ben, ticket, body="Dear Nils,\r\nsoon.")
    answer = ben.post(url(ticket, "reply"), data=typed)
    assert (answer.status_code, answer.location) == (303, url(ticket))
    assert text_of(desk, ticket) == "Dear Nils,\nsoon."


def test_the_changes_are_shown_word_by_word(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    assert "No changes yet" in ben.get(url(ticket, "reply", "changes"), headers=PARTIAL).text
    held = fields(ben, ticket)
    held["body"] = held["body"].replace("Hi Nils", "Hello Nils")
    ben.post(url(ticket, "reply"), data=held)
    for headers in ({}, PARTIAL):
        page = soup(ben.get(url(ticket, "reply", "changes"), headers=headers).text)
        shown = one(page, ".changed .diff")
        assert one(shown, "del").text == "removed: Hi"
        assert one(shown, "ins").text == "added: Hello"


def test_of_two_people_the_second_gets_both_texts(
    ben: FlaskClient, ada: FlaskClient, desk: Desk
) -> None:
    ticket = ask(desk)
    both = fields(ben, ticket)
    ada.post(url(ticket, "reply"), data={**both, "body": "Ada was here"})
    for headers in (PARTIAL, {}):
        answer = ben.post(url(ticket, "reply"), data={**both, "body": TYPED}, headers=headers)
        assert answer.status_code == 409
        conflict = one(soup(answer.text), "#conflict")
        mine, theirs = conflict.select(".versions section")
        said = one(mine, "mark").text.removeprefix("only in yours: ")
        assert one(mine, "p").text.replace("only in yours: ", "") == TYPED
        assert said in TYPED
        assert one(theirs, "h3").text == "Ada’s text"
        assert "Ada was here" in one(theirs, "p").text.replace("only in theirs: ", "")
        assert one(conflict, "textarea[name=merged]").text.strip() == TYPED
    assert text_of(desk, ticket) == "Ada was here"
    seen = str(one(conflict, "[name=seen_version]")["value"])
    choice = {**both, "body": TYPED, "seen_version": seen}
    theirs = ben.post(url(ticket, "reply"), data={**choice, "take": "theirs"}, headers=PARTIAL)
    assert one(soup(theirs.text), "#draft-body").text.strip() == "Ada was here"
    mine = ben.post(url(ticket, "reply"), data={**choice, "take": "mine"}, headers=PARTIAL)
    assert one(soup(mine.text), "#draft-body").text.strip() == TYPED
    assert text_of(desk, ticket) == TYPED


def test_a_text_whose_draft_was_discarded_meanwhile_can_be_kept(
    ben: FlaskClient, ada: FlaskClient, desk: Desk
) -> None:
    ticket = ask(desk)
    held = fields(ben, ticket, body=TYPED)
    ada.post(url(ticket, "reply", "discarding"), data={"reason": "tone"})
    page = soup(ben.post(url(ticket, "reply"), data=held).text)
    form = one(page, "main form")
    kept = {str(each["name"]): str(each["value"]) for each in form.select("input[name]")}
    ben.post(str(one(form, "#take-mine")["formaction"]), data={**kept, "take": "mine"})
    assert text_of(desk, ticket) == TYPED


@pytest.mark.parametrize("path", ["reply", "reply/sending"])
def test_a_text_longer_than_a_mail_is_refused_and_kept(
    ben: FlaskClient, desk: Desk, path: str
) -> None:
    ticket = ask(desk)
    held = fields(ben, ticket, body="x" * 100_001)
    for headers in ({}, PARTIAL):
        answer = ben.post(url(ticket, path), data=held, headers=headers)
        assert answer.status_code == 422
        composer = one(soup(answer.text), "#composer")
        assert "longer than a mail" in one(composer, "[role=alert]").text
        assert one(composer, "textarea").text.strip() == held["body"]
        assert one(composer, "#draft-version")["value"] == held["version"]
    assert "Hi Nils" in text_of(desk, ticket)


def test_line_ends_do_not_count_twice(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    held = fields(ben, ticket, body="x\r\n" * 50_000)
    assert ben.post(url(ticket, "reply"), data=held).status_code == 303


def test_discarding_asks_why(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    for wrong in ({}, {"reason": "no idea"}):
        answer = ben.post(url(ticket, "reply", "discarding"), data=wrong, headers=PARTIAL)
        assert answer.status_code == 422
        assert "Say why" in one(soup(answer.text), "#composer > .banner").text
    assert text_of(desk, ticket)


def test_a_discarded_draft_can_be_brought_back(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    before = text_of(desk, ticket)
    page = soup(ben.get(url(ticket, "reply", "discarding")).text)
    assert {str(each["value"]) for each in page.select("[name=reason]")} == set(REASONS)
    form = one(page, "#discard-form")
    answer = ben.post(str(form["action"]), data={"reason": "tone"})
    assert answer.status_code == 303
    shown = soup(ben.get(url(ticket)).text)
    assert "Draft discarded: the tone is wrong." in one(shown, "#composer .banner").text
    restoring = one(shown, "form:has(#restore)")
    assert ben.post(str(restoring["action"])).status_code == 303
    assert text_of(desk, ticket) == before
    again = ben.post(str(restoring["action"]), headers=PARTIAL)
    assert again.status_code == 409
    assert "nothing to bring back" in one(soup(again.text), "#composer > .banner").text.lower() or (
        "no discarded draft" in again.text
    )


def test_a_new_draft_takes_the_place_of_an_untouched_one_only(ben: FlaskClient, desk: Desk) -> None:
    ticket = ask(desk)
    assert one(soup(ben.post(url(ticket, "drafts"), headers=PARTIAL).text), "#drafting")
    desk.work()
    with desk.session() as session:
        states = session.scalars(select(AiDraft.state).order_by(AiDraft.id)).all()
        assert states == [DraftState.STALE, DraftState.PROPOSED]
    ben.post(url(ticket, "reply"), data=fields(ben, ticket, body=TYPED))
    answer = ben.post(url(ticket, "drafts"), headers=PARTIAL)
    assert answer.status_code == 409
    assert "Discard it first" in one(soup(answer.text), "#composer > .banner").text
    assert text_of(desk, ticket) == TYPED


def test_drafts_that_are_switched_off_are_not_made(ben: FlaskClient, desk: Desk) -> None:
    with desk.session() as session:
        session.scalars(select(StoreSettings)).one().toggles = {"ai_drafts": False}
    ticket = ask(desk)
    answer = ben.post(url(ticket, "drafts"), headers=PARTIAL)
    assert answer.status_code == 422
    assert "switched off" in one(soup(answer.text), "#composer > .banner").text


def test_an_untouched_draft_says_when_the_conversation_moved_on(
    ben: FlaskClient, desk: Desk
) -> None:
    ticket = ask(desk)
    ben.post(url(ticket, "reply"), data=fields(ben, ticket, body=TYPED))
    desk.take_in(
        letter("Hello?", message_id="<2@mail.example>", In_Reply_To="<first@mail.example>")
    )
    desk.work()
    composer = one(soup(ben.get(url(ticket)).text), "#composer")
    assert "The conversation moved on." in one(composer, "#composer-note").text
    assert one(composer, "textarea").text.strip() == TYPED
    with desk.session() as session:
        assert DeliveryState.DRAFT in [m.delivery_state for m in messages(session, ticket)]
