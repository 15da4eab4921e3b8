"""Rating a draft: one press, changed, taken back; before it is sent and afterwards."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.audit.models import AuditEvent
from shopapp.drafts.learning.ratings import ASPECTS, GRADES, REASONS, Rating, rating_of
from shopapp.drafts.models import AiDraft
from tests import cast
from tests.conftest import SignIn
from tests.inbox.desk import Desk, desk, drafted, newest_ticket, post, shop
from tests.inbox.reading import PARTIAL, fields, one, soup, url

__all__ = ["desk", "drafted", "post", "shop"]


@pytest.fixture
def ben(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.BEN)


def draft_of(desk: Desk) -> AiDraft:
    with desk.session() as session:
        session.expire_on_commit = False
        return session.scalars(select(AiDraft)).one()


def where(desk: Desk) -> str:
    return f"/harbor/drafts/{draft_of(desk).id}/rating"


def test_one_press_is_a_rating(ben: FlaskClient, drafted: Desk) -> None:
    answer = ben.post(where(drafted), data={"thumb": "up"}, headers=PARTIAL)
    page = soup(answer.text)
    assert one(page, "#thumb-up")["aria-pressed"] == "true"
    kept = draft_of(drafted).feedback
    assert kept is not None
    assert {name: kept[name] for name in kept if name != "at"} == {
        "thumb": "up",
        "reasons": [],
        "tone": None,
        "accuracy": None,
        "policy": None,
        "comment": "",
        "by": cast.BEN.id,
    }


def test_the_rest_is_said_without_scripts_and_the_thumb_turned_later(
    ben: FlaskClient, drafted: Desk
) -> None:
    answer = ben.post(where(drafted), data={"thumb": "down"})
    assert answer.location == where(drafted)  # where to say why
    page = soup(ben.get(where(drafted)).text)
    assert {str(each["value"]) for each in page.select("[name=reasons]")} == set(REASONS["down"])
    for aspect in ASPECTS:
        assert len(page.select(f"[name={aspect}]")) == len(GRADES)
    details = {"thumb": "down", "details": "1", "reasons": ["tone", "long"], "tone": "1"}
    answer = ben.post(where(drafted), data={**details, "comment": " Too stiff. "})
    assert "/inbox/tickets/" in answer.location
    rating = rating_of(draft_of(drafted).feedback)
    assert rating == Rating("down", ("tone", "long"), 1, None, None, "Too stiff.")
    ben.post(where(drafted), data={"thumb": "up"})
    assert rating_of(draft_of(drafted).feedback) == Rating("up", (), 1, None, None, "Too stiff.")


def test_a_rating_is_taken_back_and_all_of_it_is_in_the_audit_log(
    ben: FlaskClient, drafted: Desk
) -> None:
    ben.post(where(drafted), data={"thumb": "up"})
    page = soup(ben.post(where(drafted), data={"thumb": ""}, headers=PARTIAL).text)
    assert not page.select("#rating-form")
    assert draft_of(drafted).feedback is None
    with drafted.session() as session:
        told = select(AuditEvent.action).where(AuditEvent.action.like("draft.%rated"))
        assert session.scalars(told.order_by(AuditEvent.id)).all() == [
            "draft.rated",
            "draft.unrated",
        ]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"thumb": "sideways"},
        {"thumb": "up", "details": "1", "tone": "4"},
        {"thumb": "up", "details": "1", "reasons": "because"},
        {"thumb": "up", "details": "1", "comment": "x" * 1001},
    ],
)
def test_what_cannot_be_chosen_is_refused(
    ben: FlaskClient, drafted: Desk, wrong: dict[str, str]
) -> None:
    answer = ben.post(where(drafted), data=wrong, headers=PARTIAL)
    assert answer.status_code == 422
    assert one(soup(answer.text), "[role=alert]")
    assert draft_of(drafted).feedback is None


def test_staff_sees_a_rating_and_gives_none(sign_in: SignIn, drafted: Desk) -> None:
    cleo = sign_in(cast.CLEO)
    assert not soup(cleo.get(where(drafted)).text).select("#draft-rating form")
    assert cleo.post(where(drafted), data={"thumb": "up"}).status_code == 403


@pytest.mark.usefixtures("post")
def test_a_sent_draft_shows_its_class_changes_and_rating(ben: FlaskClient, drafted: Desk) -> None:
    with drafted.session() as session:
        ticket = newest_ticket(session)
        body = fields(ben, ticket.id)["body"].replace("left with", "went with")
        drafted.approve(session, ticket, body)
        ticket_id = ticket.id
    drafted.work()
    page = soup(ben.get(url(ticket_id)).text)
    fold = one(page, "#thread .msg.ours details.fold")
    assert "Light edit · 7 % changed" in fold.text
    assert "Light edit · 7 % changed" in one(page, "#delivery").text
    shown = soup(ben.get(str(fold["hx-get"]), headers=PARTIAL).text)
    assert one(shown, ".measures strong").text == "Light edit · 7 % changed"
    assert "Reward 0.9" in one(shown, ".measures").text
    assert one(shown, ".passages ins").text == "added: went"
    thumb = one(shown, "#draft-rating form:has(#thumb-down)")
    why = ben.post(str(thumb["action"]), data={"thumb": "down"}).location
    assert why == where(drafted)
    assert rating_of(draft_of(drafted).feedback) == Rating("down")
