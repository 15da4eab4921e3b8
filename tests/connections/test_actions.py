"""Mail settings as typed: the saved password stays with its server."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from shopapp.accounts.models import User
from shopapp.connections import mailboxes
from shopapp.connections.actions import connect_smtp, disconnect_smtp, smtp_as_typed
from shopapp.connections.events import record_event
from shopapp.connections.models import EventStatus, StoreSecret
from shopapp.connections.queries import latest_events, mail_secret, smtp_facts
from shopapp.crypto.envelope import new_key
from shopapp.crypto.keyrings import LocalKeyring
from shopapp.db import Session
from shopapp.refusals import Invalid
from shopapp.stores.queries import settings
from tests import cast
from tests.canaries import canary
from tests.conftest import OpenStore

KEYRING = LocalKeyring({"k1": new_key()}, "k1")


@pytest.fixture
def harbor(store_session: OpenStore) -> Session:
    return store_session("harbor")


def typed(session: Session, **values: Any) -> Any:
    """Settings typed for the mail server of the tests."""
    fields: dict[str, Any] = {
        "host": "mail.example",
        "port": 587,
        "security": "starttls",
        "username": "harbor",
        "password": canary("a long enough password"),
    }
    return smtp_as_typed(session, **(fields | values), keyring=KEYRING)


def connected(session: Session) -> StoreSecret:
    ada = session.get_one(User, cast.ADA.id)
    return connect_smtp(session, typed(session), new_password=True, keyring=KEYRING, by=ada)


def test_what_was_typed_is_what_is_used(harbor: Session) -> None:
    found = typed(harbor)
    assert (found.host, found.port, found.username) == ("mail.example", 587, "harbor")
    assert found.password == canary("a long enough password")
    assert found.timeout < 10


def test_no_user_name_means_no_password(harbor: Session) -> None:
    found = typed(harbor, username="", password="")
    assert (found.username, found.password) == (None, None)


def test_an_empty_password_is_the_saved_one_at_the_same_server(harbor: Session) -> None:
    connected(harbor)
    assert typed(harbor, password="", host="MAIL.example", port=2525).password == (
        canary("a long enough password")
    )


@pytest.mark.parametrize("elsewhere", [{"host": "evil.example"}, {"username": "eve"}])
def test_the_saved_password_goes_nowhere_else(harbor: Session, elsewhere: dict[str, str]) -> None:
    connected(harbor)
    with pytest.raises(Invalid, match="Enter the password again") as caught:
        typed(harbor, password="", **elsewhere)
    assert caught.value.field == "secret"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"username": ""}, "username"),
        ({"password": ""}, "secret"),
        ({"security": "none"}, "security"),
        ({"password": "line\nbreak"}, "username"),
    ],
)
def test_what_cannot_work_is_refused_on_its_field(
    harbor: Session, values: dict[str, str], field: str
) -> None:
    with pytest.raises(Invalid) as caught:
        typed(harbor, **values)
    assert caught.value.field == field
    assert canary("a long enough password") not in str(caught.value)


def test_a_lost_keyring_asks_for_the_password_again(harbor: Session) -> None:
    connected(harbor)
    other = LocalKeyring({"k2": new_key()}, "k2")
    with pytest.raises(Invalid, match="Enter the password again") as caught:
        smtp_as_typed(
            harbor,
            host="mail.example",
            port=587,
            security="starttls",
            username="harbor",
            password="",
            keyring=other,
        )
    assert caught.value.field == "secret"


def test_a_keyring_that_cannot_seal_refuses_on_the_field(harbor: Session) -> None:
    connected(harbor)
    stranger = LocalKeyring({"k2": new_key()}, "k2")
    ada = harbor.get_one(User, cast.ADA.id)
    with pytest.raises(Invalid, match="cannot be sealed: the key 'k1'") as caught:
        connect_smtp(harbor, typed(harbor), new_password=True, keyring=stranger, by=ada)
    assert caught.value.field == "secret"


def test_disconnecting_leaves_no_secret(harbor: Session) -> None:
    connected(harbor)
    harbor.flush()
    disconnect_smtp(harbor, by=harbor.get_one(User, cast.ADA.id))
    harbor.flush()
    assert harbor.scalars(select(StoreSecret)).all() == []
    assert mail_secret(harbor) is None
    assert smtp_facts(settings(harbor)) == {}
    assert mailboxes.smtp_settings(harbor, keyring=KEYRING) is None


def test_the_newest_events_come_first_and_of_one_connection(harbor: Session) -> None:
    for number in range(4):
        status = EventStatus.SUCCESS
        record_event(harbor, integration="smtp", status=status, message=str(number))
        harbor.flush()
    record_event(harbor, integration="gsc", status=EventStatus.FAILURE, message="another")
    assert [event.message for event in latest_events(harbor, "smtp", 3)] == ["3", "2", "1"]
