"""Editing a draft: versions and going back, one change taken back, both texts of a conflict."""

from __future__ import annotations

import pytest
from bs4 import Tag
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.audit.models import AuditEvent
from shopapp.drafts.models import AiDraftRevision
from shopapp.inbox.models import TicketMessage
from tests.inbox.desk import Desk
from tests.inbox.reading import PARTIAL, TYPED, ask, fields, messages, one, soup, text_of, url


def reply_of(desk: Desk, ticket: str) -> TicketMessage:
    with desk.session() as session:
        session.expire_on_commit = False
        (reply,) = [m for m in messages(session, ticket) if m.delivery_state == "draft"]
        return reply


def write(client: FlaskClient, ticket: str, text: str) -> None:
    """Save `text` over what stands there."""
    assert client.post(url(ticket, "reply"), data=fields(client, ticket, body=text)).location


def history(client: FlaskClient, ticket: str, **asked: str) -> Tag:
    """The page of all versions."""
    answer = client.get(url(ticket, "reply", "history"), query_string=asked)
    return one(soup(answer.text), "#draft-history")


def version_ids(client: FlaskClient, ticket: str) -> list[str]:
    """What names the versions, newest first."""
    links = history(client, ticket).select(".saves > li > a")
    return [str(link["href"]).partition("version=")[2] for link in links]


def test_every_version_says_by_whom_it_is(
    ben: FlaskClient, ada: FlaskClient, desk: Desk, ticket: str
) -> None:
    for who, text in ((ben, "one"), (ben, "two"), (ada, "three")):
        write(who, ticket, text)
    authors = [each.text for each in history(ben, ticket).select(".saves > li > a > b")]
    assert authors == ["Ada", "Ben", "The draft"]
    assert "2 saves" in history(ben, ticket).select(".saves > li")[1].text
    assert "As it stands" in history(ben, ticket).select(".saves > li")[0].text


def test_a_version_is_compared_with_any_other(ben: FlaskClient, desk: Desk, ticket: str) -> None:
    drafted = text_of(desk, ticket)
    write(ben, ticket, drafted.replace("Hi", "Hello"))
    newest, first = version_ids(ben, ticket)
    shown = history(ben, ticket, version=newest, against="draft")
    assert one(shown, "del").text == "removed: Hi"
    shown = history(ben, ticket, version=first, against="now")
    assert one(shown, "ins").text == "added: Hello"
    assert [each.text for each in shown.select("#version .chip")] == ["The text now"]
    assert not history(ben, ticket, version="nothing").select("#version")


def test_going_back_makes_a_new_version_and_can_be_undone(
    ben: FlaskClient, desk: Desk, ticket: str
) -> None:
    drafted = text_of(desk, ticket)
    write(ben, ticket, TYPED)
    first = version_ids(ben, ticket)[-1]
    page = soup(ben.get(url(ticket, "reply", "history"), query_string={"version": first}).text)
    button = one(page, "[name=restore]")
    form = one(page, "#history-form")
    held = {str(each["name"]): str(each["value"]) for each in form.select("input")}
    answer = ben.post(str(form["action"]), data={**held, "restore": str(button["value"])})
    assert (answer.status_code, answer.location) == (303, url(ticket))
    assert text_of(desk, ticket) == drafted
    undo = one(soup(ben.get(url(ticket)).text), ".toast form")
    assert ben.post(str(undo["action"])).status_code == 303
    assert text_of(desk, ticket) == TYPED
    with desk.session() as session:
        bodies = session.scalars(select(AiDraftRevision.body).order_by(AiDraftRevision.id)).all()
        assert bodies == [drafted, TYPED, drafted, TYPED]
        told = select(AuditEvent).where(AuditEvent.action == "reply.restored")
        assert len(session.scalars(told).all()) == 2


def test_what_was_typed_is_a_version_before_an_earlier_one_comes_back(
    ben: FlaskClient, desk: Desk, ticket: str
) -> None:
    (first,) = version_ids(ben, ticket)
    data = {**fields(ben, ticket, body=TYPED), "restore": first}
    answer = ben.post(url(ticket, "reply", "history"), data=data, headers=PARTIAL)
    assert "Hi Nils" in one(soup(answer.text), "#draft-body").text
    with desk.session() as session:
        bodies = session.scalars(select(AiDraftRevision.body)).all()
        assert TYPED in bodies


@pytest.mark.parametrize("headers", [{}, PARTIAL])
def test_going_back_over_another_ones_text_shows_both(
    ben: FlaskClient, ada: FlaskClient, desk: Desk, ticket: str, headers: dict[str, str]
) -> None:
    write(ben, ticket, TYPED)
    first = version_ids(ben, ticket)[-1]
    held = fields(ben, ticket)
    if not headers:
        del held["body"]
    write(ada, ticket, "Ada was here")
    data = {**held, "restore": first}
    answer = ben.post(url(ticket, "reply", "history"), data=data, headers=headers)
    assert answer.status_code == 409
    conflict = one(soup(answer.text), "#conflict")
    assert "Ada was here" in conflict.text.replace("only in theirs: ", "")
    mine = "Hi Nils" if not headers else "Dear Nils"
    assert mine in one(conflict, "[name=merged]").text
    assert text_of(desk, ticket) == "Ada was here"


def test_a_version_of_another_ticket_does_not_come_back(
    ben: FlaskClient, desk: Desk, ticket: str
) -> None:
    (strange,) = version_ids(ben, ticket)
    other = ask(desk, message_id="<other@mail.example>")
    data = {**fields(ben, other), "restore": strange}
    assert ben.post(url(other, "reply", "history"), data=data).status_code == 404


def test_one_change_is_taken_back_and_the_rest_is_kept(
    ben: FlaskClient, desk: Desk, ticket: str
) -> None:
    drafted = text_of(desk, ticket)
    mended = drafted.replace("left with", "went with")
    write(ben, ticket, mended.replace("Hi", "Hello"))
    page = soup(ben.get(url(ticket, "reply", "changes")).text)
    assert "% changed" in one(page, "#edit-measures strong").text
    assert "kept" in one(page, "#edit-measures").text
    greeting = page.select("[name=back]")[0]
    form = one(page, "#changes-form")
    held = {str(each["name"]): str(each["value"]) for each in form.select("input")}
    answer = ben.post(str(form["action"]), data={**held, "back": str(greeting["value"])})
    assert answer.status_code == 303
    assert text_of(desk, ticket) == mended
    again = ben.post(
        url(ticket, "reply", "changes"),
        data={**fields(ben, ticket), "back": str(greeting["value"])},
        headers=PARTIAL,
    )
    assert again.status_code == 409
    assert text_of(desk, ticket) == mended


@pytest.mark.parametrize("take", ["theirs", "merged"])
def test_of_a_conflict_nothing_is_lost(
    ben: FlaskClient, ada: FlaskClient, desk: Desk, ticket: str, take: str
) -> None:
    both = fields(ben, ticket)
    write(ada, ticket, "Ada was here")
    answer = ben.post(url(ticket, "reply"), data={**both, "body": TYPED})
    form = one(soup(answer.text), "main form")
    held = {str(each["name"]): str(each["value"]) for each in form.select("input[name]")}
    button = one(form, f"#take-{take}")
    chosen = {**held, "merged": "Both of us", "take": str(button["value"])}
    assert ben.post(str(button["formaction"]), data=chosen).status_code == 303
    assert text_of(desk, ticket) == ("Ada was here" if take == "theirs" else "Both of us")
    with desk.session() as session:
        bodies = session.scalars(select(AiDraftRevision.body)).all()
        assert "Ada was here" in bodies
        assert (TYPED in bodies) is (take == "theirs")
    if take == "theirs":
        assert "Given up in a conflict" in history(ben, ticket).text
        write(ada, ticket, "Ada goes on")


def test_two_tabs_of_one_person_are_told_so(ben: FlaskClient, desk: Desk, ticket: str) -> None:
    held = fields(ben, ticket)
    write(ben, ticket, "The first tab")
    answer = ben.post(url(ticket, "reply"), data={**held, "body": TYPED}, headers=PARTIAL)
    conflict = one(soup(answer.text), "#conflict")
    assert "in another tab" in conflict.text
    assert one(conflict, "#theirs-title").text == "Your other text"


def test_a_macro_refused_for_a_conflict_does_not_take_the_choice_with_it(
    ben: FlaskClient, ada: FlaskClient, desk: Desk, ticket: str
) -> None:
    held = fields(ben, ticket, body=TYPED)
    write(ada, ticket, "Ada was here")
    with desk.session() as session:
        from shopapp.inbox.models import Macro

        macro = session.scalars(select(Macro.id)).one()
    page = soup(ben.post(url(ticket, "reply", "macros"), data={**held, "macro": macro}).text)
    form = one(page, "main form")
    kept = {str(each["name"]): str(each["value"]) for each in form.select("input[name]")}
    ben.post(str(one(form, "#take-mine")["formaction"]), data={**kept, "take": "mine"})
    assert TYPED in text_of(desk, ticket)
