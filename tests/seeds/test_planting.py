"""Planting the demo: once, again, anew, and never over anybody's own data."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from shopapp.account import actions as people
from shopapp.accounts import passwords, queries
from shopapp.accounts.models import Role, User
from shopapp.config import Config
from shopapp.db import new_session
from shopapp.mail.models import Mailbox
from shopapp.ops import seeding, start
from shopapp.ops.seeding import Account, NotDemo
from shopapp.stores.models import Store
from shopapp.stores.queries import settings
from shopapp.tenancy import bind

ACCOUNTS = (
    Account("admin@harbor.example", Role.ADMIN, "harbor"),
    Account("agent@harbor.example", Role.AGENT, "harbor"),
    Account("staff@harbor.example", Role.STAFF, "harbor"),
    Account("admin@hill.example", Role.ADMIN, "hill"),
)


def test_the_empty_scenario_has_people_settings_and_a_mailbox(ground: Flask) -> None:
    planted = seeding.plant(ground, "empty")
    assert planted.accounts == ACCOUNTS
    assert {count for counts in planted.counts.values() for count in counts.values()} == {0}
    with new_session() as session:
        store = session.scalars(select(Store).where(Store.handle == "hill")).one()
        bind(session, store.id)
        assert (store.currency, store.timezone, store.is_demo) == ("EUR", "Europe/Berlin", True)
        assert settings(session).signature.endswith("Hill & Heath")
        assert session.scalars(select(Mailbox.address)).all() == ["support@hill.example"]


def test_everybody_has_the_password_that_is_given_back(ground: Flask) -> None:
    planted = seeding.plant(ground, "empty")
    assert len(planted.password) > 10
    with new_session() as session:
        for account in ACCOUNTS:
            user = queries.user_to_check(session, account.email)
            assert user is not None
            assert user.is_demo
            assert passwords.is_right(planted.password, user)


def test_a_password_is_not_in_the_repr(ground: Flask) -> None:
    planted = seeding.plant(ground, "empty", password="the quiet password")
    assert planted.password == "the quiet password"
    assert "quiet" not in repr(planted)
    assert "quiet" not in str(planted)


def test_planting_twice_changes_nothing_and_says_so(ground: Flask) -> None:
    seeding.plant(ground, "empty")
    before = everything(ground)
    again = seeding.plant(ground, "base", password="another password")
    assert everything(ground) == before
    assert (again.stores, again.counts, again.password) == ((), {}, "")
    assert again.accounts == ACCOUNTS
    assert "nothing was changed" in str(again)


def test_half_a_planting_is_completed(ground: Flask) -> None:
    seeding.plant(ground, "empty")
    with new_session() as session:
        hill = session.scalars(select(Store).where(Store.handle == "hill")).one()
        hill_id = hill.id
        session.execute(User.__table__.delete().where(User.email == "admin@hill.example"))
        session.commit()
    seeding.remove_store(ground.config["SHOPAPP"], hill_id)
    assert seeding.plant(ground, "empty").stores == ("hill",)


def test_reset_plants_anew_and_leaves_the_own_store_alone(ground: Flask) -> None:
    first = seeding.plant(ground, "base")
    own = own_store(ground, "mine")
    config: Config = ground.config["SHOPAPP"]
    files = set(config.instance.rglob("*.eml"))
    folders = set((config.instance / "attachments").iterdir())
    second = seeding.plant(ground, "base", reset=True)
    assert second.counts == first.counts
    assert second.accounts == ACCOUNTS
    assert files
    assert folders
    assert not [path for path in (*files, *folders) if path.exists()]
    with new_session() as session:
        handles = session.scalars(select(Store.handle).order_by(Store.handle)).all()
        assert handles == ["harbor", "hill", "mine"]
        assert session.get_one(Store, own).is_demo is False
        assert queries.user_by_email(session, "me@mine.example")


def test_a_store_of_that_name_is_not_touched(app: Flask) -> None:
    with app.app_context():
        before = everything(app)
        for reset in (False, True):
            with pytest.raises(NotDemo, match="'harbor' is your own"):
                seeding.plant(app, "empty", reset=reset)
        assert everything(app) == before


def test_a_person_of_that_name_is_not_touched(ground: Flask) -> None:
    with new_session() as session:
        people.create_user(session, email="agent@harbor.example", password="a long password")
        session.commit()
    with pytest.raises(NotDemo, match=r"agent@harbor\.example is no demo account"):
        seeding.plant(ground, "empty", reset=True)


def test_a_demo_person_in_an_own_store_stops_the_reset(ground: Flask) -> None:
    seeding.plant(ground, "empty")
    own = own_store(ground, "mine")
    with new_session() as session:
        guest = queries.user_by_email(session, "agent@harbor.example")
        assert guest is not None
        bind(session, own)
        people.add_member(session, guest, role=Role.AGENT, by=None)
        session.commit()
    before = everything(ground)
    with pytest.raises(NotDemo, match=r"shopapp users remove agent@harbor\.example --store mine"):
        seeding.plant(ground, "empty", reset=True)
    assert everything(ground) == before


def everything(app: Flask) -> dict[str, object]:
    """Which stores and people there are, with the stamps of their rows."""
    with new_session() as session:
        return {
            "stores": [
                (s.id, s.name, s.updated_at)
                for s in session.scalars(select(Store).order_by(Store.id))
            ],
            "people": [
                (u.id, u.email, u.updated_at)
                for u in session.scalars(select(User).order_by(User.id))
            ],
        }


def own_store(app: Flask, handle: str) -> str:
    """Somebody's own store with an admin; its id."""
    with new_session() as session:
        store = start.open_own_store(
            session,
            email=f"me@{handle}.example",
            name="Me",
            password="a long password",
            store=handle.title(),
            handle=handle,
        )
        session.commit()
        return store.id
