"""Retention and privacy as admins see them: what is typed, what is kept, what is refused."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from shopapp.audit.models import AuditEvent
from shopapp.catalog.models import Customer
from shopapp.db import Session, db
from shopapp.ops.models import PrivacyRequest
from shopapp.ops.retention.rules import RULES, values
from shopapp.stores.queries import settings
from shopapp.tenancy import bind
from tests import cast
from tests.conftest import SignIn
from tests.settings.conftest import Harbor
from tests.settings.reading import PARTIAL, by_id, filled, form, parsed, words

RETENTION, PRIVACY = "/harbor/system/retention", "/harbor/system/privacy"
NILS = "nils@mail.example"


@pytest.fixture
def ada(sign_in: SignIn) -> FlaskClient:
    """An admin of Harbor."""
    return sign_in(cast.ADA)


@pytest.fixture
def harbor(engine: Engine) -> Harbor:
    """`harbor(lambda session: …)`: what that says, in a short transaction of its own."""

    def ask(question: Callable[[Session], Any]) -> Any:
        with Session(db, bind=engine, expire_on_commit=False) as session:
            bind(session, cast.HARBOR.id)
            return question(session)

    return ask


def _addresses(session: Session) -> Sequence[str | None]:
    return session.scalars(select(Customer.email)).all()


def kept(harbor: Harbor) -> dict[str, int]:
    return dict(harbor(lambda session: values(settings(session))))


@pytest.mark.parametrize("url", [RETENTION, "/harbor/imports", "/harbor/settings"])
def test_settings_are_marked_in_the_rail_on_each_of_their_pages(ada: FlaskClient, url: str) -> None:
    here = parsed(ada.get(url, follow_redirects=True)).select('.rail [aria-current="page"]')
    assert [each.get_text(strip=True) for each in here] == ["Settings"]


def test_the_page_shows_every_rule_with_its_bounds(ada: FlaskClient) -> None:
    fields, page = form(ada, RETENTION, "retention"), words(ada.get(RETENTION))
    for rule in RULES:
        assert fields[rule.key] == str(rule.default)
        assert f"From {rule.floor:,} to {rule.ceiling:,} days" in page


@pytest.mark.parametrize("headers", [{}, PARTIAL], ids=["page", "htmx"])
def test_days_are_saved_and_written_down(
    ada: FlaskClient, harbor: Harbor, headers: dict[str, str]
) -> None:
    data = form(ada, RETENTION, "retention") | {"keep_mail": "60", "keep_tickets": "730"}
    response = ada.post(RETENTION, data=data, headers=headers)
    assert response.status_code == (200 if headers else 303)
    assert kept(harbor)["keep_mail"] == 60
    line = harbor(lambda session: session.scalars(select(AuditEvent)).one())
    assert (line.action, line.after) == (
        "retention.changed",
        {"keep_mail": 60, "keep_tickets": 730, "version": 2},
    )


@pytest.mark.parametrize(
    ("key", "wrong"), [("keep_mail", "0"), ("keep_mail", "3651"), ("keep_tickets", "29")]
)
def test_days_beyond_the_bounds_are_refused_and_kept_on_the_page(
    ada: FlaskClient, harbor: Harbor, key: str, wrong: str
) -> None:
    data = form(ada, RETENTION, "retention") | {key: wrong}
    response = ada.post(RETENTION, data=data, headers=PARTIAL)
    assert response.status_code == 422
    assert filled(parsed(response), "retention")[key] == wrong
    assert kept(harbor) == {rule.key: rule.default for rule in RULES}


def test_two_admins_who_save_different_days_are_asked(ada: FlaskClient, harbor: Harbor) -> None:
    mine = form(ada, RETENTION, "retention") | {"keep_mail": "90"}
    ada.post(RETENTION, data=mine | {"keep_mail": "60"})
    response = ada.post(RETENTION, data=mine, headers=PARTIAL)
    assert response.status_code == 409
    assert "Ada changed this page" in words(response)
    assert kept(harbor)["keep_mail"] == 60


def test_a_number_goes_back_to_its_default_for_the_person_to_save(ada: FlaskClient) -> None:
    data = form(ada, RETENTION, "retention") | {"keep_mail": "60", "reset": "keep_mail"}
    response = ada.post(RETENTION, data=data, headers=PARTIAL)
    assert filled(parsed(response), "retention")["keep_mail"] == "30"


def test_a_stranger_to_the_store_is_told_so(ada: FlaskClient) -> None:
    assert "holds nothing about who@else.example" in words(
        ada.get(f"{PRIVACY}?customer=who@else.example")
    )
    assert ada.post(f"{PRIVACY}/exports", data={"customer": "who@else.example"}).status_code == 404


def test_a_customer_is_found_and_exported(ada: FlaskClient, harbor: Harbor) -> None:
    assert "About nils@mail.example" in words(ada.get(f"{PRIVACY}?customer={NILS}"))
    response = ada.post(f"{PRIVACY}/exports", data={"customer": NILS})
    assert response.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        assert NILS in archive.read("customer.json").decode()
    response.close()
    request = harbor(lambda session: session.scalars(select(PrivacyRequest)).one())
    assert (request.kind, request.requested_by) == ("export", "Ada")


def test_a_customer_is_redacted_only_by_typing_who_it_is(ada: FlaskClient, harbor: Harbor) -> None:
    data = {"customer": NILS, "confirm": "yes"}
    response = ada.post(f"{PRIVACY}/redactions", data=data, headers=PARTIAL)
    assert response.status_code == 422
    assert by_id(parsed(response), "confirm-error") is not None
    assert NILS in harbor(_addresses)
    response = ada.post(f"{PRIVACY}/redactions", data=data | {"confirm": NILS})
    assert response.status_code == 303
    assert NILS not in harbor(_addresses)
    page = words(ada.get(PRIVACY))
    assert "Redact customer" in page
    assert NILS not in page


def test_pages_of_a_redacted_customer_still_open(ada: FlaskClient) -> None:
    ada.post(f"{PRIVACY}/redactions", data={"customer": NILS, "confirm": NILS})
    for path in ("inbox?view=closed", "orders/flags", "settings/audit", ""):
        response = ada.get(f"/harbor/{path}", follow_redirects=True)
        assert (path, response.status_code) == (path, 200)
        assert NILS not in words(response)
