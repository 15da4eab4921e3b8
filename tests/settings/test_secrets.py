"""A planted password is looked for wherever it might come out."""

from __future__ import annotations

import base64
import io
import logging
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import MetaData, inspect, select
from sqlalchemy.orm import undefer

from shopapp.connections import mailboxes
from shopapp.connections.models import StoreSecret
from shopapp.connections.vault import Vault
from shopapp.db import Base, Session
from shopapp.tenancy import StoreOwned
from tests.canaries import canary
from tests.servers.smtp import SmtpServer
from tests.settings.conftest import Harbor
from tests.settings.reading import HOME, PARTIAL

MARKER = canary("zebra/crossing+7Q%9 nevershown")
FORMS = (
    MARKER,
    quote(MARKER, safe=""),
    base64.b64encode(MARKER.encode()).decode(),
    base64.b64encode(f"\0harbor\0{MARKER}".encode()).decode(),
)
URL = f"{HOME}/connections/smtp"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Every log line of the test, exceptions included."""
    lines = io.StringIO()
    handler = logging.StreamHandler(lines)
    handler.setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


def leaks(text: str) -> list[str]:
    """The forms of the password that `text` holds."""
    return [form for form in FORMS if form in text]


def every_row(session: Session) -> str:
    """Every value of every row of the store, as text."""
    metadata: MetaData = Base.metadata
    owned = [each.class_ for each in Base.registry.mappers if issubclass(each.class_, StoreOwned)]
    assert len(owned) <= len(metadata.tables)
    rows = [row for cls in owned for row in session.scalars(select(cls).options(undefer("*")))]
    values = [
        getattr(row, column.key) for row in rows for column in inspect(type(row)).column_attrs
    ]
    return repr([*rows, *values])


def typed(server: SmtpServer, **values: str) -> dict[str, str]:
    fields = {"host": server.host, "port": str(server.port), "security": "none"}
    return fields | {"username": "harbor", "secret": MARKER} | values


def test_a_password_comes_out_nowhere(
    ada: FlaskClient, smtp_server: SmtpServer, harbor: Harbor, log: io.StringIO
) -> None:
    answers = []
    for login in (("harbor", MARKER), ("harbor", "another")):
        smtp_server.login = login
        for path in ("", "/tests"):
            for headers in ({}, PARTIAL):
                answers.append(ada.post(URL + path, data=typed(smtp_server), headers=headers))
                bad = typed(smtp_server, port="0")
                answers.append(ada.post(URL + path, data=bad, headers=headers))
    for page in ("", "/connections", "/audit", "/thresholds"):
        answers.append(ada.get(HOME + page))
    assert {answer.status_code for answer in answers} == {200, 303, 422}
    for answer in answers:
        assert not leaks(answer.get_data(as_text=True) + str(answer.headers))
    assert not leaks(log.getvalue())
    assert not leaks(harbor(every_row))


def test_the_password_is_there_for_the_vault_alone(
    ada: FlaskClient, app: Flask, smtp_server: SmtpServer, harbor: Harbor
) -> None:
    ada.post(URL, data=typed(smtp_server))
    keyring = app.extensions["shopapp_keys"].keyring

    def opened(session: Session) -> str | None:
        row = session.scalars(select(StoreSecret)).one()
        assert not leaks(repr(row) + repr(vars(row)) + str(row.secret))
        return Vault(session, keyring).open(row, "secret")

    assert harbor(opened) == MARKER


def test_a_crash_while_saving_logs_no_password(
    ada: FlaskClient,
    smtp_server: SmtpServer,
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(*_row: object, settings: object = None, **_rest: object) -> None:
        message = f"the disk is gone {settings!r}"
        raise RuntimeError(message)

    monkeypatch.setattr(mailboxes, "keep_smtp", crash)
    response = ada.post(URL, data=typed(smtp_server), headers=PARTIAL)
    assert response.status_code == 500
    assert "request.crashed" in log.getvalue()
    assert not leaks(log.getvalue() + response.get_data(as_text=True))
