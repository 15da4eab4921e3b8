"""What is done to people, and that it is written down."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from shopapp.account import actions
from shopapp.accounts import passwords, queries
from shopapp.accounts.models import Membership, Role, User
from shopapp.audit.models import AuditEvent
from shopapp.db import Session
from shopapp.refusals import Invalid, NotAllowed
from tests import cast
from tests.conftest import OpenStore

GOOD = "eleven words and a kettle"


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    """Hashing asks the app how."""
    with app.app_context():
        yield


@pytest.fixture
def harbor(store_session: OpenStore) -> Session:
    return store_session("harbor")


def person(session: Session, who: cast.Person) -> User:
    return session.get_one(User, who.id)


def membership(session: Session, who: cast.Person) -> Membership:
    found = queries.membership(session, cast.HARBOR.id, who.id)
    assert found
    return found


def events(session: Session) -> list[AuditEvent]:
    return list(session.scalars(select(AuditEvent).order_by(AuditEvent.id)))


def test_a_new_person_has_one_spelling_and_a_password(session: Session) -> None:
    user = actions.create_user(session, email=" New@Harbor.Example", password=GOOD)
    assert user.email == "new@harbor.example"
    assert GOOD not in (user.password or "")
    assert passwords.is_right(GOOD, user)
    assert not passwords.is_right("another", user)


@pytest.mark.parametrize("email", ["", "nobody", "a b@c.example", "a@b", "a@@b.example", "<a@b.c>"])
def test_what_is_no_address_is_refused(session: Session, email: str) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.create_user(session, email=email, password=GOOD)
    assert refusal.value.field == "email"


def test_an_address_is_taken_in_any_spelling(session: Session) -> None:
    with pytest.raises(Invalid, match="already"):
        actions.create_user(session, email=cast.ADA.email.upper(), password=GOOD)


@pytest.mark.parametrize("password", ["", "ninechars", "New@harbor.example", "new@harbor.example "])
def test_a_weak_password_is_refused(session: Session, password: str) -> None:
    with pytest.raises(Invalid) as refusal:
        actions.create_user(session, email="new@harbor.example", password=password)
    assert refusal.value.field == "password"


def test_a_password_is_the_same_from_every_keyboard(session: Session) -> None:
    user = actions.create_user(session, email="new@harbor.example", password="Jürgen und Zoë")
    assert passwords.is_right("Jürgen und Zoë", user)


def test_generated_passwords_differ_and_are_good(session: Session) -> None:
    made = {passwords.generated() for _ in range(50)}
    assert len(made) == 50
    for each in made:
        passwords.check(each, email="a@b.example")


def test_a_member_is_added_once_and_written_down(harbor: Session) -> None:
    ada, eve = person(harbor, cast.ADA), person(harbor, cast.EVE)
    actions.add_member(harbor, eve, role=Role.STAFF, by=ada)
    harbor.flush()
    event = events(harbor)[-1]
    assert (event.action, event.actor_id) == ("member.added", ada.id)
    assert event.after == {"email": eve.email, "role": "staff"}
    with pytest.raises(Invalid):
        actions.add_member(harbor, eve, role=Role.STAFF, by=ada)


def test_a_role_is_changed_and_written_down(harbor: Session) -> None:
    ben = membership(harbor, cast.BEN)
    actions.change_role(harbor, ben, role=Role.ADMIN, by=person(harbor, cast.ADA))
    harbor.flush()
    assert ben.role is Role.ADMIN
    event = events(harbor)[-1]
    assert (event.before, event.after) == ({"role": "agent"}, {"role": "admin"})


def test_the_last_admin_stays(harbor: Session) -> None:
    ada = membership(harbor, cast.ADA)
    with pytest.raises(NotAllowed):
        actions.change_role(harbor, ada, role=Role.STAFF, by=ada.user)
    with pytest.raises(NotAllowed):
        actions.remove_member(harbor, ada, by=ada.user)
    assert actions.change_role(harbor, ada, role=Role.ADMIN, by=ada.user) is ada


def test_an_admin_who_cannot_sign_in_is_none(harbor: Session) -> None:
    ben = membership(harbor, cast.BEN)
    actions.change_role(harbor, ben, role=Role.ADMIN, by=None)
    actions.set_active(ben.user, active=False)
    harbor.flush()
    with pytest.raises(NotAllowed):
        actions.remove_member(harbor, membership(harbor, cast.ADA), by=None)


def test_one_of_two_admins_may_go(harbor: Session) -> None:
    actions.change_role(harbor, membership(harbor, cast.BEN), role=Role.ADMIN, by=None)
    actions.remove_member(harbor, membership(harbor, cast.ADA), by=None)
    harbor.flush()
    assert queries.membership(harbor, cast.HARBOR.id, cast.ADA.id) is None
    assert events(harbor)[-1].before == {"email": cast.ADA.email, "role": "admin"}


def test_a_new_password_is_written_down_in_each_store_without_it(
    session: Session, store_session: OpenStore
) -> None:
    session.add(Membership(store_id=cast.HILL.id, user_id=cast.BEN.id, role=Role.STAFF))
    actions.set_password(person(session, cast.BEN), password=GOOD)
    session.commit()
    actions.note(cast.BEN.id, "user.password_reset", by=None, source="cli")
    for handle in ("harbor", "hill"):
        (opened := store_session(handle)).reading = True
        (event,) = events(opened)
        assert (event.action, event.subject_id) == ("user.password_reset", cast.BEN.id)
        assert (event.before, event.after, event.source) == (None, None, "cli")
