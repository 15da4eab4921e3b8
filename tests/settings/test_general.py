"""General: name, mailbox, words, time zone and currency."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.mail.models import Mailbox
from shopapp.stores.models import Store
from shopapp.stores.queries import settings
from shopapp.tenancy import store_of
from tests.settings.conftest import Harbor
from tests.settings.reading import HOME, PARTIAL, by_id, filled, form, parsed, words


def typed(client: FlaskClient, **values: str) -> dict[str, str]:
    """The form as it is served, with some fields typed over."""
    return form(client, HOME, "general") | values


def test_saving_changes_the_store_its_words_and_its_mailbox(
    ada: FlaskClient, harbor: Harbor
) -> None:
    data = typed(
        ada,
        name="Harbor Tea & Co",
        timezone="America/New_York",
        currency="JPY",
        mailbox_address="help@harbor.example",
        mailbox_name="Harbor help",
        signature="Warmly,\r\nHarbor",
        brand_voice="Calm. Never “cheap”.",
    )
    response = ada.post(HOME, data=data)
    assert (response.status_code, response.location) == (303, HOME)
    store = harbor(lambda session: session.get_one(Store, store_of(session)))
    found = (store.name, store.timezone, store.currency)
    assert found == ("Harbor Tea & Co", "America/New_York", "JPY")
    row = harbor(settings)
    mailbox = harbor(lambda session: session.scalars(select(Mailbox)).one())
    assert (row.signature, row.brand_voice) == ("Warmly,\nHarbor", "Calm. Never “cheap”.")
    assert (mailbox.address, mailbox.display_name) == ("help@harbor.example", "Harbor help")
    assert mailbox.is_default
    shown = form(ada, HOME, "general")
    expected = data | {"signature": "Warmly,\nHarbor", "version": "2"}
    assert {key: shown[key] for key in expected if key != "csrf_token"} == {
        key: value for key, value in expected.items() if key != "csrf_token"
    }


def test_htmx_is_sent_to_the_whole_page_since_the_shell_changes(ada: FlaskClient) -> None:
    response = ada.post(HOME, data=typed(ada, name="Harbor Tea & Co"), headers=PARTIAL)
    assert response.headers["HX-Redirect"] == HOME
    assert "General settings saved" in words(ada.get(HOME))


def test_another_address_renames_the_mailbox_and_keeps_its_mail(
    ada: FlaskClient, harbor: Harbor
) -> None:
    ada.post(HOME, data=typed(ada, mailbox_address="help@harbor.example"))
    first = harbor(lambda session: session.scalars(select(Mailbox.id)).one())
    ada.post(HOME, data=typed(ada, mailbox_address="tea@harbor.example"))
    row = harbor(lambda session: session.scalars(select(Mailbox)).one())
    assert (row.id, row.address) == (first, "tea@harbor.example")


def test_an_address_the_store_has_already_becomes_the_default(
    ada: FlaskClient, harbor: Harbor
) -> None:
    ada.post(HOME, data=typed(ada, mailbox_address="help@harbor.example"))
    harbor(lambda session: session.add(Mailbox(address="tea@harbor.example")))
    assert ada.post(HOME, data=typed(ada, mailbox_address="tea@harbor.example")).status_code == 303
    rows = harbor(lambda session: session.scalars(select(Mailbox)).all())
    assert {row.address: row.is_default for row in rows} == {
        "help@harbor.example": False,
        "tea@harbor.example": True,
    }


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("name", "   "),
        ("name", "x" * 81),
        ("name", "two\nlines"),
        ("timezone", "Mars/Olympus"),
        ("currency", "DOUBLOON"),
        ("mailbox_address", "nobody"),
        ("mailbox_address", "a@b@c"),
        ("mailbox_name", "Bcc: all\r\n"),
        ("mailbox_name", "nobody without an address"),
        ("signature", "x" * 2001),
    ],
)
@pytest.mark.parametrize("headers", [{}, PARTIAL], ids=["page", "htmx"])
def test_bad_input_is_named_and_everything_typed_is_kept(
    ada: FlaskClient, harbor: Harbor, field: str, wrong: str, headers: dict[str, str]
) -> None:
    data = typed(ada, brand_voice="Kept.") | {field: wrong}
    response = ada.post(HOME, data=data, headers=headers)
    page = parsed(response)
    assert response.status_code == 422
    assert page.select("[data-summary] a")
    assert filled(page, "general")["brand_voice"] == "Kept."
    assert harbor(settings).brand_voice == ""


def test_a_mailbox_cannot_be_typed_away(ada: FlaskClient, harbor: Harbor) -> None:
    ada.post(HOME, data=typed(ada, mailbox_address="help@harbor.example"))
    response = ada.post(HOME, data=typed(ada, mailbox_address=""), headers=PARTIAL)
    assert response.status_code == 422
    assert (
        harbor(lambda session: session.scalars(select(Mailbox.address)).one())
        == "help@harbor.example"
    )


def test_two_people_renaming_the_store_see_both_names(
    ada: FlaskClient, ben: FlaskClient, harbor: Harbor
) -> None:
    mine = typed(ada, name="Harbour Tea", signature="Ada")
    ben.post(HOME, data=typed(ben, name="Harbor Teas", brand_voice="Warm."))
    response = ada.post(HOME, data=mine, headers=PARTIAL)
    page = parsed(response)
    assert response.status_code == 409
    assert "Harbor Teas" in by_id(page, "clash").get_text()
    again = filled(page, "general")
    assert (again["name"], again["signature"], again["brand_voice"]) == (
        "Harbour Tea",
        "Ada",
        "Warm.",
    )
    assert ada.post(HOME, data=again).status_code == 303
    store = harbor(lambda session: session.get_one(Store, store_of(session)))
    assert (store.name, harbor(settings).brand_voice) == ("Harbour Tea", "Warm.")
