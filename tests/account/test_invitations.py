"""Accepting an invitation: once, in time, by the person it is for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp import clock
from shopapp.account.actions import invitations
from shopapp.accounts import queries
from shopapp.accounts.models import Invitation, Membership, Role, User
from shopapp.audit.models import AuditEvent
from shopapp.db import current_session
from shopapp.mail.models import OutboundMail, OutboundState
from shopapp.stores.models import Store, StoreStatus
from shopapp.tenancy import bind
from tests import apps, cast
from tests.account.letterbox import letters, link_to, text
from tests.conftest import OpenStore, SignIn
from tests.web.forms import post, sign_in_through_the_page

FAY = "fay@harbor.example"
PASSWORD = "eleven words and a kettle"
Invite = Callable[..., str]


@pytest.fixture
def invite(app: Flask) -> Invite:
    """`invite(email)`: Ada invites to Harbor; the link's path."""

    def offer(email: str = FAY, role: Role = Role.AGENT) -> str:
        with app.app_context():
            session = current_session()
            bind(session, cast.HARBOR.id)
            ada = session.get_one(User, cast.ADA.id)
            config = app.config["SHOPAPP"]
            _, token = invitations.invite(session, email=email, role=role, by=ada, config=config)
            session.commit()
        return f"/invitations/{token}"

    return offer


def accept(client: FlaskClient, link: str, **typed: str) -> tuple[int, str]:
    """Open the link and fill in the form; the status, and where it leads or what it says."""
    client.get(link)
    answer = post(client, "/invitations", {"name": "Fay", "password": PASSWORD, **typed})
    return answer.status_code, answer.location or answer.text


def test_a_new_person_sets_name_and_password_and_is_in(
    app: Flask, client: FlaskClient, invite: Invite, store_session: OpenStore
) -> None:
    invite(FAY.upper())
    link = link_to(app, FAY)
    assert "Join Harbor Tea" in client.get(link, follow_redirects=True).text
    assert accept(client, link) == (303, "/harbor/")
    assert client.get("/harbor/inbox").status_code == 200
    harbor = store_session("harbor")
    user = queries.user_by_email(harbor, FAY)
    assert user
    assert user.name == "Fay"
    member = queries.membership(harbor, cast.HARBOR.id, user.id)
    assert member
    assert member.role is Role.AGENT
    done = set(harbor.scalars(select(AuditEvent.action)))
    assert {"invitation.sent", "invitation.accepted", "member.added"} <= done


def test_the_mail_names_the_store_and_forgets_the_link_once_it_left(
    app: Flask, invite: Invite, store_session: OpenStore
) -> None:
    link = invite()
    (letter,) = letters(app)
    assert letter["Subject"] == "Ada invites you to Harbor Tea"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert link in text(letter)
    assert "as an agent" in text(letter)
    (mail,) = store_session("harbor").scalars(select(OutboundMail))
    assert mail.state is OutboundState.SENT
    assert mail.content == b""


def test_neither_address_nor_answer_gives_the_token_away(
    client: FlaskClient, invite: Invite
) -> None:
    link = invite()
    answer = client.get(link)
    assert (answer.status_code, answer.location) == (303, "/invitations")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert link.rpartition("/")[2] not in client.get("/invitations").text


def test_the_token_is_stored_as_a_hash(invite: Invite, store_session: OpenStore) -> None:
    token = invite().rpartition("/")[2]
    (row,) = store_session("harbor").scalars(select(Invitation))
    assert token not in row.token_hash


def test_a_link_works_once(app: Flask, client: FlaskClient, invite: Invite) -> None:
    link = invite()
    assert accept(client, link)[0] == 303
    status, said = accept(app.test_client(), link)
    assert status == 410
    assert "no longer works" in said


@pytest.mark.parametrize("link", ["/invitations/nonsense", "/invitations/" + "x" * 300])
def test_a_made_up_link_is_one_clear_page(client: FlaskClient, link: str) -> None:
    assert client.get(link).status_code == 303
    answer = client.get("/invitations")
    assert answer.status_code == 410
    assert "This link no longer works" in answer.text


def test_a_page_without_any_link_is_the_same_page(client: FlaskClient) -> None:
    assert client.get("/invitations").status_code == 410


def test_after_seven_days_it_is_over(
    client: FlaskClient, invite: Invite, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, later = invite(), datetime.now(UTC) + timedelta(days=7, minutes=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert accept(client, link)[0] == 410


@pytest.mark.parametrize("what", ["taken back", "renewed", "store archived"])
def test_a_link_dies_with_what_it_offers(
    app: Flask, client: FlaskClient, invite: Invite, what: str
) -> None:
    link = invite()
    with app.app_context():
        session = current_session()
        bind(session, cast.HARBOR.id)
        row, ada = session.scalars(select(Invitation)).one(), session.get_one(User, cast.ADA.id)
        if what == "taken back":
            invitations.take_back(session, row, by=ada)
        elif what == "renewed":
            invitations.link(session, row, by=ada)
        else:
            session.get_one(Store, cast.HARBOR.id).status = StoreStatus.ARCHIVED
        session.commit()
    assert accept(client, link)[0] == 410


def test_somebody_with_an_account_signs_in_first(
    app: Flask, client: FlaskClient, invite: Invite, store_session: OpenStore
) -> None:
    link, password = invite(cast.EVE.email, Role.STAFF), apps.give_password(app, cast.EVE)
    page = client.get(link, follow_redirects=True)
    assert "has an account already" in page.text
    assert 'name="password"' not in page.text
    assert accept(client, link)[0] == 422
    sign_in_through_the_page(client, cast.EVE.email, password, next="/invitations")
    assert 'id="accept"' in client.get("/invitations").text
    assert post(client, "/invitations").location == "/harbor/"
    harbor = store_session("harbor")
    member = queries.membership(harbor, cast.HARBOR.id, cast.EVE.id)
    assert member
    assert member.role is Role.STAFF


def test_it_is_not_for_somebody_else_s_account(
    sign_in: SignIn, invite: Invite, store_session: OpenStore
) -> None:
    dora = sign_in(cast.DORA)
    dora.get(invite())
    assert "signed in as dora@hill.example" in dora.get("/invitations").text
    assert post(dora, "/invitations").status_code == 403
    assert queries.membership(store_session("harbor"), cast.HARBOR.id, cast.DORA.id) is None


def test_who_became_a_member_meanwhile_keeps_that_role(
    app: Flask, sign_in: SignIn, invite: Invite, store_session: OpenStore
) -> None:
    link = invite(cast.EVE.email, Role.ADMIN)
    with app.app_context():
        session = current_session()
        session.add(Membership(store_id=cast.HARBOR.id, user_id=cast.EVE.id, role=Role.STAFF))
        session.commit()
    eve = sign_in(cast.EVE)
    eve.get(link)
    assert post(eve, "/invitations").status_code == 303
    member = queries.membership(store_session("harbor"), cast.HARBOR.id, cast.EVE.id)
    assert member
    assert member.role is Role.STAFF


@pytest.mark.parametrize("typed", [{"name": " "}, {"password": "short"}, {"password": FAY}])
def test_bad_input_is_422_and_the_link_still_works(
    client: FlaskClient, invite: Invite, typed: dict[str, str]
) -> None:
    link = invite()
    status, said = accept(client, link, **typed)
    assert status == 422
    assert 'aria-invalid="true"' in said
    assert accept(client, link)[0] == 303
