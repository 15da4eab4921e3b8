"""What leaves the studio: no secret by any way, and files that are safe and written down."""

from __future__ import annotations

import csv
import io
import json

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp import ids
from shopapp.accounts.models import Invitation, Role, User
from shopapp.audit.models import AuditEvent
from shopapp.catalog.models import Customer
from shopapp.clock import now
from shopapp.connections.models import DataKey, Provider, StoreSecret
from shopapp.db import Session
from shopapp.jobs import ledger
from shopapp.ops.studio.columns import Kind
from shopapp.ops.studio.tables import tables
from tests import cast
from tests.conftest import OpenStore, SignIn

HOME = "/harbor/system/studio"
CANARY = "canary-that-nobody-may-see"


@pytest.fixture
def ada(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.ADA)


def test_no_secret_is_on_any_page_or_in_any_file(
    ada: FlaskClient, session: Session, store_session: OpenStore
) -> None:
    hide_canaries(session, store_session("harbor"))
    hidden = 0
    for name, table in tables().items():
        said = [ada.get(f"{HOME}/{name}").text, ada.get(f"{HOME}/{name}?q={CANARY[:6]}").text]
        for kind in ("csv", "json"):
            said.append(ada.post(f"{HOME}/{name}/exports", data={"format": kind}).text)
        for key in keys_of(said[-1]):
            said.append(ada.get(f"{HOME}/{name}/{key}").text)
        assert not [text for text in said if CANARY in text], name
        hidden += sum(each.kind is Kind.MASKED for each in table.fields)
    assert hidden >= 9


def hide_canaries(session: Session, harbor: Session) -> None:
    """A secret in each kind of place."""
    user = session.get_one(User, cast.BEN.id)
    user.password = user.tf_totp_secret = user.fs_uniquifier = CANARY
    user.mf_recovery_codes = [CANARY]
    session.add(
        Invitation(
            store_id=cast.HARBOR.id,
            email="new@mail.example",
            role=Role.STAFF,
            token_hash=CANARY,
            expires_at=now(),
        )
    )
    ledger.enqueue(session, "a", store_id=cast.HARBOR.id, arguments={"deep": {"api_token": CANARY}})
    session.commit()
    secret = StoreSecret(provider=Provider.MAIL, name="smtp", secret_ciphertext=CANARY.encode())
    harbor.add_all([secret, DataKey(version=1, kek_id="k", wrapped=CANARY.encode())])
    harbor.commit()


def keys_of(exported: str) -> list[str]:
    return [row["id"] for row in json.loads(exported)]


def test_what_is_masked_is_known(engine: object) -> None:
    masked = {
        f"{name}.{each.name}"
        for name, table in tables().items()
        for each in table.fields
        if each.kind is Kind.MASKED
    }
    assert masked >= {
        "app_user.password",
        "app_user.fs_uniquifier",
        "app_user.fs_webauthn_user_handle",
        "app_user.tf_totp_secret",
        "app_user.mf_recovery_codes",
        "invitation.token_hash",
        "store.access_token_ciphertext",
        "store_secret.secret_ciphertext",
        "data_key.wrapped",
    }


def test_a_secret_cannot_be_guessed_by_asking(ada: FlaskClient) -> None:
    for question in ("column=password&operator=filled", "sort=password", "show=password"):
        assert ada.get(f"{HOME}/app_user?{question}").status_code == 422


def test_csv_runs_nothing_and_json_keeps_its_shape(
    ada: FlaskClient, store_session: OpenStore
) -> None:
    harbor = store_session("harbor")
    harbor.add(Customer(email="z@mail.example", first_name="=HYPERLINK(1)", tags=["a", "b"]))
    harbor.commit()
    asked = f"{HOME}/customer/exports?column=first_name&operator=starts&value=%3D"
    (row,) = csv.DictReader(io.StringIO(ada.post(asked).text))
    assert (row["first_name"], row["tags"]) == ("'=HYPERLINK(1)", '["a", "b"]')
    (row,) = json.loads(ada.post(asked, data={"format": "json"}).text)
    assert (row["first_name"], row["tags"]) == ("=HYPERLINK(1)", ["a", "b"])
    assert ada.post(asked, data={"format": "exe"}).status_code == 422


def test_an_export_is_written_down_with_what_was_asked(
    ada: FlaskClient, store_session: OpenStore
) -> None:
    assert ada.post(f"{HOME}/ticket/exports?q=tea&column=number&operator=is&value=1").text
    (event,) = store_session("harbor").scalars(
        select(AuditEvent).where(AuditEvent.action == "studio.exported")
    )
    assert event.actor_id == cast.ADA.id
    assert event.after == {"table": "ticket", "asked": "words “tea”; number is 1"}
    assert "Studio exported" in ada.get("/harbor/settings/audit").text


def test_bytes_are_only_measured(ada: FlaskClient, store_session: OpenStore) -> None:
    harbor = store_session("harbor")
    harbor.add(DataKey(id=(key := ids.new_id()), version=1, kek_id="k", wrapped=b"x" * 1204))
    harbor.commit()
    assert "•••" in ada.get(f"{HOME}/data_key/{key}").text
