"""Inviting: by mail, or with a link where no mail server is; sent again and taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp import clock
from shopapp.accounts.models import Invitation
from shopapp.audit.models import AuditEvent
from shopapp.config import Config
from shopapp.db import Session
from shopapp.mail.models import OutboundKind, OutboundMail
from tests import apps, cast
from tests.settings.conftest import Harbor
from tests.settings.reading import HOME, parsed, words

TEAM = f"{HOME}/team"
FAY = "fay@harbor.example"
LINK = re.compile(r'value="http://[^"]+(/invitations/[^"]+)"')


def invite(client: FlaskClient, email: str = FAY, role: str = "agent") -> Any:
    return client.post(f"{TEAM}/invitations", data={"email": email, "role": role})


def invited(harbor: Harbor) -> Invitation:
    return harbor(lambda session: session.scalars(select(Invitation)).one())  # type: ignore[no-any-return]


def expire(session: Session) -> None:
    session.scalars(select(Invitation)).one().expires_at = clock.now() - timedelta(days=1)


@pytest.fixture
def posted(config: Config) -> Iterator[FlaskClient]:
    """Ada, where the installation has a mail server."""
    with apps.app_of(replace(config, smtp_url="smtp://127.0.0.1:9")) as app:
        yield apps.signed_in(app, cast.ADA)


def test_an_invitation_goes_out_by_mail_as_shopapp_s_own(
    posted: FlaskClient, harbor: Harbor
) -> None:
    answer = invite(posted, " Fay@Harbor.example ", "staff")
    assert (answer.status_code, answer.location) == (303, TEAM)
    row = invited(harbor)
    assert (row.email, row.role, row.invited_by_id) == (FAY, "staff", cast.ADA.id)
    mail = harbor(lambda session: session.scalars(select(OutboundMail)).one())
    assert (mail.kind, mail.approved_by_id, mail.recipients) == (OutboundKind.ACCOUNT, None, [FAY])
    page = words(posted.get(TEAM))
    assert f"E-mail Role Good until Actions {FAY} Staff" in page
    assert "/invitations/" not in posted.get(TEAM).text.replace(f"{TEAM}/invitations/", "")


def test_where_no_mail_server_is_the_link_is_shown_once(
    ada: FlaskClient, harbor: Harbor, app: Flask
) -> None:
    answer = invite(ada)
    link = LINK.search(answer.text)
    assert (answer.status_code, bool(link)) == (200, True)
    assert not LINK.search(ada.get(TEAM).text)
    assert link
    assert "Join Harbor Tea" in app.test_client().get(link[1], follow_redirects=True).text


def test_a_copied_link_replaces_the_one_before(
    ada: FlaskClient, harbor: Harbor, app: Flask
) -> None:
    first = LINK.search(invite(ada).text)
    chosen = {"invitation": invited(harbor).id}
    second = LINK.search(ada.post(f"{TEAM}/invitations/links", data=chosen).text)
    assert first
    assert second
    client = app.test_client()
    assert client.get(first[1], follow_redirects=True).status_code == 410
    assert client.get(second[1], follow_redirects=True).status_code == 200


def test_no_link_is_shown_where_mail_leaves(posted: FlaskClient, harbor: Harbor) -> None:
    assert not LINK.search(invite(posted).text)
    answer = posted.post(f"{TEAM}/invitations/links", data={"invitation": invited(harbor).id})
    assert answer.status_code == 409
    assert not LINK.search(answer.text)


def test_sending_again_is_a_second_mail_with_another_link(
    posted: FlaskClient, harbor: Harbor
) -> None:
    invite(posted)
    before = invited(harbor)
    harbor(expire)
    assert "Expired" in words(posted.get(TEAM))
    answer = posted.post(f"{TEAM}/invitations/resendings", data={"invitation": before.id})
    assert answer.location == TEAM
    after = invited(harbor)
    assert after.token_hash != before.token_hash
    assert after.expires_at > clock.now()
    assert len(harbor(lambda session: session.scalars(select(OutboundMail)).all())) == 2


def test_one_that_expired_may_be_made_again_with_another_role(
    posted: FlaskClient, harbor: Harbor
) -> None:
    invite(posted)
    assert invite(posted, role="staff").status_code == 422
    harbor(expire)
    assert invite(posted, role="staff").status_code == 303
    assert invited(harbor).role == "staff"


def test_one_is_taken_back(posted: FlaskClient, harbor: Harbor) -> None:
    invite(posted)
    chosen = {"invitation": invited(harbor).id}
    url = f"{TEAM}/invitations/removals"
    assert posted.post(url, data=chosen).location == TEAM
    assert harbor(lambda session: session.scalars(select(Invitation)).all()) == []
    assert posted.post(url, data=chosen).status_code == 409
    done = harbor(lambda session: session.scalars(select(AuditEvent.action)).all())
    assert done == ["invitation.sent", "invitation.taken_back"]


@pytest.mark.parametrize(
    ("email", "role", "sentence"),
    [
        ("", "agent", "not an e-mail address"),
        ("fay at harbor", "agent", "not an e-mail address"),
        (cast.BEN.email.upper(), "agent", "member of this store already"),
        (FAY, "owner", "Choose a role"),
    ],
)
def test_what_cannot_be_is_said_and_the_address_kept(
    ada: FlaskClient, email: str, role: str, sentence: str
) -> None:
    answer = invite(ada, email, role)
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert parsed(answer).select_one("#invite-email")["value"] == email  # type: ignore[index]


@pytest.mark.parametrize("url", ["resendings", "links", "removals"])
def test_another_store_s_invitation_is_not_here(
    ada: FlaskClient, app: Flask, harbor: Harbor, url: str
) -> None:
    dora = apps.signed_in(app, cast.DORA)
    dora.post("/hill/settings/team/invitations", data={"email": FAY, "role": "agent"})
    before = invited(harbor)
    answer = ada.post(f"{TEAM}/invitations/{url}", data={"invitation": before.id})
    assert answer.status_code == 409
    assert invited(harbor).token_hash == before.token_hash


def test_inviting_is_throttled(config: Config) -> None:
    with apps.app_of(replace(config, ratelimit=True)) as app:
        ada = apps.signed_in(app, cast.ADA)
        tries = [invite(ada, f"p{number}@x.example").status_code for number in range(21)]
    assert tries == [200] * 20 + [429]
