"""The start page leads to the store, or lets one choose."""

from __future__ import annotations

from shopapp.accounts.models import Membership, Role
from shopapp.db import Session
from tests import cast
from tests.conftest import SignIn


def test_one_store_is_gone_to_at_once(sign_in: SignIn) -> None:
    assert sign_in(cast.DORA).get("/").location == "/hill/"


def test_several_stores_are_a_choice(sign_in: SignIn, session: Session) -> None:
    session.add(Membership(store_id=cast.HILL.id, user_id=cast.ADA.id, role=Role.STAFF))
    session.commit()
    page = sign_in(cast.ADA).get("/")
    assert page.status_code == 200
    assert page.text.index('href="/harbor/"') < page.text.index('href="/hill/"')


def test_no_store_is_said(sign_in: SignIn) -> None:
    page = sign_in(cast.EVE).get("/")
    assert page.status_code == 200
    assert "No store yet" in page.text
    assert 'action="/logout"' in page.text


def test_a_store_s_front_door_leads_inside(sign_in: SignIn) -> None:
    assert sign_in(cast.CLEO).get("/harbor/").status_code == 200


def test_a_stranger_gets_404(sign_in: SignIn) -> None:
    for person, handle in ((cast.EVE, "harbor"), (cast.DORA, "harbor"), (cast.ADA, "nowhere")):
        page = sign_in(person).get(f"/{handle}/")
        assert page.status_code == 404
        assert "Harbor Tea" not in page.text


def test_a_member_without_the_role_gets_403_inside_the_shell(sign_in: SignIn) -> None:
    page = sign_in(cast.CLEO).get("/harbor/settings")
    assert page.status_code == 403
    assert "Your role in this store does not include this page." in page.text
    assert 'id="store-menu"' in page.text
    assert 'href="/harbor/settings"' not in page.text


def test_the_choice_is_one_click_away(sign_in: SignIn) -> None:
    assert "All your stores" in sign_in(cast.CLEO).get("/harbor/settings").text
