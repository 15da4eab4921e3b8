"""A draft that nobody writes any more says so in the composer by itself, and can be tried again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import Tag
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update

from shopapp import clock
from shopapp.drafts.actions import writing
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.drafts.queries.making import ATTEMPTS, GONE, LATE, Making, making
from shopapp.inbox.actions import drafting
from shopapp.jobs.models import Job, JobState
from tests.inbox.desk import QUESTION, Desk, letter, newest_ticket
from tests.inbox.modelled import Script, script
from tests.inbox.reading import PARTIAL, ask, fields, one, soup, url

__all__ = ["script"]
Change = Callable[[Desk], None]


@pytest.fixture
def ticket(desk: Desk) -> str:
    """Nils has written; no worker has taken up his draft."""
    desk.take_in(letter(QUESTION))
    with desk.session() as session:
        return newest_ticket(session).id


def change_job(desk: Desk, name: str, **values: object) -> None:
    with desk.shop.session(bound=False) as session:
        session.execute(update(Job).where(Job.name == name).values(**values))


def wear_out(desk: Desk, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every attempt at the job breaks, until it is given up."""
    with monkeypatch.context() as broken:
        broken.setattr(writing, "write", lambda *_: (_ for _ in ()).throw(ValueError("no room.")))
        for _ in range(ATTEMPTS):
            change_job(desk, name, run_at=clock.now() - timedelta(seconds=1))
            desk.work()


def composer(client: FlaskClient, ticket: str) -> Tag:
    """What the polling page gets."""
    return one(soup(client.get(url(ticket, "composer"), headers=PARTIAL).text), "#composer")


def break_off(desk: Desk) -> None:
    """Five workers died over it, and the sixth one sees that."""
    gone = clock.now() - timedelta(minutes=5)
    state = {"state": JobState.RUNNING, "attempts": ATTEMPTS, "leased_until": gone}
    change_job(desk, drafting.DRAFT, **state)
    desk.work()


def forget(desk: Desk) -> None:
    with desk.shop.session(bound=False) as session:
        session.execute(delete(Job))


@pytest.mark.parametrize(
    ("end", "why"),
    [(break_off, "the worker stopped each time it did this job"), (forget, GONE)],
)
def test_the_polled_composer_ends_in_words_and_a_form_when_nobody_writes_the_draft(
    desk: Desk, ben: FlaskClient, ticket: str, end: Change, why: str
) -> None:
    assert composer(ben, ticket).select("#drafting[hx-trigger]")
    end(desk)
    shown = composer(ben, ticket)
    assert f"The draft could not be written: {why}." in one(shown, "[role=alert]").text
    assert not shown.select("#drafting")
    assert one(shown, "#myself")["href"] == "#draft-body"
    assert one(shown, "textarea").text.strip() == ""


def test_a_draft_that_failed_every_time_says_why_and_is_made_when_tried_again(
    desk: Desk, ben: FlaskClient, ticket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    wear_out(desk, drafting.DRAFT, monkeypatch)
    banner = one(composer(ben, ticket), "[role=alert]")
    assert "could not be written: ValueError: no room." in banner.text
    again = ben.post(str(one(banner, "form")["action"]))
    assert again.status_code == 303
    assert composer(ben, ticket).select("#drafting")
    desk.work()
    assert "Hi Nils" in one(composer(ben, ticket), "textarea").text


def test_a_reply_of_ones_own_is_saved_where_the_draft_was_given_up(
    desk: Desk, ben: FlaskClient, ticket: str
) -> None:
    forget(desk)
    ben.post(url(ticket, "reply"), data=fields(ben, ticket, body="Mine"))
    assert one(composer(ben, ticket), "textarea").text.strip() == "Mine"


def test_a_new_mail_has_the_draft_made_that_was_given_up(
    desk: Desk, ben: FlaskClient, ticket: str
) -> None:
    forget(desk)
    more = {"message_id": "<2@mail.example>", "In_Reply_To": "<first@mail.example>"}
    desk.take_in(letter(QUESTION, **more))
    desk.work()
    assert "Hi Nils" in one(composer(ben, ticket), "textarea").text


@pytest.mark.parametrize(
    ("job", "says"),
    [
        ({"run_at": timedelta() - LATE - LATE}, "no worker takes it up"),
        ({"run_at": LATE, "last_error": "It broke."}, "the last attempt failed (It broke)"),
        ({"state": "running", "leased_until": timedelta() - LATE - LATE}, "no worker takes it up"),
    ],
)
def test_a_draft_that_waits_says_for_what_and_is_polled_at_leisure(
    desk: Desk, ben: FlaskClient, ticket: str, job: dict[str, object], says: str
) -> None:
    now = clock.now()
    values = {k: now + v if isinstance(v, timedelta) else v for k, v in job.items()}
    change_job(desk, drafting.DRAFT, **values)
    shown = one(composer(ben, ticket), "#drafting")
    assert says in shown.text
    assert shown["hx-trigger"] == "load delay:5s"
    assert one(shown, "#myself")


def test_a_draft_that_ended_since_it_was_read_is_not_given_up(desk: Desk, ticket: str) -> None:
    with desk.session() as session:
        draft = session.scalars(select(AiDraft)).one()
        session.expunge(draft)
    desk.work()
    forget(desk)
    assert draft.state is DraftState.DRAFTING
    with desk.session() as session:
        assert making(session, draft, drafting.DRAFT) == Making()


def test_a_rework_that_is_given_up_leaves_the_text_and_is_wished_again(
    desk: Desk, ben: FlaskClient, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = script()
    ticket = ask(desk)
    wish = {"body": "Mine.", "rework": "again", "instruction": "Offer a refund"}
    page = url(ticket, "reply", "reworking")
    ben.post(page, data=fields(ben, ticket, **wish))
    wear_out(desk, "inbox.rework", monkeypatch)
    shown = one(soup(ben.get(page, headers=PARTIAL).text), "#rework")
    assert "could not be written: ValueError: no room." in one(shown, "[role=alert]").text
    assert "hx-trigger" not in shown.attrs
    again = ben.post(str(one(shown, "#rework-repeat")["formaction"]), data=fields(ben, ticket))
    assert again.status_code == 303
    desk.work()
    assert "Offer a refund" in "".join(each.content for each in model.questions[-1].messages)
    assert one(soup(ben.get(page).text), "#rework-replace")
    assert one(composer(ben, ticket), "textarea").text.strip() == "Mine."
