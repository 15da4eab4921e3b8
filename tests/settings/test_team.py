"""The team: roles, removals, and that a store keeps an admin."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.account import actions
from shopapp.accounts import queries
from shopapp.accounts.models import Membership, Role, User
from shopapp.audit.models import AuditEvent
from shopapp.db import Session
from shopapp.refusals import NotAllowed
from tests import apps, cast
from tests.conftest import SignIn
from tests.settings.conftest import Harbor
from tests.settings.reading import HOME, PARTIAL, parsed, words

TEAM = f"{HOME}/team"


def role_of(harbor: Harbor, person: cast.Person) -> Role | None:
    def ask(session: Session) -> Role | None:
        found = queries.membership(session, cast.HARBOR.id, person.id)
        return found.role if found else None

    return harbor(ask)  # type: ignore[no-any-return]


def change(client: FlaskClient, person: cast.Person, role: str, **more: str) -> Any:
    typed = {"member": person.id, "role": role, "was": str(person.role), **more}
    return client.post(f"{TEAM}/roles", data=typed)


def test_the_team_is_listed_with_roles_and_nobody_else(ada: FlaskClient) -> None:
    said = words(ada.get(TEAM))
    for person in (cast.ADA, cast.BEN, cast.CLEO):
        assert person.email in said
    assert cast.DORA.email not in said
    assert cast.EVE.email not in said


def test_a_role_is_changed_with_and_without_script(ada: FlaskClient, harbor: Harbor) -> None:
    answer = change(ada, cast.BEN, "staff")
    assert (answer.status_code, answer.location) == (303, TEAM)
    assert role_of(harbor, cast.BEN) is Role.STAFF
    typed = {"member": cast.CLEO.id, "role": "agent", "was": "staff"}
    part = parsed(ada.post(f"{TEAM}/roles", data=typed, headers=PARTIAL))
    assert part.select_one(f"#role-{cast.CLEO.id} [selected]")["value"] == "agent"  # type: ignore[index]
    done = harbor(lambda session: session.scalars(select(AuditEvent.action)).all())
    assert done == ["member.role_changed"] * 2


def test_a_role_changed_meanwhile_is_a_409(ada: FlaskClient, harbor: Harbor) -> None:
    change(ada, cast.BEN, "staff")
    answer = change(ada, cast.BEN, "admin")
    assert answer.status_code == 409
    assert "Ben is staff by now" in words(answer)
    assert role_of(harbor, cast.BEN) is Role.STAFF


@pytest.mark.parametrize("role", ["owner", "", "ADMIN"])
def test_an_unknown_role_is_refused(ada: FlaskClient, harbor: Harbor, role: str) -> None:
    assert change(ada, cast.BEN, role).status_code == 422
    assert role_of(harbor, cast.BEN) is Role.AGENT


def test_one_s_own_role_is_asked_for_twice(
    ada: FlaskClient, ben: FlaskClient, harbor: Harbor
) -> None:
    asked = change(ada, cast.ADA, "agent")
    assert asked.status_code == 422
    assert "Make yourself agent?" in words(asked)
    assert role_of(harbor, cast.ADA) is Role.ADMIN
    assert change(ada, cast.ADA, "agent", sure="1").location == "/"
    assert role_of(harbor, cast.ADA) is Role.AGENT
    assert ada.get(TEAM).status_code == 403


def test_the_last_admin_stays_in_so_many_words(ada: FlaskClient, harbor: Harbor) -> None:
    for answer in (
        change(ada, cast.ADA, "agent", sure="1"),
        ada.post(f"{TEAM}/removals", data={"member": cast.ADA.id, "sure": "1"}),
    ):
        assert answer.status_code == 409
        assert "A store needs an admin" in words(answer)
    assert role_of(harbor, cast.ADA) is Role.ADMIN


def test_a_removed_member_is_out_at_once(ada: FlaskClient, sign_in: SignIn, harbor: Harbor) -> None:
    cleo = sign_in(cast.CLEO)
    assert cleo.get("/harbor/inbox").status_code == 200
    answer = ada.post(f"{TEAM}/removals", data={"member": cast.CLEO.id})
    assert answer.location == TEAM
    assert role_of(harbor, cast.CLEO) is None
    assert cleo.get("/harbor/inbox").status_code == 404


def test_leaving_oneself_is_asked_for_twice(
    ada: FlaskClient, ben: FlaskClient, harbor: Harbor
) -> None:
    asked = ada.post(f"{TEAM}/removals", data={"member": cast.ADA.id})
    assert asked.status_code == 422
    assert "Leave this store?" in words(asked)
    assert ada.post(f"{TEAM}/removals", data={"member": cast.ADA.id, "sure": "1"}).location == "/"
    assert role_of(harbor, cast.ADA) is None


@pytest.mark.parametrize("url", ["roles", "removals"])
@pytest.mark.parametrize("member", [cast.DORA.id, cast.EVE.id, "nobody", ""])
def test_people_of_other_stores_are_not_here(ada: FlaskClient, url: str, member: str) -> None:
    typed = {"member": member, "role": "staff", "was": "admin"}
    assert ada.post(f"{TEAM}/{url}", data=typed).status_code == 404


def test_two_admins_who_demote_each_other_leave_one(
    app: Flask, ben: FlaskClient, harbor: Harbor
) -> None:
    together = threading.Barrier(2)
    pairs = ((cast.ADA, cast.BEN), (cast.BEN, cast.ADA))
    answers: list[int] = []

    def demote(by: cast.Person, whom: cast.Person) -> None:
        client = apps.signed_in(app, by)
        typed = {"member": whom.id, "role": "staff", "was": "admin"}
        together.wait()
        answers.append(client.post(f"{TEAM}/roles", data=typed).status_code)

    threads = [threading.Thread(target=demote, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    left = [role_of(harbor, person) for person in (cast.ADA, cast.BEN)]
    assert sorted(str(each) for each in left) == ["admin", "staff"], answers
    assert answers.count(303) == 1


def test_an_admin_who_is_switched_off_meanwhile_does_not_count(
    app: Flask, ben: FlaskClient, harbor: Harbor
) -> None:
    together, refused = threading.Barrier(2), []

    def switch_off(session: Session) -> None:
        session.rollback()
        actions.set_active(session.get_one(User, cast.ADA.id), active=False)

    def demote(session: Session) -> None:
        session.rollback()
        found = queries.membership(session, cast.HARBOR.id, cast.BEN.id)
        assert found
        actions.change_role(session, found, role=Role.STAFF, by=None)

    def run(work: Any) -> None:
        together.wait()
        try:
            harbor(work)
        except NotAllowed:
            refused.append(work)

    threads = [threading.Thread(target=run, args=(work,)) for work in (switch_off, demote)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(refused) == 1
    admins = harbor(lambda session: [*queries.locked_admins(session, cast.HARBOR.id)])
    assert len(admins) == 1


def test_the_page_asks_the_database_the_same_for_many_members(
    app: Flask, ada: FlaskClient, harbor: Harbor
) -> None:
    from tests.inbox.test_queries_per_page import statements

    with statements(app) as few:
        ada.get(TEAM)

    def hire(session: Session) -> None:
        for number in range(20):
            person = User(email=f"p{number}@harbor.example", name=f"Person {number}")
            session.add(person)
            session.flush()
            session.add(Membership(store_id=cast.HARBOR.id, user_id=person.id, role=Role.STAFF))

    harbor(hire)
    with statements(app) as many:
        assert "Person 19" in ada.get(TEAM).text
    assert len(many) == len(few)
